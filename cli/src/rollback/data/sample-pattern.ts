/**
 * Texts that a regular expression of PostgreSQL matches, for the constructs that checks are made of: classes, groups,
 * alternatives, repetitions, anchors. What it does not know it takes literally; the server decides in the end.
 *
 * @returns for each variant from 0 on another text, where the pattern leaves a choice
 */
export function samplePattern(pattern: string, variant: number): string {
  return new Sampler(pattern, variant).sample();
}

/** A text that a LIKE pattern matches. */
export function sampleLike(pattern: string, variant: number): string {
  return pattern.replace(/\\(.)|%|_/g, (found, escaped) => escaped ?? (found === '%' ? `x${variant}` : 'x'));
}

const CLASSES: Record<string, string> = {
  alpha: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  digit: '0123456789',
  alnum: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  xdigit: '0123456789abcdef',
  space: ' ',
  punct: '.-_',
};
const ESCAPES: Record<string, string> = {
  d: '0123456789',
  w: 'abcdefghijklmnopqrstuvwxyz0123456789_',
  s: ' ',
  n: '\n',
  t: '\t',
};
const PRINTABLE = `${CLASSES.lower}${CLASSES.digit}${CLASSES.upper}-_.:/@ ,;+!#$%&'()*<=>?[]^{|}~"\\`;

class Sampler {
  private at = 0;
  private state: number;

  constructor(
    private readonly pattern: string,
    private readonly variant: number,
  ) {
    this.state = (variant + 1) * 0x9e3779b1;
  }

  sample(): string {
    // Embedded options and directives, for example (?i) or ***:.
    this.at = /^(?:\*\*\*[:=])?(?:\(\?[a-z]+\))?/.exec(this.pattern)?.[0].length ?? 0;
    return this.alternatives();
  }

  private alternatives(): string {
    const branches = [this.sequence()];
    while (this.peek() === '|') {
      this.at++;
      branches.push(this.sequence());
    }
    return branches[this.variant % branches.length] ?? '';
  }

  private sequence(): string {
    let text = '';
    while (this.at < this.pattern.length && this.peek() !== '|' && this.peek() !== ')')
      text += this.repeated();
    return text;
  }

  private repeated(): string {
    const start = this.at;
    let text = this.atom();
    const end = this.at;
    const [least, most] = this.quantifier();
    const after = this.at;
    const count = least + (most > least ? this.variant % Math.min(most - least + 1, 4) : 0);
    if (count === 0) return '';
    for (let round = 1; round < count; round++) {
      // Each round chooses anew.
      this.at = start;
      text += this.atom();
      if (this.at !== end) break;
    }
    this.at = after;
    return text;
  }

  private quantifier(): [number, number] {
    const rest = this.pattern.slice(this.at);
    const bounds = /^(?:\{(\d+)(?:(,)(\d*))?\}|[*+?])\??/.exec(rest);
    if (!bounds) return [1, 1];
    this.at += bounds[0].length;
    if (bounds[0].startsWith('*')) return [0, 8];
    if (bounds[0].startsWith('+')) return [1, 8];
    if (bounds[0].startsWith('?')) return [0, 1];
    const least = Number(bounds[1]);
    return [least, bounds[2] ? (bounds[3] ? Number(bounds[3]) : least + 8) : least];
  }

  private atom(): string {
    const character = this.next();
    if (character === '^' || character === '$') return '';
    if (character === '.') return this.choose(`${CLASSES.lower}${CLASSES.digit}`);
    if (character === '[') return this.choose(this.set());
    if (character === '(') return this.group();
    if (character === '\\') return this.escape();
    return character;
  }

  private group(): string {
    const kind = /^\?(?:[:=!]|<[=!])/.exec(this.pattern.slice(this.at))?.[0] ?? '';
    this.at += kind.length;
    const text = this.alternatives();
    if (this.peek() === ')') this.at++;
    return kind === '' || kind === '?:' ? text : '';
  }

  private escape(): string {
    const character = this.next();
    // Constraint escapes stand between characters.
    if (/[AZmMyYbB]/.test(character)) return '';
    return this.choose(ESCAPES[character] ?? character);
  }

  /** The characters of a bracket expression. */
  private set(): string {
    const negated = this.peek() === '^';
    if (negated) this.at++;
    let characters = '';
    let first = true;
    while (this.at < this.pattern.length && (first || this.peek() !== ']')) {
      characters += this.setItem();
      first = false;
    }
    this.at++;
    if (!negated) return characters;
    return [...PRINTABLE].filter((character) => !characters.includes(character)).join('');
  }

  private setItem(): string {
    const named = /^\[:(\w+):\]/.exec(this.pattern.slice(this.at));
    if (named) {
      this.at += named[0].length;
      return CLASSES[named[1] ?? ''] ?? '';
    }
    let from = this.next();
    if (from === '\\') {
      from = this.next();
      const set = ESCAPES[from];
      if (set) return set;
    }
    if (this.peek() !== '-' || this.pattern[this.at + 1] === ']' || this.at + 1 >= this.pattern.length)
      return from;
    this.at++;
    const to = this.next();
    return between(from, to === '\\' ? this.next() : to);
  }

  private peek(): string {
    return this.pattern[this.at] ?? '';
  }

  private next(): string {
    return this.pattern[this.at++] ?? '';
  }

  /** Another one each time, the same each run. */
  private choose(characters: string): string {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return characters[(this.state >>> 8) % Math.max(characters.length, 1)] ?? '';
  }
}

function between(from: string, to: string): string {
  const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
  const count = Math.min(Math.max(high - low + 1, 0), 256);
  return Array.from({ length: count }, (_, index) => String.fromCharCode(low + index)).join('');
}
