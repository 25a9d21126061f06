import { createHash } from "node:crypto";
import {
  findDrive,
  findEvidence,
  isWrittenBelow,
  openDiskImage,
  pathOnVolume,
  readDumpHeader,
  reservedSize,
  systemDrive,
  triage,
  type ByteSource,
  type NtfsFile,
  type Triage,
} from "../../disk";
import { ExtractionError } from "../errors";
import { contentOf, type Content } from "../volume/content-of";
import { findFile, type NamedStream } from "../volume/find-file";
import { openVolume, type OpenedVolume } from "../volume/open-volume";
import { fitName, type Item } from "./item";

/** Bytes of DUMP_HEADER64 (Windows debugger); DUMP_HEADER32 is shorter. */
const longestHeader = 0x2000;

/** What to extract. Nothing chosen means the dump. */
export interface Selection {
  readonly dump?: boolean;
  readonly minidumps?: boolean;
  readonly evidence?: boolean;
  /** True to look by all file records for what no folder leads to. */
  readonly scan?: boolean;
  readonly paths: readonly string[];
  /** Number of the partition that paths and evidence are on, instead of that of Windows; not with dumps. */
  readonly partition?: number;
}

/** Which dumps are chosen: the best one also where nothing is. */
export function chosenDumps(selection: Selection): { readonly dump: boolean; readonly minidumps: boolean } {
  const { minidumps = false, evidence = false, paths } = selection;
  return { dump: selection.dump ?? (!minidumps && !evidence && paths.length === 0), minidumps };
}

/**
 * Finds the files to extract.
 *
 * @param source with a cache, so that the search for the dump and the search for its clusters read nothing twice
 * @param raw the same without
 * @param onNote told what could not be looked at
 * @throws ExtractionError when something chosen is not there, or two files would have one name
 */
export async function selectItems(
  source: ByteSource,
  raw: ByteSource,
  selection: Selection,
  onNote: (note: string) => void = () => undefined,
): Promise<Item[]> {
  const { evidence = false, paths } = selection;
  const { dump, minidumps } = chosenDumps(selection);
  const answer = dump || minidumps ? await triage(source, { scan: selection.scan ?? false }) : null;
  const opened = await openVolume(source, selection.partition ?? null);
  const selector = new Selector(source, opened, raw, selection.scan ?? false);
  const items: Item[] = [];
  if (dump && answer) items.push(await selector.dump(answer));
  if (minidumps && answer) items.push(...(await selector.minidumps(answer)));
  if (evidence) items.push(...(await selector.evidence(onNote)));
  for (const path of paths) items.push(await selector.path(path));
  return unique(items);
}

class Selector {
  constructor(
    private readonly source: ByteSource,
    private readonly opened: OpenedVolume,
    private readonly raw: ByteSource,
    private readonly scan: boolean,
  ) {}

  async dump(answer: Triage): Promise<Item> {
    const [best] = answer.dumps;
    if (!best) throw new ExtractionError(`There is no dump to extract. ${answer.reason} ${answer.nextSteps.join(" ")}`);
    const writtenBelow = isWrittenBelow({ kind: best.place, path: best.path });
    const name = best.place === "page-file" ? "MEMORY.DMP" : null;
    return this.item(best.path, { writtenBelow, bugCheck: best.bugCheck.code, name });
  }

  async minidumps({ dumps }: Triage): Promise<Item[]> {
    const small = dumps.filter((dump) => dump.kind === "minidump");
    if (small.length === 0) throw new ExtractionError("There are no minidumps on this disk.");
    return Promise.all(small.map((dump) => this.item(dump.path, { bugCheck: dump.bugCheck.code })));
  }

  async evidence(onProblem: (problem: string) => void): Promise<Item[]> {
    const { windows } = this.opened;
    if (!windows) throw new ExtractionError("There is no Windows on this disk, so there is no evidence to look for.");
    const found = await findEvidence(windows, onProblem);
    return Promise.all(found.map(({ path }) => this.item(path, { keepFolders: true })));
  }

  path(path: string): Promise<Item> {
    return this.item(path, {});
  }

  /** The volume of a drive that is not that of Windows but of the same disk; null for any other path. */
  private async otherVolume(path: string): Promise<Pick<OpenedVolume, "volume" | "partition"> | null> {
    const [drive, { windows }] = [driveOf(path), this.opened];
    if (drive === null || drive === systemDrive || !windows) return null;
    return findDrive(await openDiskImage(this.source, { scope: "windows" }), windows, drive);
  }

  private async item(path: string, how: How): Promise<Item> {
    const other = await this.otherVolume(path);
    const { volume, partition } = other ?? this.opened;
    const { file, stream } = await findFile(volume, other ? pathOnVolume(path) : path, this.scan);
    if (file.isDirectory) throw new ExtractionError(`${path} is a folder; name the files.`);
    const writtenBelow = how.writtenBelow ?? false;
    const { bytes, extents } = await contentOf({ file, stream }, this.raw, partition.offset, {
      writtenBelow,
      ...(writtenBelow && { size: dumpSize }),
    });
    return {
      path,
      name: how.name ?? nameOf(file, stream, how.keepFolders ?? false),
      content: bytes,
      extents,
      identity: identityOf({ file, stream }, { bytes, extents }, writtenBelow ? await headOf(bytes) : null),
      bugCheck: how.bugCheck ?? null,
    };
  }
}

/** The drive that a path names, or the volume without a letter: `partition 2:`. */
function driveOf(path: string): string | null {
  return /^[A-Za-z]:/.exec(path)?.[0].toUpperCase() ?? /^partition \d+:/.exec(path)?.[0] ?? null;
}

interface How {
  /** Whether the crash driver wrote it below the file system. */
  readonly writtenBelow?: boolean;
  readonly keepFolders?: boolean;
  readonly name?: string | null;
  readonly bugCheck?: string;
}

async function dumpSize(file: ByteSource): Promise<number> {
  const header = await readDumpHeader(file);
  return header ? reservedSize(header, file.size) : file.size;
}

/** The bytes that the longest header of a dump takes: when Windows crashed, and of what. */
function headOf(file: ByteSource): Promise<Uint8Array> {
  return file.read(0, Math.min(file.size, longestHeader));
}

function nameOf(file: NtfsFile, stream: string, keepFolders: boolean): string {
  const parts = file.path.split("\\").filter((part) => part !== "");
  const kept = keepFolders ? ["evidence", ...parts] : parts.slice(-1);
  return kept.map(fitName).join("/") + (stream === "" ? "" : `_${fitName(stream)}`);
}

/** @param head its first bytes, where the file system knows nothing of what was written; else null */
function identityOf({ file, stream }: NamedStream, { bytes, extents }: Content, head: Uint8Array | null): string {
  const facts = [file.path, file.record, stream, bytes.size, file.created, file.modified, extents];
  return createHash("sha256")
    .update(JSON.stringify(facts))
    .update(head ?? "")
    .digest("hex");
}

function unique(items: readonly Item[]): Item[] {
  const byName = new Map<string, Item>();
  for (const item of items) {
    const key = item.name.toUpperCase();
    const other = byName.get(key);
    if (other && other.identity !== item.identity) {
      throw new ExtractionError(
        `${other.path} and ${item.path} would both become ${item.name}; extract them one by one.`,
      );
    }
    byName.set(key, item);
  }
  return [...byName.values()];
}
