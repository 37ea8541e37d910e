import { diffLines } from 'diff';
import { plural } from '../../../runner/src/report/plural';
import type { Fact } from './catalog-object';
import type { Change, Difference } from './compare-catalogs';

/** One difference for a person: the object, and what about it; a long definition as a diff of its lines. */
export function renderDifference(difference: Difference): string {
  const { kind, name } = difference;
  switch (difference.difference) {
    case 'missing':
    case 'unexpected': {
      const parts = difference.parts > 0 ? `, with ${plural(difference.parts, 'part')} of it` : '';
      return difference.difference === 'missing'
        ? `- ${kind} ${name} is missing${parts}`
        : `+ ${kind} ${name} is there, but should not be${parts}`;
    }
    case 'order':
      return `~ ${kind} ${name}: columns in another order: expected ${difference.expected.join(', ')}; found ${difference.actual.join(', ')}`;
    case 'changed':
      return renderChange(difference);
  }
}

export function renderDifferences(differences: readonly Difference[]): string {
  return differences.map(renderDifference).join('\n');
}

function renderChange({ kind, name, attribute, expected, actual }: Change): string {
  const title = `~ ${kind} ${name}: ${attribute}`;
  const isText = typeof expected === 'string' && typeof actual === 'string';
  if (isText && `${expected}${actual}`.includes('\n')) {
    return `${title} (- expected, + found):\n${renderLines(expected, actual)}`;
  }
  if (attribute === 'grants') return `${title}: ${renderGrants(expected, actual)}`;
  return `${title}: expected ${renderFact(expected)}; found ${renderFact(actual)}`;
}

/** Only those that are not the same; a table can have many. */
function renderGrants(expected: Fact | undefined, actual: Fact | undefined): string {
  const list = (fact: Fact | undefined) => (typeof fact === 'object' ? fact : []);
  const without = (grants: readonly string[], others: readonly string[]) =>
    grants.filter((grant) => !others.includes(grant)).join('; ') || 'none';
  const [before, after] = [list(expected), list(actual)];
  return `expected ${without(before, after)}; found ${without(after, before)}`;
}

function renderFact(fact: Fact | undefined): string {
  if (fact === undefined) return 'none';
  if (typeof fact === 'boolean') return fact ? 'yes' : 'no';
  if (typeof fact === 'object') return fact.length === 0 ? 'none' : fact.join(', ');
  return String(fact);
}

/** Lines that are the same on both sides, beyond those next to a change, say nothing. */
const CONTEXT = 2;

function renderLines(expected: string, actual: string): string {
  const withEnd = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  return diffLines(withEnd(expected), withEnd(actual))
    .flatMap(({ value, added, removed }, index, all) => {
      const lines = value.replace(/\n$/, '').split('\n');
      const shown = added || removed ? lines : contextOf(lines, index === 0, index === all.length - 1);
      return shown.map((line) => `    ${added ? '+' : removed ? '-' : ' '} ${line}`);
    })
    .join('\n');
}

function contextOf(lines: readonly string[], isFirst: boolean, isLast: boolean): string[] {
  const head = isFirst ? [] : lines.slice(0, CONTEXT);
  const tail = isLast ? [] : lines.slice(-CONTEXT);
  if (head.length + tail.length >= lines.length) return [...lines];
  return [...head, '…', ...tail];
}
