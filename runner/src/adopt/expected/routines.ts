const CALL = /^(?:select|call)\b/i;
const MADE =
  /^create\s+(?:or\s+replace\s+)?(?:function|procedure)\s+(?:(?:"[^"]+"|[\w$]+)\s*\.\s*)?"?([^"(\s]+)"?\s*\(/i;

/** Whether all that a statement does is what the functions do that it calls. */
export function isCall(text: string): boolean {
  return CALL.test(text);
}

/** The functions that migrations made so far, to know what a call of one may have touched. */
export class Routines {
  /** By name, of all that bear it and of all that it had before. */
  private readonly bodies = new Map<string, string>();

  see(text: string): void {
    const name = MADE.exec(text)?.[1]?.toLowerCase();
    if (name === undefined) return;
    this.bodies.set(name, `${this.bodies.get(name) ?? ''}\n${text.toLowerCase()}`);
  }

  /**
   * The text in which names of what a statement may have changed are looked for. A query that only reads a table
   * changes nothing; a function is told its target in a string.
   */
  mentionedBy(text: string): string {
    const words = isCall(text) ? (text.match(/'(?:[^']|'')*'/g) ?? []).join(' ') : text;
    const called = new Set<string>();
    this.addCalled(text.toLowerCase(), called);
    return [words.toLowerCase(), ...[...called].map((name) => this.bodies.get(name))].join('\n');
  }

  private addCalled(text: string, called: Set<string>): void {
    for (const [, name = ''] of text.matchAll(/([^\s".,()']+)"?\s*\(/g)) {
      const body = this.bodies.get(name);
      if (body === undefined || called.has(name)) continue;
      called.add(name);
      this.addCalled(body, called);
    }
  }
}
