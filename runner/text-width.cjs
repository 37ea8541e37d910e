/** Columns of a text on a terminal. Printable ASCII needs no regular expression of 10 kB, and nobody to load it. */
module.exports = (text) => (/^[ -~]*$/.test(text) ? text.length : require('string-width')(text));
