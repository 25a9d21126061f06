import type { ByteView } from "./byte-view";

/** A GUID as Microsoft stores it (first three groups little-endian), in capitals with hyphens and without braces. */
export function readGuid(view: ByteView, offset: number): string {
  const hex = (from: number, length: number, reversed: boolean): string => {
    const bytes = Buffer.from(view.slice(offset + from, length));
    return (reversed ? bytes.reverse() : bytes).toString("hex").toUpperCase();
  };
  return [hex(0, 4, true), hex(4, 2, true), hex(6, 2, true), hex(8, 2, false), hex(10, 6, false)].join("-");
}
