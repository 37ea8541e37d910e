/**
 * Follows CREATE FUNCTION or PROCEDURE … BEGIN ATOMIC … END, whose body has statements of its own. Inside it only CASE
 * ends with END as well; both words can also be the name of a column, after AS or a dot.
 */
export class RoutineBody {
  private words: string[] = [];
  private open = 0;
  private last = '';

  get isOpen(): boolean {
    return this.open > 0;
  }

  /** Takes the next token: a word in upper case, a single character, or nothing for strings and the like. */
  see(token: string, depth: number): void {
    const last = this.last;
    this.last = token;
    if (this.words.length < 4 && token.length > 1) this.words.push(token);
    if (depth > 0 || last === 'AS' || last === '.' || !this.isRoutine()) return;
    if ((token === 'ATOMIC' && last === 'BEGIN') || (token === 'CASE' && this.isOpen)) this.open += 1;
    else if (token === 'END' && this.isOpen) this.open -= 1;
  }

  private isRoutine(): boolean {
    const [create, second, , fourth] = this.words;
    if (create !== 'CREATE') return false;
    const kind = second === 'OR' ? fourth : second;
    return kind === 'FUNCTION' || kind === 'PROCEDURE';
  }
}
