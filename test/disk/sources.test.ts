import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  CachedSource,
  MemorySource,
  openFile,
  OutOfRangeError,
  ReadError,
  SliceSource,
  type ByteSource,
} from "../../disk";
import { RunSource } from "../../disk/ntfs/run-source";
import { CountingSource } from "./support/counting-source";

const block = 64 * 1024;
const bytes = Buffer.from(Array.from({ length: 3 * block + 777 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
const range = fc.record({ offset: fc.nat(bytes.length), length: fc.nat(bytes.length) });
const folder = mkdtempSync(join(tmpdir(), "sources-test-"));
const file = join(folder, "bytes");
writeFileSync(file, bytes);
afterAll(() => rmSync(folder, { recursive: true }));

const sources: Record<string, () => Promise<ByteSource>> = {
  "memory source": () => Promise.resolve(new MemorySource(bytes)),
  "file source": () => openFile(file),
  "cached source": () => Promise.resolve(new CachedSource(new MemorySource(bytes))),
  "slice source": () => {
    const around = Buffer.concat([Buffer.alloc(5000, 1), bytes, Buffer.alloc(300, 2)]);
    return Promise.resolve(new SliceSource(new MemorySource(around), 5000, bytes.length));
  },
  "run source": () => Promise.resolve(scattered()),
};

/** The same bytes, their clusters of 777 bytes in reverse order on a volume. */
function scattered(): ByteSource {
  const cluster = 1;
  const third = Math.floor(bytes.length / 3);
  const volume = Buffer.concat([bytes.subarray(2 * third), bytes.subarray(third, 2 * third), bytes.subarray(0, third)]);
  const last = bytes.length - 2 * third;
  return new RunSource(new MemorySource(volume), cluster, [
    { vcn: 0, lcn: last + third, clusters: third },
    { vcn: third, lcn: last, clusters: third },
    { vcn: 2 * third, lcn: 0, clusters: last },
  ]);
}

describe.each(Object.entries(sources))("%s", (_, make) => {
  let source: ByteSource;
  beforeAll(async () => {
    source = await make();
  });
  afterAll(() => source.close?.());

  it("has the size of its bytes", () => expect(source.size).toBe(bytes.length));

  it("answers any range inside it with exactly these bytes, and refuses any other", () =>
    fc.assert(
      fc.asyncProperty(range, async ({ offset, length }) => {
        if (offset + length > bytes.length) {
          await expect(source.read(offset, length)).rejects.toThrow(OutOfRangeError);
        } else {
          expect(Buffer.compare(await source.read(offset, length), bytes.subarray(offset, offset + length))).toBe(0);
        }
      }),
      { numRuns: 60 },
    ));

  it("answers ranges that are asked for at once", () =>
    fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 6 }), async (ranges) => {
        const inside = ranges.map(({ offset, length }) => ({
          offset,
          length: Math.min(length, bytes.length - offset),
        }));
        const answers = await Promise.all(inside.map(({ offset, length }) => source.read(offset, length)));
        answers.forEach((answer, index) => {
          const { offset, length } = inside[index]!;
          expect(Buffer.compare(answer, bytes.subarray(offset, offset + length))).toBe(0);
        });
      }),
      { numRuns: 25 },
    ));

  it.each([
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, NaN],
    [2 ** 53, 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])("refuses the range (%p, %p)", async (offset, length) => {
    await expect(source.read(offset, length)).rejects.toThrow(OutOfRangeError);
  });
});

describe("cached source", () => {
  it("never reads a byte twice, whatever is asked for in whatever order", () =>
    fc.assert(
      fc.asyncProperty(fc.array(range, { maxLength: 8 }), fc.boolean(), async (ranges, atOnce) => {
        const counting = new CountingSource(new MemorySource(bytes));
        const cached = new CachedSource(counting);
        const inside = ranges.map(({ offset, length }) => ({
          offset,
          length: Math.min(length, bytes.length - offset),
        }));
        if (atOnce) await Promise.all(inside.map(({ offset, length }) => cached.read(offset, length)));
        else for (const { offset, length } of inside) await cached.read(offset, length);
        const seen = new Set<number>();
        for (const { offset, length } of counting.reads) {
          expect(offset % block).toBe(0);
          for (let at = offset; at < offset + length; at += block) {
            expect(seen.has(at)).toBe(false);
            seen.add(at);
          }
        }
      }),
      { numRuns: 60 },
    ));

  it("fetches neighbouring blocks with one read", async () => {
    const counting = new CountingSource(new MemorySource(bytes));
    await new CachedSource(counting).read(10, 3 * block);
    expect(counting.reads).toStrictEqual([{ offset: 0, length: bytes.length }]);
  });

  it("asks again for a block whose read failed", async () => {
    let failures = 1;
    const inner: ByteSource = {
      size: bytes.length,
      read: (offset, length) =>
        failures-- > 0
          ? Promise.reject(new ReadError("the line is down"))
          : Promise.resolve(bytes.subarray(offset, offset + length)),
    };
    const cached = new CachedSource(inner);
    await expect(cached.read(0, 4)).rejects.toThrow("the line is down");
    expect(Buffer.from(await cached.read(0, 4))).toStrictEqual(bytes.subarray(0, 4));
  });
});

describe("openFile", () => {
  it.each([
    [join(folder, "missing.vhd"), "no such file"],
    [folder, "folder"],
  ])("says why %s cannot be opened", async (path, why) => {
    await expect(openFile(path)).rejects.toThrow(ReadError);
    await expect(openFile(path)).rejects.toThrow(why);
  });

  it("tells when the file became shorter", async () => {
    const shrinking = join(folder, "shrinking");
    writeFileSync(shrinking, bytes);
    const source = await openFile(shrinking);
    writeFileSync(shrinking, "short");
    await expect(source.read(100, 100)).rejects.toThrow("became shorter");
    await source.close?.();
  });
});
