import { NtfsVolume, openDiskImage, OutOfRangeError, type ByteSource, type NtfsFile } from "../../disk";
import { readBootSector } from "../../disk/ntfs/boot-sector";
import { unpackLznt1 } from "../../disk/ntfs/lznt1";
import { Mft } from "../../disk/ntfs/mft";
import { readRecord } from "../../disk/ntfs/record";
import { nonResident } from "../../disk/ntfs/stream";
import { corpusEntries, corpusSource, describeCorpus, thorough, unpack, type CorpusEntry } from "./support/corpus";
import { hashOf, sha256 } from "./support/hash";

/** Unpacking a gigabyte takes longer than all other tests together. */
const tooLarge = 512 * 1024 * 1024;

describeCorpus("volumes of the corpus", corpusEntries("ntfs"), (entry) => {
  const facts = entry.facts.volume ?? entry.facts;
  if (entry.size > tooLarge && !thorough) {
    console.warn(`Skipped: ${entry.id} needs AZURE_REPAIR_KIT_THOROUGH=1.`);
    it.skip(`${entry.id} is read when AZURE_REPAIR_KIT_THOROUGH is 1`, () => undefined);
    return;
  }

  it(`${entry.id} has the parameters and files that other readers see`, async () => {
    const image = await openDiskImage(corpusSource(entry.file));
    const [partition] = image.partitions.filter((one) => one.fileSystem === "ntfs");
    expect(partition!.offset).toBe(facts.offsetSectors * 512);
    const volume = await NtfsVolume.open(partition!.bytes);
    expect({
      label: volume.label,
      serial: volume.serial,
      version: volume.version,
      dirty: volume.dirty,
      sectorSize: volume.sectorSize,
      clusterSize: volume.clusterSize,
      recordSize: volume.recordSize,
      indexBlockSize: volume.indexBlockSize,
      mftCluster: volume.mftCluster,
      mftMirrorCluster: volume.mftMirrorCluster,
      problems: volume.problems,
    }).toStrictEqual({
      label: facts.volumeName ?? "",
      serial: facts.serial,
      version: facts.ntfsVersion,
      dirty: (facts.volumeFlags & 1) === 1,
      sectorSize: facts.sectorSize,
      clusterSize: facts.clusterSize,
      recordSize: facts.mftRecordSize,
      indexBlockSize: facts.indexRecordSize,
      mftCluster: facts.mftFirstCluster,
      mftMirrorCluster: facts.mftMirrorFirstCluster,
      problems: [],
    });
    for (const fact of facts.files) await checkFile(volume, fact);
    if (facts.allStreamsDigest) await checkAllStreams(volume, facts);
  });
});

/** Everything that sleuthkit finds on the volume, in one digest; the index leaves out the list of bad clusters. */
async function checkAllStreams(volume: NtfsVolume, facts: any): Promise<void> {
  const lines: string[] = [];
  let folders = 0;
  const addStreams = async (file: NtfsFile): Promise<void> => {
    const path = file.path.slice(1).replaceAll("\\", "/");
    for (const { name, size } of path === "$BadClus" ? [] : await file.streams()) {
      const digest = await hashOf(await file.open(name));
      lines.push([name ? `${path}:${name}` : path, size, digest].join("\t"));
    }
  };
  const visit = async (path: string): Promise<void> => {
    for (const file of await volume.list(path)) {
      await addStreams(file);
      if (file.isDirectory) folders++;
      if (file.isDirectory && !file.reparse) await visit(file.path);
    }
  };
  await visit("\\");
  const { streams, sha256: digest } = facts.allStreamsDigest;
  // The file that no folder names.
  if (lines.length < streams) await addStreams((await volume.scan("1.txt"))[0]!);
  const sorted = lines.toSorted((one, other) => (one < other ? -1 : 1));
  expect([folders, lines.length, sha256(Buffer.from(sorted.join("\n")))]).toStrictEqual([
    facts.directories,
    streams,
    digest,
  ]);
}

