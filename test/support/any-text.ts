import fc from "fast-check";

/** Code points without halves of characters: those below U+D800, then those from U+E000. */
const character = fc.nat(0x10ffff - 0x800).map((index) => String.fromCodePoint(index < 0xd800 ? index : index + 0x800));

/** Texts of any characters. fast-check's unit "binary" is the same, but takes half a second to list them all. */
export function anyText(maxLength?: number): fc.Arbitrary<string> {
  return fc.string({ unit: character, maxLength });
}
