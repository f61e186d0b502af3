/** Text into XML 1.0. */

// Characters that XML 1.0 cannot hold even escaped (section 2.2), and surrogates without a partner.
const ILLEGAL =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Whether anything has to be done at all: most cells are plain, and there are millions of them. */
const SPECIAL = /[&<>\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/

/** Character data; what XML cannot hold becomes U+FFFD. */
export const xmlText = (text: string): string => (SPECIAL.test(text) ? escaped(text) : text)

const escaped = (text: string): string =>
  text
    .replace(ILLEGAL, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')

/** A value between double quotes; line ends and tabs would be normalised to blanks (section 3.3.3). */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
