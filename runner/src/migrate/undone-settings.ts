import type { ClassifiedStatement } from '../sql/script-statements';

/**
 * Numbers of the settings up to a statement that no longer hold, because the file rolled them back: a setting goes
 * with the transaction, or the savepoint, that is rolled back.
 */
export function undoneSettings(statements: readonly ClassifiedStatement[], lastDone: number): Set<number> {
  const undone = new Set<number>();
  const transaction = new OpenTransaction();
  for (const { kind, number } of statements) {
    if (number > lastDone) break;
    if (kind.kind === 'setting') transaction.set(number);
    if (kind.kind !== 'transaction-control') continue;
    for (const setting of transaction.control(kind.command, kind.savepoint ?? '')) undone.add(setting);
  }
  return undone;
}

/** The settings of a transaction in their order, and where among them its savepoints stand. */
class OpenTransaction {
  /** A file begins inside a transaction. */
  private isOpen = true;
  private settings: number[] = [];
  private savepoints: { readonly name: string; readonly from: number }[] = [];

  set(number: number): void {
    // Outside a transaction nothing can be taken back.
    if (this.isOpen) this.settings.push(number);
  }

  /** @returns the settings that the command takes back. */
  control(command: string, savepoint: string): readonly number[] {
    switch (command) {
      case 'begin':
        // Only a warning where one is open.
        this.isOpen = true;
        return [];
      case 'savepoint':
        this.savepoints.push({ name: savepoint, from: this.settings.length });
        return [];
      case 'release':
        this.savepoints.length = Math.max(0, this.find(savepoint));
        return [];
      case 'rollback to': {
        const at = this.find(savepoint);
        // The savepoint itself stays.
        this.savepoints.length = at + 1;
        return this.settings.splice(this.savepoints[at]?.from ?? 0);
      }
      case 'commit':
      case 'prepare transaction':
      case 'rollback':
        this.isOpen = false;
    }
    const settings = this.settings;
    this.settings = [];
    this.savepoints = [];
    return command.startsWith('rollback') ? settings : [];
  }

  /** Of two with one name, the later counts. */
  private find(name: string): number {
    return this.savepoints.findLastIndex((savepoint) => savepoint.name === name);
  }
}
