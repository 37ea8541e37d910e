const stringWidth = require('string-width');

/** Columns of a text on a terminal. Printable ASCII needs no regular expression of 10 kB. */
module.exports = (text) => (/^[ -~]*$/.test(text) ? text.length : stringWidth(text));
