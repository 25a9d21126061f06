import { ByteView } from "../byte-view";
import { CorruptEventLogError } from "../errors";
import { fileTimeToIso } from "../file-time";
import { readGuid } from "../guid";

/** Types of values that are handled apart. Source: [MS-EVEN6] 2.2.12 "BinXml", "Value types". */
export const ValueType = { nothing: 0x00, binaryXml: 0x21 } as const;

/** Set in the type of an array. */
const arrayFlag = 0x80;

type Decoder = (view: ByteView, at: number) => string;

interface FixedType {
  readonly size: number;
  readonly text: Decoder;
}

const signed = (size: number, text: (data: DataView) => number | bigint): FixedType => ({
  size,
  text: (view, at) => {
    const { buffer, byteOffset } = view.slice(at, size);
    return String(text(new DataView(buffer, byteOffset, size)));
  },
});

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** Types whose values have one length each. */
const fixedTypes: Readonly<Record<number, FixedType>> = {
  0x03: signed(1, (data) => data.getInt8(0)),
  0x04: { size: 1, text: (view, at) => String(view.u8(at)) },
  0x05: signed(2, (data) => data.getInt16(0, true)),
  0x06: { size: 2, text: (view, at) => String(view.u16(at)) },
  0x07: signed(4, (data) => data.getInt32(0, true)),
  0x08: { size: 4, text: (view, at) => String(view.u32(at)) },
  0x09: signed(8, (data) => data.getBigInt64(0, true)),
  0x0a: { size: 8, text: (view, at) => String(view.big(at)) },
  0x0b: signed(4, (data) => data.getFloat32(0, true)),
  0x0c: signed(8, (data) => data.getFloat64(0, true)),
  0x0d: { size: 4, text: (view, at) => String(view.u32(at) !== 0) },
  0x0f: { size: 16, text: (view, at) => `{${readGuid(view, at)}}` },
  0x11: { size: 8, text: (view, at) => fileTimeToIso(view.big(at)) ?? hex(view.big(at)) },
  0x12: { size: 16, text: systemTime },
  0x14: { size: 4, text: (view, at) => hex(view.u32(at)) },
  0x15: { size: 8, text: (view, at) => hex(view.big(at)) },
};

/**
 * A value as text, as Windows shows it in XML; an array gives one text for each of its members.
 *
 * Source: "Windows XML Event Log (EVTX) format" (Joachim Metz, libevtx), section "Value types"; [MS-EVEN6] 2.2.12.
 *
 * @throws CorruptEventLogError when its length is none that its type has
 */
export function valueTexts(type: number, bytes: Uint8Array): string[] {
  const view = new ByteView(bytes, "A value of an event", CorruptEventLogError);
  const single = type & ~arrayFlag;
  const isArray = single !== type;
  if (single === 0x01) return texts(view.utf16(0, view.size), isArray);
  if (single === 0x02) return texts(view.latin1(0, view.size), isArray);
  if (single === ValueType.nothing) return [""];
  if (type === 0x0e) return [Buffer.from(bytes).toString("hex").toUpperCase()];
  if (type === 0x13) return [securityIdentifier(view)];
  const fixed = fixedTypes[single === 0x10 ? sizeType(view) : single] ?? irregular(view, single);
  if (!fixed) return [`0x${Buffer.from(bytes).toString("hex")}`];
  if (!isArray) return [fixed.text(view, 0)];
  const count = Math.floor(view.size / fixed.size);
  return Array.from({ length: count }, (_, index) => fixed.text(view, index * fixed.size));
}

/** A string may have an end mark, or several; those of an array stand between its members. */
function texts(text: string, isArray: boolean): string[] {
  // From the first NUL of a row, since from every one of them a long row takes hours.
  if (!isArray) return [text.replace(/(?<!\0)\0+$/, "")];
  const parts = text.split("\0");
  if (parts.at(-1) === "") parts.pop();
  return parts;
}

/** A size is as long as a pointer was on that machine. */
function sizeType(view: ByteView): number {
  return view.size === 4 ? 0x14 : 0x15;
}

/** Seen in logs: a boolean of one byte instead of four. */
function irregular(view: ByteView, type: number): FixedType | undefined {
  return type === 0x0d && view.size === 1 ? { size: 1, text: (one, at) => String(one.u8(at) !== 0) } : undefined;
}

function systemTime(view: ByteView, at: number): string {
  const two = (offset: number): string => String(view.u16(at + offset)).padStart(2, "0");
  const date = `${String(view.u16(at)).padStart(4, "0")}-${two(2)}-${two(6)}`;
  return `${date}T${two(8)}:${two(10)}:${two(12)}.${String(view.u16(at + 14)).padStart(3, "0")}Z`;
}

/** Source: [MS-DTYP] 2.4.2 "SID". */
function securityIdentifier(view: ByteView): string {
  const authority = Buffer.from(view.slice(2, 6)).readUIntBE(0, 6);
  const parts = Array.from({ length: view.u8(1) }, (_, index) => view.u32(8 + index * 4));
  return ["S", view.u8(0), authority, ...parts].join("-");
}
