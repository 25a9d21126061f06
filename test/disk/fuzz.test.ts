import fc from "fast-check";
import {
  CachedSource,
  CorruptPartitionTableError,
  DiskError,
  findWindows,
  MemorySource,
  openDiskImage,
  openHive,
  readDumpHeader,
} from "../../disk";
import { thorough } from "./support/corpus";
import { sampleBytes } from "./support/samples";

const runs = (usual: number): number => (thorough ? usual * 100 : usual);

/** A right triage needs 54 reads of structures; damage may add copies and detours, never an endless walk. */
const mostReads = 400;

/** Reads exactly what is asked for, remembers it, and gives up when it does not end. */
class WatchedSource extends CachedSource {
  readonly ranges: { offset: number; length: number }[] = [];

  constructor(private readonly bytes: Buffer) {
    super(new MemorySource(bytes));
  }

  override async read(offset: number, length: number): Promise<Uint8Array> {
    this.ranges.push({ offset, length });
    if (this.ranges.length > mostReads) throw new Error(`more than ${mostReads} reads`);
    return new MemorySource(this.bytes).read(offset, length);
  }
}

/** What a person asks of a broken disk. */
async function triage(source: WatchedSource): Promise<Record<string, unknown>> {
  const image = await openDiskImage(source);
  const windows = await findWindows(image);
  // Where a partition starts is told once only; that no file system is there is said.
  if (!windows && image.problems.length > 0) throw new CorruptPartitionTableError(image.problems.join(" "));
  if (!windows) return { windows: null, dump: null };
  const hive = await openHive(windows, "SYSTEM");
  const current = (await (await hive!.key("Select"))?.value("Current"))?.asNumber();
  const crashControl = await hive!.key(`ControlSet00${current}\\Control\\CrashControl`);
  const dump = await windows.volume.find("\\Windows\\MEMORY.DMP");
  return {
    windows: windows.partition.number,
    dump: dump?.path ?? null,
    dumpFile: (await crashControl?.value("DumpFile"))?.asString(),
    size: dump?.size,
    runs: JSON.stringify(await dump?.runs()),
    header: JSON.stringify(dump && (await readDumpHeader(await dump.open()))),
  };
}

/** Damage to some bytes of a disk: mutates, works, and puts back. */
async function damaged<T>(
  disk: Buffer,
  damage: readonly { at: number; to: number }[],
  work: () => Promise<T>,
): Promise<T> {
  const before = damage.map(({ at }) => disk[at]!);
  damage.forEach(({ at, to }) => (disk[at] = to));
  try {
    return await work();
  } finally {
    damage.forEach(({ at }, index) => (disk[at] = before[index]!));
  }
}

async function resultOrError(
  work: () => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown> | DiskError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiskError) return error;
    throw error;
  }
}

describe.each(["gen2-dump", "gen1-no-dump"])("triage of sample %s with wrong bytes", (name) => {
  const disk = sampleBytes(name);
  let clean: Record<string, unknown>;
  let places: number[];
  beforeAll(async () => {
    const source = new WatchedSource(disk);
    clean = await triage(source);
    places = [
      ...new Set(source.ranges.flatMap(({ offset, length }) => Array.from({ length }, (_, index) => offset + index))),
    ];
  });

  const choice = fc.record({ place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), to: fc.nat(255) });

  // Bytes of the dump, names of keys and sizes have no second copy to be held against; what must never happen is a
  // raw error, an endless walk, or that Windows or the dump is called missing.
  it("ends in the same answer or a DiskError, and never calls missing what is there", () =>
    fc.assert(
      fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 3 }), async (choices) => {
        const damage = choices.map(({ place, to }) => ({ at: places[Math.floor(place * places.length)]!, to }));
        const result = await damaged(disk, damage, () => resultOrError(() => triage(new WatchedSource(disk))));
        if (result instanceof DiskError) return;
        expect([result.windows, result.dump]).toStrictEqual([clean.windows, clean.dump]);
      }),
      { numRuns: runs(250) },
    ));

  it("no single wrong byte makes Windows or the dump missing", async () => {
    const step = thorough ? 1 : 199;
    for (const at of places.filter((one) => disk[one] !== 0).filter((_, index) => index % step === 0)) {
      for (const to of [0, 0xff, disk[at]! ^ 1, disk[at]! ^ 2]) {
        const result = await damaged(disk, [{ at, to }], () => resultOrError(() => triage(new WatchedSource(disk))));
        if (result instanceof DiskError) continue;
        expect([at, to, result.windows, result.dump]).toStrictEqual([at, to, clean.windows, clean.dump]);
      }
    }
  });

  it("ends in the same answer or a DiskError when the disk is cut off", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(disk.length - 1), async (length) => {
        const cut = disk.subarray(0, length);
        const result = await resultOrError(() => triage(new WatchedSource(cut)));
        if (!(result instanceof DiskError) && result.windows !== null) expect(result.windows).toBe(clean.windows);
      }),
      { numRuns: runs(60) },
    ));
});
