import { ExtentSource, MemorySource, NtfsVolume } from "../../disk";
import { fixtureBytes, knownStreams } from "./support/fixtures";
import { sha256 } from "./support/hash";

describe.each(["features", "clusters-512", "clusters-64k", "clusters-2m", "records-4k", "scattered"])(
  "extents on volume %s",
  (name) => {
    it("lead to the bytes that were written, or say that they do not lie there as they are", async () => {
      const disk = new MemorySource(fixtureBytes(name));
      const volume = await NtfsVolume.open(disk);
      let copied = 0;
      for (const [path, stream, size, digest] of knownStreams(name)) {
        const file = (await volume.find(path))!;
        const extents = await file.extents(stream);
        if (!extents) {
          // In the file record, which is shorter than 4 KiB, or compressed.
          expect(size < 4096 || (await isCompressed(file, stream))).toBe(true);
          continue;
        }
        copied++;
        const source = new ExtentSource(disk, extents, 0);
        expect([path, source.size]).toEqual([path, size]);
        const bytes = Buffer.concat([
          await source.read(0, size >> 1),
          await source.read(size >> 1, size - (size >> 1)),
        ]);
        expect([path, sha256(bytes).slice(0, 16)]).toEqual([path, digest]);
      }
      expect(copied).toBeGreaterThan(0);
    });
  },
);

/** A compressed stream has holes where its contents have none. */
async function isCompressed(
  file: { runs(stream: string): Promise<{ lcn: number | null }[]> },
  stream: string,
): Promise<boolean> {
  return (await file.runs(stream)).some((run) => run.lcn === null);
}
