import { createHash } from "node:crypto";
import {
  findDrive,
  findEvidence,
  isTemporaryDump,
  openDiskImage,
  pathOnVolume,
  readDumpHeader,
  systemDrive,
  triage,
  type ByteSource,
  type Extent,
  type NtfsFile,
  type Triage,
} from "../../disk";
import { ExtractionError } from "../errors";
import { contentOf } from "../volume/content-of";
import { findFile } from "../volume/find-file";
import { openVolume, type OpenedVolume } from "../volume/open-volume";
import { fitName, type Item } from "./item";

/** What to extract. Nothing chosen means the dump. */
export interface Selection {
  readonly dump?: boolean;
  readonly minidumps?: boolean;
  readonly evidence?: boolean;
  /** True to look by all file records for what no folder leads to. */
  readonly scan?: boolean;
  readonly paths: readonly string[];
  readonly partition?: number;
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
  const { minidumps = false, evidence = false, paths } = selection;
  const dump = selection.dump ?? (!minidumps && !evidence && paths.length === 0);
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
    // The crash driver writes these below the file system, and makes them larger than the dump.
    const writtenBelow = best.place !== "dump" || isTemporaryDump(best.path);
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
      identity: identityOf(file, stream, bytes.size, extents),
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
  return Math.min(file.size, header?.requiredSize ?? file.size);
}

function nameOf(file: NtfsFile, stream: string, keepFolders: boolean): string {
  const parts = file.path.split("\\").filter((part) => part !== "");
  const kept = keepFolders ? ["evidence", ...parts] : parts.slice(-1);
  return kept.map(fitName).join("/") + (stream === "" ? "" : `_${fitName(stream)}`);
}

function identityOf(file: NtfsFile, stream: string, size: number, extents: readonly Extent[] | null): string {
  const facts = [file.path, file.record, stream, size, file.created, file.modified, extents];
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex");
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
