import { MemorySource, NtfsVolume } from "../../../../disk";
import { readAttributeList } from "../../../../disk/ntfs/attribute-list";
import { unpackLznt1 } from "../../../../disk/ntfs/lznt1";
import { readReparsePoint } from "../../../../disk/ntfs/reparse-point";
import { decodeRuns } from "../../../../disk/ntfs/run-list";
import { fixtureBytes } from "../../support/fixtures";
import { sha256 } from "../../support/hash";
import type { Structure } from "../structure";

/** A structure whose reader takes bytes and nothing else. */
function pieceOf(name: string, bytes: () => Promise<Buffer> | Buffer, read: (bytes: Uint8Array) => string): Structure {
  return {
    name,
    prepare: async () => {
      const whole = await bytes();
      return {
        bytes: whole,
        ranges: [{ offset: 0, length: whole.length }],
        ask: async (source) => read(await source.read(0, source.size)),
      };
    },
  };
}

export const runList = pieceOf(
  "run list",
  () => {
    const runs: number[] = [];
    for (let index = 1; index <= 60; index++)
      runs.push(0x21, index, index, 1, 0x11, 3, 0xf0, 0x01, 5, 0x31, 9, 1, 7, 0);
    return Buffer.from([...runs, 0, 0]);
  },
  (bytes) => {
    const runs = decodeRuns(bytes, 0, 1_000_000, "a file");
    if (runs.some((run) => run.lcn !== null && run.lcn + run.clusters > 1_000_000))
      throw new Error("a run ends past the volume");
    return `${runs.length} ${runs.at(-1)?.vcn}`;
  },
);

export const attributeList = pieceOf(
  "attribute list",
  () => {
    const entries = Array.from({ length: 24 }, (_, index) => {
      const entry = Buffer.alloc(40);
      entry.writeUInt32LE(index < 4 ? 0x10 * (index + 1) : 0x80, 0);
      entry.writeUInt16LE(40, 4);
      entry.writeUInt8(4, 6);
      entry.writeUInt8(26, 7);
      entry.writeBigUInt64LE(BigInt(index * 100), 8);
      entry.writeBigUInt64LE(BigInt(index + 30) | (3n << 48n), 16);
      entry.writeUInt16LE(index, 24);
      entry.write("$I30", 26, "utf16le");
      return entry;
    });
    return Buffer.concat(entries);
  },
  (bytes) => JSON.stringify(readAttributeList(bytes, "file record 30")),
);

export const reparsePoint = pieceOf(
  "reparse point",
  () => {
    const target = "\\??\\C:\\Windows\\System32";
    const bytes = Buffer.alloc(16 + target.length * 4 + 8);
    bytes.writeUInt32LE(0xa000_0003, 0);
    bytes.writeUInt16LE(bytes.length - 8, 4);
    bytes.writeUInt16LE(target.length * 2, 10);
    bytes.write(target, 16, "utf16le");
    return bytes;
  },
  (bytes) => JSON.stringify(readReparsePoint(bytes, "\\link")),
);

export const compressedData = pieceOf("LZNT1 data", packedText, (bytes) =>
  sha256(unpackLznt1(bytes, 65_536, "a file")),
);

/** The first compression unit of a file that NTFS packed. */
async function packedText(): Promise<Buffer> {
  const bytes = fixtureBytes("features");
  const volume = await NtfsVolume.open(new MemorySource(bytes));
  const [first] = await (await volume.find("\\packed\\text.log"))!.runs();
  const start = first!.lcn! * volume.clusterSize;
  return Buffer.from(bytes.subarray(start, start + first!.clusters * volume.clusterSize));
}
