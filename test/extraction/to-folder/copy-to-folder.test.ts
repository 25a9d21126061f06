import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkRange } from "../../../disk/sources/range";
import { InterruptedError } from "../../../extraction/errors";
import type { Item } from "../../../extraction/items/item";
import { ThreadHash } from "../../../extraction/running-hash";
import { copyToFolder, type CopiedFile, type FolderCopy } from "../../../extraction/to-folder/copy-to-folder";

const mebibyte = 1024 * 1024;

/** Enough for a hash in a thread of its own, and no whole number of pieces. */
const size = 70 * mebibyte + 12_345;

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

function copy(item: Item, isLocal: boolean, more: Partial<FolderCopy> = {}): Promise<CopiedFile> {
  const ignored = (): void => undefined;
  const { signal } = new AbortController();
  return copyToFolder(item, folder, {
    overwrite: false,
    isLocal,
    signal,
    onBytes: ignored,
    onResume: ignored,
    ...more,
  });
}

test.each([
  ["from this machine, hashed in a thread", true],
  ["from elsewhere", false],
])("copies a large file %s, whatever order its pieces come in", async (_from, isLocal) => {
  const { path, sha256 } = await copy(
    itemOf((offset) => delay((offset / mebibyte) % 3)),
    isLocal,
  );

  expect(sha256).toBe(sha256OfAll());
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toBe(sha256);
  expect(readdirSync(folder)).toEqual(["big.bin"]);
});

test("ends the thread when it is interrupted, and goes on with the pieces that are there", async () => {
  const interrupt = new AbortController();
  const interrupted = itemOf(async (offset) => {
    // What is copied within the first two seconds is not noted.
    if (offset === 20 * mebibyte) await delay(2100);
    if (offset === 60 * mebibyte) interrupt.abort();
  });
  const before = activeThreads();
  await expect(copy(interrupted, true, { signal: interrupt.signal })).rejects.toThrow(InterruptedError);
  expect(activeThreads()).toBe(before);

  const read: number[] = [];
  let isResumed = false;
  const again = itemOf((offset) => Promise.resolve(read.push(offset / mebibyte)));
  const { sha256 } = await copy(again, true, { onResume: () => (isResumed = true) });
  expect(isResumed).toBe(true);
  expect(read).not.toContain(50);
  expect(read).toContain(70);
  expect(sha256).toBe(sha256OfAll());
}, 20_000);

test("fails when the thread ends before its time", async () => {
  const hash = new ThreadHash();
  await hash.close();
  await expect(hash.digest()).rejects.toThrow("ended before its time");
});

function sha256OfAll(): string {
  const expected = Buffer.alloc(size);
  fill(expected, 0);
  return createHash("sha256").update(expected).digest("hex");
}

function activeThreads(): number {
  return process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name)).length;
}
