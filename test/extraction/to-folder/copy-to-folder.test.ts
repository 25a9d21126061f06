import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkRange } from "../../../disk/sources/range";
import { InterruptedError } from "../../../extraction/errors";
import type { Item } from "../../../extraction/items/item";
import { copyToFolder, type CopiedFile } from "../../../extraction/to-folder/copy-to-folder";

/** Enough for a hash in a thread of its own, and no whole number of pieces. */
const size = 70 * 1024 * 1024 + 12_345;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "copy-to-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Contents in which every block of 4 KiB is another one, and one range is zeros. */
function fill(target: Buffer, offset: number): void {
  target.fill(0);
  for (let at = 0; at < target.length; at += 4096) {
    const number = (offset + at) / 4096;
    if (number < 4000 || number > 6000) target.fill(`${number};`, at, Math.min(at + 4096, target.length));
  }
}

/** @param before what is waited for before a read is answered */
function itemOf(before: (offset: number) => Promise<unknown> = () => Promise.resolve()): Item {
  const content = {
    size,
    async read(offset: number, length: number) {
      checkRange(size, offset, length);
      await before(offset);
      const bytes = Buffer.alloc(length);
      fill(bytes, offset);
      return bytes;
    },
  };
  return { path: "C:\\big.bin", name: "big.bin", content, extents: null, identity: "1", bugCheck: null };
}

function copy(item: Item, isLocal: boolean, signal = new AbortController().signal): Promise<CopiedFile> {
  const ignored = (): void => undefined;
  return copyToFolder(item, folder, { overwrite: false, isLocal, signal, onBytes: ignored, onResume: ignored });
}

test.each([
  ["from this machine, hashed in a thread", true],
  ["from elsewhere", false],
])("copies a large file %s, whatever order its pieces come in", async (_from, isLocal) => {
  const { path, sha256 } = await copy(
    itemOf((offset) => delay((offset / 2 ** 20) % 3)),
    isLocal,
  );

  const expected = Buffer.alloc(size);
  fill(expected, 0);
  expect(readFileSync(path).equals(expected)).toBe(true);
  expect(sha256).toBe(createHash("sha256").update(expected).digest("hex"));
  expect(readdirSync(folder)).toEqual(["big.bin"]);
});

test("ends the thread when it is interrupted, and goes on from there", async () => {
  const interrupt = new AbortController();
  const interrupted = itemOf((offset) => {
    if (offset > size / 2) interrupt.abort();
    return Promise.resolve();
  });
  const before = activeThreads();
  await expect(copy(interrupted, true, interrupt.signal)).rejects.toThrow(InterruptedError);
  expect(activeThreads()).toBe(before);

  const expected = Buffer.alloc(size);
  fill(expected, 0);
  expect((await copy(itemOf(), true)).sha256).toBe(createHash("sha256").update(expected).digest("hex"));
});

function activeThreads(): number {
  return process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
}
