const OPENING = '(function (exports, require, module, __filename, __dirname) {';

/**
 * The text that V8 compiles for a part: the same where its code is made and where it is used, or V8 would not take it. What
 * lies in its function already stays as it is: to put it there copies it.
 */
export const inFunction = (source) => (source.startsWith(OPENING) ? source : `${OPENING}${source}\n})\n`);
