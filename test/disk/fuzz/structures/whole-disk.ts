import { findWindows, MemorySource, openDiskImage, triage } from "../../../../disk";
import type { NonResidentAttribute } from "../../../../disk/ntfs/attribute";
import { readRecord } from "../../../../disk/ntfs/record";
import { CountingSource } from "../../support/counting-source";
import { sampleBytes } from "../../support/samples";
import type { Range } from "../damage";
import type { Structure } from "../structure";

/** All that `inspect` asks of a disk, with damage wherever it reads something. */
function wholeDisk(sample: string): Structure {
  return {
    name: `whole disk (${sample})`,
    prepare: async () => {
      const bytes = sampleBytes(sample);
      const counting = new CountingSource(new MemorySource(bytes));
      await triage(counting);
      const dump = bytes.indexOf(dumpSignature);
      const runs = await runListOf(bytes);
      /** What makes it a dump: how it begins, that it is not live, and where it lies. */
      const whatItIs = (): string => {
        const parts = [dump, dump + attributes, runs].map((at) => bytes.toString("hex", at, at + 8));
        return parts.join(" ");
      };
      const before = whatItIs();
      return {
        bytes,
        ranges: piecesOf(bytes, counting.reads),
        ask: async (source) => {
          const { dumpStatus, dumps, windows } = await triage(source);
          return JSON.stringify([dumpStatus, dumps.map((one) => [one.path, one.bugCheck.code]), windows?.partition]);
        },
        isMissing: (clean, answer) => {
          const [status] = JSON.parse(clean) as [string];
          const [found] = JSON.parse(answer) as [string];
          const isLost = found !== status && (found === "not-found" || found === "no-windows-volume");
          return isLost && whatItIs() === before;
        },
      };
    },
  };
}

const dumpSignature = "PAGEDU64";

/** Offset of the attributes in a dump's header. */
const attributes = 0x1050;

const pieceSize = 64;

/** Where the run list of the file with the dump begins; it is the only thing that knows where the dump lies. */
async function runListOf(bytes: Buffer): Promise<number> {
  const source = new MemorySource(bytes);
  const { dumps } = await triage(source);
  const { volume, partition } = (await findWindows(await openDiskImage(source)))!;
  const { record } = (await volume.find(dumps[0]!.path.slice(2)))!;
  const start = partition.offset + volume.mftCluster * volume.clusterSize + record * volume.recordSize;
  const { attributes } = readRecord(bytes.subarray(start, start + volume.recordSize), record);
  const data = attributes.find((one) => one.type === 0x80 && !one.resident);
  return bytes.indexOf((data as NonResidentAttribute).pairs, start);
}

/** The pieces of ranges that hold something. */
function piecesOf(bytes: Buffer, ranges: readonly Range[]): Range[] {
  const zeros = Buffer.alloc(pieceSize);
  return ranges.flatMap(({ offset, length }) => {
    const places = Array.from({ length: Math.floor(length / pieceSize) }, (_, index) => offset + index * pieceSize);
    return places
      .filter((at) => !zeros.equals(bytes.subarray(at, at + pieceSize)))
      .map((at) => ({ offset: at, length: pieceSize }));
  });
}

export const diskWithDump = wholeDisk("dump-not-renamed");
export const diskWithPageFile = wholeDisk("dump-in-page-file");
