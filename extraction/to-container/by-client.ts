import { createHash } from "node:crypto";
import { inOrder } from "../pieces";
import { blockId, mostBlocks } from "./block-plan";
import { CopyWay, type CopyJob, type Rung } from "./rung";

const mebibyte = 1024 * 1024;
const smallestBlock = 8 * mebibyte;

/** Blocks in memory at once. */
const blocksInFlight = 4;

/** Last rung: the bytes are read here, and sent on where an earlier copy did not; the hash comes along. */
export function byClient(job: CopyJob): Rung {
  const { content, identity } = job.item;
  const size = Math.max(smallestBlock, Math.ceil(content.size / mostBlocks / mebibyte) * mebibyte);
  const send = async (index: number, staged: ReadonlySet<string>): Promise<{ id: string; bytes: Uint8Array }> => {
    const offset = index * size;
    const bytes = await content.read(offset, Math.min(size, content.size - offset));
    // Another length than any block of the plans has: those bytes are elsewhere on the disk.
    const id = blockId(identity, offset, -bytes.length);
    if (staged.has(id)) return { id, bytes };
    await job.destination.ask(() =>
      job.destination.blob.stageBlock(id, bytes, bytes.length, { abortSignal: job.signal }),
    );
    return { id, bytes };
  };
  return {
    way: CopyWay.Client,
    does: "streamed through this machine",
    async stage() {
      const staged = await job.destination.stagedIds();
      const ids: string[] = [];
      const hash = createHash("sha256");
      const count = Math.ceil(content.size / size);
      for await (const { id, bytes } of inOrder(count, blocksInFlight, job.signal, (index) => send(index, staged))) {
        hash.update(bytes);
        ids.push(id);
        job.onBytes(bytes.length);
      }
      return { ids, sha256: hash.digest("hex") };
    },
  };
}
