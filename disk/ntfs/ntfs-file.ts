import type { ByteSource } from "../byte-source";
import { CorruptNtfsError, NoSuchStreamError, UnsupportedDiskError } from "../errors";
import { fileTimeToIso } from "../file-time";
import { AttributeType, type Attribute } from "./attribute";
import { extentsOf, type Extent } from "./extent";
import type { FileName } from "./file-name";
import type { Mft } from "./mft";
import type { FileRecord } from "./record";
import { readReparsePoint, type ReparsePoint } from "./reparse-point";
import type { Run } from "./run-list";
import { nonResident, openStream, type StreamOptions } from "./stream";

/** A data stream of a file. */
export interface StreamInfo {
  /** Empty for the main stream. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** What is known of a file before its contents are read. */
export interface NtfsFileFacts {
  readonly name: string;
  /** From the volume's root, with backslashes: `\Windows\MEMORY.DMP`. */
  readonly path: string;
  /** Number of its file record. */
  readonly record: number;
  readonly isDirectory: boolean;
  /** Bytes of the main stream. */
  readonly size: number;
  /** ISO 8601 in UTC with seven decimals; null when it is no time. */
  readonly created: string | null;
  readonly modified: string | null;
  readonly reparse: ReparsePoint | null;
}

/** A file or folder of an NTFS volume. */
export class NtfsFile implements NtfsFileFacts {
  readonly name: string;
  readonly path: string;
  readonly record: number;
  readonly isDirectory: boolean;
  readonly size: number;
  readonly created: string | null;
  readonly modified: string | null;
  readonly reparse: ReparsePoint | null;

  constructor(
    private readonly mft: Mft,
    facts: NtfsFileFacts,
  ) {
    this.name = facts.name;
    this.path = facts.path;
    this.record = facts.record;
    this.isDirectory = facts.isDirectory;
    this.size = facts.size;
    this.created = facts.created;
    this.modified = facts.modified;
    this.reparse = facts.reparse;
  }

  /**
   * Opens the main stream, or an alternate one by name.
   *
   * @throws NoSuchStreamError
   * @throws UnsupportedDiskError when it is encrypted (EFS) or compressed by Windows' overlay filter (WOF)
   */
  async open(stream = "", options: StreamOptions = {}): Promise<ByteSource> {
    if (stream === "" && this.reparse?.kind === "wof") {
      const how = this.reparse.compression ?? "unknown";
      throw new UnsupportedDiskError(
        `${this.path} is compressed by the Windows overlay filter (CompactOS, ${how}), which is not read; ` +
          "hives, logs and dumps never are. Use the repair VM: Windows reads it.",
        `WOF ${how}`,
      );
    }
    return openStream(this.mft, await this.pieces(stream), this.title(stream), options);
  }

  /** Cluster runs of a stream; none when it lies in the file record. */
  async runs(stream = ""): Promise<Run[]> {
    const pieces = await this.pieces(stream);
    if (pieces.every((piece) => piece.resident)) return [];
    return this.mft.runsOf(nonResident(pieces, this.title(stream)), this.title(stream));
  }

  /**
   * Where the bytes of a stream lie on the volume, so that they can be copied without reading them here.
   *
   * @returns null when they do not lie there as they are: in the file record, compressed or encrypted
   */
  async extents(stream = "", options: StreamOptions = {}): Promise<Extent[] | null> {
    const pieces = await this.pieces(stream);
    const [first] = pieces;
    const isCoded = (first?.compressed ?? false) || (first?.encrypted ?? false);
    if (!first || first.resident || isCoded || (stream === "" && this.reparse?.kind === "wof")) return null;
    const runs = this.mft.runsOf(nonResident(pieces, this.title(stream)), this.title(stream));
    const initialized = options.uninitialized === "clusters" ? first.size : first.initializedSize;
    const extents = extentsOf(runs, this.mft.boot.clusterSize, first.size, initialized);
    const length = extents.reduce((sum, extent) => sum + extent.length, 0);
    if (length === first.size) return extents;
    throw new CorruptNtfsError(
      `${this.title(stream)} should have ${first.size} bytes, but its clusters hold ${length}.`,
    );
  }

  /** Names and sizes of all data streams. */
  async streams(): Promise<StreamInfo[]> {
    const record = await this.mft.record(this.record);
    const list = await this.mft.attributeList(record);
    const data = list
      ? await Promise.all(
          list
            .filter((entry) => entry.type === AttributeType.data && entry.firstVcn === 0)
            .map((entry) => this.mft.listed(record, entry)),
        )
      : record.attributes.filter((attribute) => attribute.type === AttributeType.data);
    return data.map((attribute) => ({ name: attribute.name, size: sizeOf(attribute) }));
  }

  private async pieces(stream: string): Promise<Attribute[]> {
    const pieces = await this.mft.attributes(await this.mft.record(this.record), AttributeType.data, stream);
    if (pieces.length === 0) {
      const wanted = stream === "" ? "main stream" : `stream ${JSON.stringify(stream)}`;
      throw new NoSuchStreamError(`${this.path} has no ${wanted}${this.isDirectory ? ": it is a folder" : ""}.`);
    }
    return pieces;
  }

  private title(stream: string): string {
    return stream === "" ? this.path : `${this.path}:${stream}`;
  }
}

/** The facts of a file by its name in a folder; sizes and times may be stale while the file is open. */
export function factsOfName(key: FileName, record: number, path: string): NtfsFileFacts {
  return {
    name: key.name,
    path,
    record,
    isDirectory: key.isDirectory,
    size: key.isDirectory ? 0 : key.size,
    created: fileTimeToIso(key.created),
    modified: fileTimeToIso(key.modified),
    reparse:
      key.reparseTag === 0
        ? null
        : {
            tag: key.reparseTag,
            kind: kindOfTag(key.reparseTag),
            target: null,
            relative: false,
            compression: null,
          },
  };
}

/** The facts of a file by its own record. */
export async function factsOfRecord(mft: Mft, record: FileRecord, name: string, path: string): Promise<NtfsFileFacts> {
  const [standard] = await mft.attributes(record, AttributeType.standardInformation, "");
  const [data] = await mft.attributes(record, AttributeType.data, "");
  const [point] = await mft.attributes(record, AttributeType.reparsePoint, "");
  const times = standard?.resident ? standard.value : null;
  return {
    name,
    path,
    record: record.number,
    isDirectory: record.isDirectory,
    size: data && !record.isDirectory ? sizeOf(data) : 0,
    created: times && fileTimeToIso(times.big(0)),
    modified: times && fileTimeToIso(times.big(8)),
    reparse: point ? readReparsePoint(await valueOf(mft, point, path), path) : null,
  };
}

/** A reparse point holds at most 16 KiB. */
const longestReparsePoint = 16 * 1024;

async function valueOf(mft: Mft, attribute: Attribute, path: string): Promise<Uint8Array> {
  if (attribute.resident) return attribute.value.bytes;
  const source = openStream(mft, [attribute], `the reparse point of ${path}`);
  return source.read(0, Math.min(source.size, longestReparsePoint));
}

function sizeOf(attribute: Attribute): number {
  return attribute.resident ? attribute.value.size : attribute.size;
}

function kindOfTag(tag: number): ReparsePoint["kind"] {
  return readReparsePointKind[tag] ?? "other";
}

const readReparsePointKind: Readonly<Record<number, ReparsePoint["kind"]>> = {
  0xa000_0003: "mount-point",
  0xa000_000c: "symbolic-link",
  0x8000_0017: "wof",
};