async function checkFile(volume: NtfsVolume, fact: any): Promise<void> {
  const [path, stream = ""] = fact.path.split(":");
  const windowsPath = `\\${path.replaceAll("/", "\\")}`;
  // One file of the corpus is in no folder: only the scan of the file table finds it.
  const file = (await volume.find(windowsPath)) ?? (await volume.scan(windowsPath.split("\\").at(-1)!))[0];
  const source = await file!.open(stream);
  expect([fact.path, file!.path, file!.record, source.size, await hashOf(source)]).toStrictEqual([
    fact.path,
    windowsPath,
    fact.record,
    fact.size,
    fact.sha256,
  ]);
  if (fact.runs !== undefined) expect((await file!.runs(stream)).length).toBe(fact.runs);
  expect(await file!.streams()).toContainEqual({ name: stream, size: fact.size });
}

describeCorpus("boot sectors of the corpus", corpusEntries("ntfs-boot-sector"), (entry) => {
  it(`${entry.id} has the sizes of its author`, () => {
    const boot = readBootSector(unpack(entry.file));
    expect({
      bytesPerSector: boot.sectorSize,
      clusterSize: boot.clusterSize,
      totalSectors: boot.volumeSize / boot.sectorSize,
      mftCluster: boot.mftCluster,
      mftMirrCluster: boot.mftMirrorCluster,
      recordSize: boot.recordSize,
      indexSize: boot.indexBlockSize,
      serial: boot.serial,
    }).toMatchObject(pick(entry.facts));
  });
});

function pick({
  bytesPerSector,
  clusterSize,
  totalSectors,
  mftCluster,
  mftMirrCluster,
  recordSize,
  indexSize,
  serial,
}: any): object {
  return { bytesPerSector, clusterSize, totalSectors, mftCluster, mftMirrCluster, recordSize, indexSize, serial };
}

/** A volume of which only some pieces are there; a read of anything else fails. */
class PieceSource implements ByteSource {
  readonly size = 2 ** 52;
  constructor(private readonly pieces: readonly { offset: number; bytes: Buffer }[]) {}

  async read(offset: number, length: number): Promise<Uint8Array> {
    const piece = this.pieces.find((one) => offset >= one.offset && offset + length <= one.offset + one.bytes.length);
    if (!piece) return Promise.reject(new OutOfRangeError(`no piece holds ${length} bytes at ${offset}`));
    return Promise.resolve(piece.bytes.subarray(offset - piece.offset, offset - piece.offset + length));
  }
}

function piecesOf(entry: CorpusEntry): PieceSource {
  const bytes = unpack(entry.file);
  return new PieceSource(entry.facts.format.startsWith("CSV") ? csvPieces(bytes) : tarPieces(bytes));
}

function csvPieces(bytes: Buffer): { offset: number; bytes: Buffer }[] {
  const lines = bytes.toString("latin1").trim().split("\n");
  return lines.map((line) => {
    const [offset, hex] = line.split(",");
    return { offset: Number(offset), bytes: Buffer.from(hex!.trim(), "hex") };
  });
}

