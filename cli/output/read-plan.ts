import { RecordedSource, type ByteSource, type Extent } from "../../disk";
import type { Console } from "./console";
import { printable } from "../../disk/printable";
import { sizeText } from "./quantities";

/** Pieces of a file that are told one by one. */
const mostPieces = 20;

/** A source that counts what is read from it and, if asked to, tells each read and what it was for. */
export function recorded(source: ByteSource, console: Console, verbose = false): RecordedSource {
  if (!verbose) return new RecordedSource(source);
  return new RecordedSource(source, ({ number, offset, length, milliseconds, purpose }) => {
    const place = offset.toLocaleString("en-US");
    const text = `read ${number}: ${sizeText(length)} at ${place}, ${milliseconds.toFixed(0)} ms: ${purpose || "contents"}`;
    console.say(printable(text));
  });
}

/**
 * Where the bytes of a file lie, in one line: what will be read, or copied, for it.
 *
 * @param extents null when they do not lie in the source as they are
 */
export function layoutText(path: string, size: number, extents: readonly Extent[] | null): string {
  if (!extents) return printable(`${path}: ${sizeText(size)}, not on the disk as it is (compressed, or in its record)`);
  const zeros = extents.filter(({ at }) => at === null).reduce((sum, { length }) => sum + length, 0);
  const pieces = extents.filter(({ at }) => at !== null);
  const told = pieces
    .slice(0, mostPieces)
    .map(({ at, length }) => `${sizeText(length)} at ${(at ?? 0).toLocaleString("en-US")}`);
  const more = pieces.length > mostPieces ? [`and ${pieces.length - mostPieces} more`] : [];
  const holes = zeros > 0 ? [`${sizeText(zeros)} of zeros, which are not read`] : [];
  return printable(`${path}: ${sizeText(size)} in ${pieces.length} pieces: ${[...told, ...more, ...holes].join("; ")}`);
}
