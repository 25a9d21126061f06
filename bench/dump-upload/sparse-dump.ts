import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { dumpHeader } from "../large-disk/make-large-disk";

const gibibyte = 1024 ** 3;

/** Makes `Windows\MEMORY.DMP` below a folder: sparse, with a valid header and other bytes in every GiB. Gives its path. */
export async function makeSparseDump(folder: string, size: number): Promise<string> {
  await mkdir(path.join(folder, "Windows"), { recursive: true });
  const file = path.join(folder, "Windows", "MEMORY.DMP");
  const handle = await open(file, "w");
  try {
    await handle.truncate(size);
    await handle.write(dumpHeader(size, 6), 0, 0x2000, 0);
    for (let at = gibibyte / 2; at < size; at += gibibyte) await handle.write(`piece at ${at}`, at);
    await handle.write("END.", size - 4);
  } finally {
    await handle.close();
  }
  return file;
}

/** SHA-256 of a file, by Node: not by what is measured. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 ** 2 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
