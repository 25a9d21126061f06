import fc from "fast-check";
import { CachedSource, MemorySource, NtfsVolume } from "../../disk";
import { CountingSource } from "./support/counting-source";
import { fixtureBytes } from "./support/fixtures";
import { filesBelow } from "./support/tree";

/** The folder of a fixture that holds the most names. */
async function largestFolder(volume: NtfsVolume): Promise<string> {
  const counts = new Map<string, number>();
  for (const { path } of await filesBelow(volume)) {
    const folder = path.slice(0, path.lastIndexOf("\\")) || "\\";
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]![0];
}

describe.each(["features", "clusters-512"])("names that begin with a text, on volume %s", (name) => {
  it("are those of the whole list that begin so, case aside", async () => {
    const volume = await NtfsVolume.open(new CachedSource(new MemorySource(fixtureBytes(name))));
    const folder = await largestFolder(volume);
    const all = (await volume.list(folder)).map((file) => file.name);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...all),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (one, length, up) => {
          const beginning = up ? one.slice(0, length).toUpperCase() : one.slice(0, length);
          const wanted = all.filter((other) => other.toUpperCase().startsWith(beginning.toUpperCase()));
          expect((await volume.list(folder, { beginning })).map((file) => file.name)).toEqual(wanted);
        },
      ),
      { numRuns: 100 },
    );
    expect(await volume.list(folder, { beginning: "no name begins so" })).toEqual([]);
  });
});

it("of a long list only a part is read", async () => {
  const reads = async (beginning?: string): Promise<number> => {
    const source = new CountingSource(new MemorySource(fixtureBytes("features")));
    const volume = await NtfsVolume.open(source);
    const folder = await largestFolder(volume);
    const before = source.reads.length;
    const [first] = await volume.list(folder, beginning ? { beginning } : {});
    expect(first).toBeDefined();
    return source.reads.length - before;
  };
  const volume = await NtfsVolume.open(new MemorySource(fixtureBytes("features")));
  const [first] = await volume.list(await largestFolder(volume));
  expect(await reads(first!.name)).toBeLessThan((await reads()) / 2);
});
