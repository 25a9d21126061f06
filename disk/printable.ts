/** Characters that a terminal obeys, or that turn text round or hide it: control, format, separators, lone surrogates. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from a disk as it may be printed: whoever wrote a file name must not drive the terminal of whoever reads it.
 *
 * @param text any text
 * @returns one line in which such characters are written as `\u{1B}`
 */
export function printable(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
}
