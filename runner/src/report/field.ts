/** The kinds of values that a field of a log line can hold. */
export interface FieldTypes {
  readonly string: string;
  readonly integer: number;
  readonly boolean: boolean;
  readonly 'string[]': readonly string[];
  readonly 'integer[]': readonly number[];
  readonly object: object;
  readonly 'object[]': readonly object[];
}

/** What a field holds. It is the same in every event that has it, so that a log store can give it one type. */
export interface Field {
  readonly type: keyof FieldTypes;
  /** Whether null is a value that says something. */
  readonly isNullable?: true;
  /** In UCUM, as OpenTelemetry writes units. */
  readonly unit?: 'ms' | 's' | 'By';
  /** The attribute of OpenTelemetry's semantic conventions, or the field of its log record, with the same meaning. */
  readonly openTelemetry?: string;
  readonly meaning: string;
}
