/** The words of a command without `--confirm`, quoted so that a shell reads them again as they are. */
export function commandLineOf(program: string, words: readonly string[]): string {
  const kept = words.filter(
    (word, index) =>
      word !== '--confirm' && !word.startsWith('--confirm=') && words[index - 1] !== '--confirm',
  );
  return [program, ...kept.map(quoteWord)].join(' ');
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