function tarPieces(tar: Buffer): { offset: number; bytes: Buffer }[] {
  const pieces = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const name = tar
      .toString("latin1", at, at + 100)
      .split("\0")[0]!
      .split("/")
      .at(-1)!;
    const size = parseInt(tar.toString("latin1", at + 124, at + 136), 8);
    if (name.endsWith(".bin"))
      pieces.push({ offset: parseInt(name, 16), bytes: tar.subarray(at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return pieces;
}

describeCorpus("pieces of volumes of the corpus", corpusEntries("ntfs-pieces"), (entry) => {
  it(`${entry.id} has the runs of the whole volume`, async () => {
    const source = piecesOf(entry);
    const mft = await Mft.open(source, readBootSector(await source.read(0, 512)));
    const { istat, dissect } = entry.facts;
    if (istat) {
      const record = await mft.record(istat.record);
      for (const fact of istat.attributes.filter((one: any) => one.type === "$DATA" && !one.resident)) {
        const pieces = nonResident(await mft.attributes(record, 0x80, fact.name ?? ""), "stream");
        if (fact.name !== "$J") {
          expect([pieces[0]!.size, pieces[0]!.initializedSize]).toStrictEqual([fact.size, fact.initializedSize]);
          continue;
        }
        // The journal grew by 14,736 bytes, within its clusters, between the two recordings of the living volume.
        // istat lists clusters only as far as the size reaches; the last run is allocated further.
        const all = mft.runsOf(pieces, "stream");
        const runs = all.map((run) => ({ lcn: run.lcn, clusters: Math.min(run.clusters, fact.clusters - run.vcn) }));
        expect([runs.length, runsDigest(runs)]).toStrictEqual([fact.runCount, fact.runsSha256]);
      }
    } else {
      // The pieces end before the run list of $MFT does: every run that they reach is right.
      await mft.wholeTable().catch((error: unknown) => expect(error).toBeInstanceOf(OutOfRangeError));
      const runs = (mft as unknown as { runs: { lcn: number | null; clusters: number }[] }).runs;
      expect([runs.length, runsDigest(runs)]).toStrictEqual([dissect.mftRunsReachable, dissect.runsSha256]);
    }
  });
});

function runsDigest(runs: readonly { lcn: number | null; clusters: number }[]): string {
  return sha256(Buffer.from(runs.map((run) => `${run.lcn ?? "None"},${run.clusters}`).join("\n")));
}

describeCorpus("file tables of the corpus", corpusEntries("mft"), (entry) => {
  it(`${entry.id} has the streams that another reader sees`, async () => {
    const table = unpack(entry.file);
    const { recordSize, streams } = entry.facts;
    const source = tableVolume(table, recordSize, streams[0].runs[0][0]);
    const mft = await Mft.open(source, readBootSector(await source.read(0, 512)));
    const byName = new Map<string, number>();
    let inUse = 0;
    for (let number = 0; number * recordSize < table.length; number++) {
      const raw = table.subarray(number * recordSize, (number + 1) * recordSize);
      if (raw.toString("latin1", 0, 4) !== "FILE") continue;
      const record = readRecord(raw, number);
      const name = record.attributes.find((one) => one.type === 0x30 && one.resident);
      if (record.inUse) inUse++;
      if (record.inUse && name?.resident) byName.set(name.value.utf16(66, name.value.u8(64) * 2), number);
    }
    expect(inUse).toBe(entry.facts.inUse);
    for (const fact of streams) {
      const number = byName.get(fact.path.split("/").at(-1))!;
      const pieces = await mft.attributes(await mft.record(number), 0x80, fact.stream ?? "");
      const [first] = pieces;
      expect([fact.path, first!.resident]).toStrictEqual([fact.path, fact.resident]);
      if (first!.resident)
        expect([first!.value.size, sha256(first!.value.bytes)]).toStrictEqual([fact.size, fact.sha256]);
      else {
        const runs = mft.runsOf(nonResident(pieces, fact.path), fact.path);
        expect([fact.path, first!.size, runs.map((run) => [run.lcn, run.clusters])]).toStrictEqual([
          fact.path,
          fact.size,
          fact.runs,
        ]);
      }
    }
  });
});

/** A volume with nothing but a boot sector, and the table where the table says it is. */
function tableVolume(table: Buffer, recordSize: number, cluster: number): PieceSource {
  const boot = Buffer.alloc(512);
  boot.write("NTFS    ", 3, "latin1");
  boot.writeUInt16LE(512, 11);
  boot.writeUInt8(8, 13);
  boot.writeBigUInt64LE(2n ** 40n, 40);
  boot.writeBigUInt64LE(BigInt(cluster), 48);
  boot.writeInt8(-Math.log2(recordSize), 64);
  boot.writeInt8(-12, 68);
  return new PieceSource([
    { offset: 0, bytes: boot },
    { offset: cluster * 4096, bytes: table },
  ]);
}

describeCorpus("LZNT1 data of the corpus", corpusEntries("lznt1"), (entry) => {
  it(`${entry.id} is unpacked to the bytes beside it`, () => {
    const { compressedAt, decompressedSize } = entry.facts;
    const unpacked = unpackLznt1(unpack(entry.file).subarray(compressedAt), decompressedSize, "data");
    expect(Buffer.compare(unpacked, unpack(entry.companions![0]!.file))).toBe(0);
  });
});
