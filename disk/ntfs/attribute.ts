import type { ByteView } from "../byte-view";

/** Type codes of the attributes that the kit reads. Source: "NTFS Documentation" (Linux-NTFS), file $AttrDef. */
export const AttributeType = {
  standardInformation: 0x10,
  attributeList: 0x20,
  fileName: 0x30,
  volumeName: 0x60,
  volumeInformation: 0x70,
  data: 0x80,
  indexRoot: 0x90,
  indexAllocation: 0xa0,
  reparsePoint: 0xc0,
} as const;

interface AttributeHead {
  readonly type: number;
  /** Unique within the file record. */
  readonly id: number;
  /** Stream name; empty for the main stream. */
  readonly name: string;
  readonly compressed: boolean;
  readonly encrypted: boolean;
}

/** An attribute whose value lies in the file record. */
export interface ResidentAttribute extends AttributeHead {
  readonly resident: true;
  readonly value: ByteView;
}

/** An attribute, or a piece of one, whose value lies in clusters. */
export interface NonResidentAttribute extends AttributeHead {
  readonly resident: false;
  readonly firstVcn: number;
  readonly lastVcn: number;
  /** Encoded run list of this piece. */
  readonly pairs: Uint8Array;
  /** Clusters of a compression unit; 1 when the attribute is not compressed. */
  readonly unitClusters: number;
  /** Bytes of the value; meaningful in the piece with `firstVcn` 0 only, like the next. */
  readonly size: number;
  /** Bytes that were ever written; what is behind them reads as zeros. */
  readonly initializedSize: number;
}

/** An attribute of a file record. */
export type Attribute = ResidentAttribute | NonResidentAttribute;

const residentHeaderSize = 24;
const nonResidentHeaderSize = 64;

const compressedFlag = 0x00ff;
const encryptedFlag = 0x4000;

/**
 * Reads an attribute.
 *
 * Source: "NTFS Documentation" (Linux-NTFS), concept "Attribute Header".
 */
export function readAttribute(view: ByteView): Attribute {
  const flags = view.u16(12);
  const head = {
    type: view.u32(0),
    id: view.u16(14),
    name: view.utf16(view.u16(10), view.u8(9) * 2),
    compressed: (flags & compressedFlag) !== 0,
    encrypted: (flags & encryptedFlag) !== 0,
  };
  return view.u8(8) === 0 ? readResident(view, head) : readNonResident(view, head);
}

function readResident(view: ByteView, head: AttributeHead): ResidentAttribute {
  const at = view.u16(20);
  if (at < residentHeaderSize) view.fail(`has its value at ${at}, within its own header`);
  return { ...head, resident: true, value: view.part(at, view.u32(16)) };
}

function readNonResident(view: ByteView, head: AttributeHead): NonResidentAttribute {
  const unit = view.u16(34);
  if (unit > 16) view.fail(`has compression units of 2^${unit} clusters`);
  const pairs = view.u16(32);
  if (pairs < nonResidentHeaderSize) view.fail(`has its run list at ${pairs}, within its own header`);
  const firstVcn = view.u64(16);
  // -1 is the last cluster of an empty piece.
  const last = BigInt.asIntN(64, view.big(24));
  const first = firstVcn === 0;
  const size = first ? view.u64(48) : 0;
  const initializedSize = first ? view.u64(56) : 0;
  if (initializedSize > size) view.fail(`says that ${initializedSize} of its ${size} bytes were written`);
  return {
    ...head,
    resident: false,
    firstVcn,
    lastVcn: last < 0n ? -1 : view.u64(24),
    pairs: view.slice(pairs, view.size - pairs),
    unitClusters: head.compressed && unit > 0 ? 2 ** unit : 1,
    size,
    initializedSize,
  };
}
