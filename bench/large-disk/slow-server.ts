/** Serves the large disk by ranges, each after a delay: `slow-server.ts TABLE VOLUME OFFSET MILLISECONDS`; prints its port. */
import { open, type FileHandle } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Of earlier answers: fresh memory for each would take the machine from the client, which is what is measured. */
const unused: Buffer[] = [];

async function main(): Promise<void> {
  const [tableFile = "", volumeFile = "", offset = "", milliseconds = ""] = process.argv.slice(2);
  const [table, volume] = await Promise.all([open(tableFile), open(volumeFile)]);
  const size = (await table.stat()).size;
  const start = Number(offset);
  const end = start + (await volume.stat()).size;
  const server = createServer((request, response) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const first = Number(match?.[1]);
    const last = Math.min(Number(match?.[2]), size - 1);
    const length = last - first + 1;
    void Promise.all([readFrom(first, length), delay(Number(milliseconds))]).then(([bytes]) => {
      response.once("close", () => unused.push(bytes));
      response.writeHead(206, {
        "content-range": `bytes ${first}-${last}/${size}`,
        "content-length": length,
        etag: '"large"',
      });
      response.end(bytes);
    });
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));

  /** No read of a bench goes over the edge of the volume by more than its neighbours are zeros. */
  async function readFrom(at: number, length: number): Promise<Buffer> {
    const inVolume = at >= start && at + length <= end;
    return readAll(inVolume ? volume : table, inVolume ? at - start : at, length);
  }
}

async function readAll(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = memoryFor(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytes.fill(0, bytesRead);
}

function memoryFor(length: number): Buffer {
  const found = unused.findIndex((bytes) => bytes.length === length);
  const [bytes] = found < 0 ? [] : unused.splice(found, 1);
  return bytes ?? Buffer.allocUnsafeSlow(length);
}

void main();
