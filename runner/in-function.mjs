/** The text that V8 compiles for a part: the same where its code is made and where it is used, or V8 would not take it. */
export const inFunction = (source) =>
  `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
