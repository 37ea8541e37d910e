/** How the runner writes its log. */
export enum LogFormat {
  /** One JSON object per line, for a log collector. */
  JSON = 'json',
  /** Lines for people. */
  TEXT = 'text',
}
