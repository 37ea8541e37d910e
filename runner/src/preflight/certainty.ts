/** What is still known while pending statements are followed in their order, without a database. */
export class Certainty {
  /** False once a statement was seen after which nobody knows who we are, what is whose, or what is there. */
  protected certain = true;
  private pathKnown = true;

  /** The runner puts the session back between migrations. */
  beginScript(): void {
    this.pathKnown = true;
  }

  loseCertainty(): void {
    this.certain = false;
  }

  /** After SET search_path, until the next migration begins. */
  losePath(): void {
    this.pathKnown = false;
  }

  /** Whether it is known which object a name means. */
  protected claims(schema: string | undefined): boolean {
    return this.certain && (schema !== undefined || this.pathKnown);
  }
}
