/** What is wrong and what to do, without the subject. */
export interface Fault {
  readonly what: string;
  readonly remedy: string;
}
