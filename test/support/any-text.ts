import fc from "fast-check";

/** Code points without halves of characters: those below U+D800, then those from U+E000. */
const character = fc.nat(0x10ffff - 0x800).map((index) => String.fromCodePoint(index < 0xd800 ? index : index + 0x800));

/** Texts of any characters. fast-check's unit "binary" is the same, but takes half a second to list them all. */
export function anyText(maxLength?: number): fc.Arbitrary<string> {
  return fc.string({ unit: character, maxLength });
}

/** Characters that may stand in a segment of a path as they are (RFC 3986, 3.3). */
const plain = "ABCXYZabcxyz0189-._~!$&'()*+,;=:@".split("");

/**
 * Texts for one segment of a URL's path, and for its query: plain characters, and any others escaped. fast-check's webSegment
 * and webQueryParameters are much the same, but list all characters, too.
 */
export function anyUrlText(maxLength?: number): fc.Arbitrary<string> {
  const unit = fc.oneof(fc.constantFrom(...plain), character.map(encodeURIComponent));
  return fc.string({ unit, maxLength });
}
