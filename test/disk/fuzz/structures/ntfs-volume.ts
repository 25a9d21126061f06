import { CachedSource, MemorySource, NtfsVolume, type ByteSource } from "../../../../disk";
import { CountingSource } from "../../support/counting-source";
import { fixtureBytes, knownStreams } from "../../support/fixtures";
import { sha256 } from "../../support/hash";
import type { Range } from "../damage";
import type { Structure } from "../structure";

/** Files asked for: from all over the volume, so that its structures are met. */
const questions = 48;

/** A missing file is told by this answer. */
const missing = "not in its folder";

type Kind = "boot sector" | "file record" | "index block" | "attribute list or table of upper case";

/** Volume, and what of it is read to find and open some files, by the kind of structure. */
function volumeStructure(fixture: string, kind: Kind): Structure {
  return {
    name: `${kind} (${fixture})`,
    prepare: async () => {
      const bytes = fixtureBytes(fixture);
      // With its copy, in the last sector, a volume is as good as whole.
      if (kind === "boot sector") bytes.fill(0, bytes.length - 512);
      const streams = knownStreams(fixture);
      const step = Math.max(1, Math.floor(streams.length / questions));
      const ask = async (source: ByteSource, question: number): Promise<string> => {
        const [path, stream] = streams[(question * step) % streams.length]!;
        return askFor(await NtfsVolume.open(source), path, stream);
      };
      const read = new CountingSource(new MemorySource(bytes));
      for (let question = 0; question < questions; question++) await ask(read, question);
      const ranges = unique(read.reads).filter((range) => kindOf(bytes, range) === kind);
      return {
        bytes,
        ranges,
        questions,
        ask: (source, question) => ask(new CachedSource(source), question),
        isMissing: (_clean, answer) => answer === missing,
      };
    },
  };
}

async function askFor(volume: NtfsVolume, path: string, stream: string): Promise<string> {
  const file = await volume.find(path);
  if (!file) return missing;
  const source = await file.open(stream);
  const start = await source.read(0, Math.min(source.size, 4096));
  const folder = path.split("\\").slice(0, -1).join("\\");
  const beside = await volume.list(`\\${folder}`, { beginning: file.name.slice(0, 3) });
  return JSON.stringify([file.path, source.size, sha256(start), (await file.runs(stream)).length, beside.length]);
}

function unique(ranges: readonly Range[]): Range[] {
  return [...new Map(ranges.map((range) => [`${range.offset} ${range.length}`, range])).values()];
}

function kindOf(bytes: Buffer, { offset, length }: Range): Kind | null {
  if (offset === 0) return "boot sector";
  const start = bytes.toString("latin1", offset, offset + 4);
  if (start === "FILE" && length <= 4096) return "file record";
  if (start === "INDX") return "index block";
  return isList(bytes, offset) || length === 131_072 ? "attribute list or table of upper case" : null;
}

/** An attribute list begins with the entry of $STANDARD_INFORMATION. */
function isList(bytes: Buffer, offset: number): boolean {
  return bytes.readUInt32LE(offset) === 0x10 && bytes.readUInt16LE(offset + 4) === 32;
}

export const bootSector = volumeStructure("features", "boot sector");
export const fileRecord = volumeStructure("features", "file record");
export const scatteredFileRecord = volumeStructure("scattered", "file record");
export const indexBlock = volumeStructure("features", "index block");
export const smallClusterIndexBlock = volumeStructure("clusters-512", "index block");
export const listOrTable = volumeStructure("scattered", "attribute list or table of upper case");
