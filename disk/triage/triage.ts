import type { ByteSource } from "../byte-source";
import { openDiskImage, type DiskImage } from "../disk-image";
import { CachedSource } from "../sources/cached-source";
import { forPurpose } from "../sources/read-purpose";
import { RecordedSource, type RecordedRead } from "../sources/recorded-source";
import { findWindows, type WindowsVolume } from "../windows";
import { systemDrive } from "./dump-places";
import { worthOf, type FoundDump } from "./dump-choice";
import { searchDumps, type DumpSearch } from "./dump-search";
import { explainNoWindows, explainSearch, type Explanation } from "./explanation";
import { readOfflineSystem, readProduct, type OfflineSystem, type Product } from "./offline-registry";
import { OtherVolumes } from "./other-volumes";
import { sentences } from "./sentences";
import type { DiskFacts, DumpFacts, SourceKind, Triage, WindowsFacts } from "./triage-answer";

/** How to triage a disk. */
export interface TriageOptions {
  /** What the source is, for the answer; "file" when not given. */
  readonly kind?: SourceKind;
  /** True to look for the dump by all file records, too, which reads all of $MFT. */
  readonly scan?: boolean;
  /** Told of each read that went to the source. */
  readonly onRead?: (read: RecordedRead) => void;
  /** Told of what was wrong and could be got over, in sentences. */
  readonly onProblem?: (problem: string) => void;
}

/**
 * Answers whether a disk of a broken Windows holds a crash dump, of what, and if not, why.
 *
 * No dump, no Windows and an encrypted disk are answers. Nothing is read twice, and nothing that the answer does not
 * need: about 20 requests and 1 MB on an OS disk of any size. Where there is no dump and no setting explains it, the bitmap
 * of clusters as well (4 MB for 127 GiB, none beyond 256 GiB), which tells whether the volume is full.
 *
 * @throws DiskError when the disk cannot be read, or is damaged so that an answer would be a guess
 */
export async function triage(source: ByteSource, options: TriageOptions = {}): Promise<Triage> {
  const start = performance.now();
  const recorded = new RecordedSource(source, options.onRead);
  const image = await forPurpose("partition table", () =>
    openDiskImage(new CachedSource(recorded), { scope: "windows" }),
  );
  const windows = await forPurpose("search for Windows", () => findWindows(image));
  const answer = windows ? await triageWindows(image, windows, options.scan ?? false) : withoutWindows(image);
  const problems = [...image.problems, ...(windows?.volume.problems ?? []), ...answer.problems];
  problems.forEach((problem) => options.onProblem?.(problem));
  const isCertain = answer.dumpStatus === "found" || answer.dumpStatus === "in-page-file";
  return {
    schema: 1,
    source: { kind: options.kind ?? "file", size: source.size },
    disk: diskFacts(image),
    windows: answer.windows,
    crashControl: answer.crashControl,
    dumps: answer.dumps,
    dumpStatus: answer.dumpStatus,
    reason: isCertain ? answer.reason : [answer.reason, ...problems].join(" "),
    searched: answer.searched,
    nextSteps: answer.nextSteps,
    reads: {
      requests: recorded.requests,
      bytes: recorded.bytes,
      milliseconds: Math.round(performance.now() - start),
    },
  };
}

type Part = Explanation &
  Pick<Triage, "windows" | "crashControl" | "dumps" | "searched"> & { readonly problems: readonly string[] };

async function triageWindows(image: DiskImage, windows: WindowsVolume, scan: boolean): Promise<Part> {
  const systemRoot = systemDrive + windows.systemRoot;
  const [system, product] = await Promise.all([readOfflineSystem(windows), readProduct(windows)]);
  const others = new OtherVolumes(image, windows, system);
  const search = await searchDumps(windows.volume, others, system, systemRoot, scan);
  return {
    ...(await explainSearch(windows, system, search, systemRoot)),
    windows: windowsFacts(windows, systemRoot, system, product),
    crashControl: system.crashControl,
    dumps: dumpFacts(search, system),
    searched: [hiveLine(system, systemRoot), ...search.searched],
    problems: system.problems,
  };
}

function withoutWindows(image: DiskImage): Part {
  const nothing = { windows: null, crashControl: null, dumps: [], searched: [], problems: [] };
  return { ...explainNoWindows(image), ...nothing };
}

function hiveLine(system: OfflineSystem, systemRoot: string): Triage["searched"][number] {
  const path = `${systemRoot}\\System32\\config\\SYSTEM`;
  if (system.problem !== null) return { path, found: false, why: sentences.hiveProblem(system.problem) };
  return { path, found: true, why: sentences.hiveRead(system.selected ?? "") };
}

function diskFacts(image: DiskImage): DiskFacts {
  const partitions = image.partitions.map(({ number, type, name, offset, length, fileSystem }) => {
    return { number, type, name, offset, length, fileSystem };
  });
  return { format: image.format, size: image.size, partitioning: image.partitioning, partitions };
}

function windowsFacts(
  windows: WindowsVolume,
  systemRoot: string,
  system: OfflineSystem,
  product: Product,
): WindowsFacts {
  return {
    partition: windows.partition.number,
    systemRoot,
    computerName: system.computerName,
    productName: product.productName,
    build: product.build,
    controlSet: system.controlSet,
    volumeDirty: windows.volume.dirty,
    hiveDirty: system.dirty,
  };
}

function dumpFacts({ dumps, armed }: DumpSearch, system: OfflineSystem): DumpFacts[] {
  return [...dumps, ...armed].map((dump) => factsOf(dump, worthOf(dump, dump === dumps[0], system)));
}

function factsOf({ place, file, header, size }: FoundDump, reason: string): DumpFacts {
  return {
    path: place.path,
    kind: header.kind,
    size,
    complete: header.complete,
    created: file.created,
    bugCheck: header.bugCheck,
    systemTime: header.systemTime,
    build: header.build,
    reason,
    required: header.requiredSize,
    place: place.kind,
  };
}
