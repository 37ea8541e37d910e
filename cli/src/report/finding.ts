/** Something that a person must look at, and where. */
export interface Finding {
  readonly message: string;
  /** Lines that belong to it: the differences, a caret. */
  readonly detail?: string | undefined;
  readonly remedy?: string | undefined;
  /** Path of the file and line in it; absent where it is about no file. */
  readonly path?: string | undefined;
  readonly line?: number | undefined;
}
