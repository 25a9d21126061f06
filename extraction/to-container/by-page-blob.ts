import { AzureFailure } from "../../azure/azure-failure";
import type { PlannedBlock } from "./block-plan";
import type { ServicePlan } from "./by-service";
import { CopyRefusedError, type OwnSource } from "./destination";
import { CopyWay, type CopyJob, type Rung } from "./rung";
import { stagePlan } from "./stage-plan";

/** Pages come in this size ("Put Page From URL", Microsoft Learn). */
const pageSize = 512;

/** Most bytes of one request ("Put Page From URL", Microsoft Learn). */
const mostOfPages = 4 * 1024 * 1024;

/**
 * Second rung: Put Page From URL into a temporary page blob that holds this file only, and Put Block From URL from
 * there. A service that puts no page blob's bytes into blocks across accounts may do both of these.
 */
export function byPageBlob(job: CopyJob, { source, blocks }: ServicePlan): Rung {
  return {
    way: CopyWay.PageBlob,
    does: "copied by the service by way of a temporary page blob",
    async stage() {
      refuseUnaligned(blocks);
      const { destination, item } = job;
      const pages = destination.temporary();
      await destination.copy(() => pages.create(wholePages(item.content.size)));
      try {
        return await stagePlan(job, blocks, async (block) => {
          for (const { from, to, length } of pieces(block)) {
            await destination.copy(() =>
              pages.uploadPagesFromURL(source, from, to, length, { abortSignal: job.signal }),
            );
          }
          const own = await destination.ownSource(pages);
          await destination.copy(() => stageFrom(job, own, block));
        });
      } finally {
        await remove(job, pages);
      }
    },
  };
}

function stageFrom(
  { destination, signal: abortSignal }: CopyJob,
  own: OwnSource,
  { id, offset, length }: PlannedBlock,
): Promise<unknown> {
  const { url, sourceAuthorization } = own;
  const options = { abortSignal, ...(sourceAuthorization && { sourceAuthorization }) };
  return destination.blob.stageBlockFromURL(id, url, offset, length, options);
}

/** Clusters are whole pages; only the end of a file may lie inside one, and what follows there does no harm. */
function refuseUnaligned(blocks: readonly PlannedBlock[]): void {
  const isWhole = ({ at, offset }: PlannedBlock): boolean =>
    at === null || (at % pageSize === 0 && offset % pageSize === 0);
  if (!blocks.every(isWhole)) throw new CopyRefusedError(`the file does not lie in whole pages of ${pageSize} bytes`);
}

function* pieces({ at, offset, length }: PlannedBlock): Generator<{ from: number; to: number; length: number }> {
  for (let start = 0; start < length; start += mostOfPages) {
    const piece = wholePages(Math.min(mostOfPages, length - start));
    yield { from: (at ?? 0) + start, to: offset + start, length: piece };
  }
}

function wholePages(length: number): number {
  return Math.ceil(length / pageSize) * pageSize;
}

async function remove({ destination, onNote }: CopyJob, pages: { deleteIfExists(): Promise<unknown> }): Promise<void> {
  try {
    await destination.ask(() => pages.deleteIfExists());
  } catch (error) {
    if (!(error instanceof AzureFailure)) throw error;
    onNote(`the temporary page blob ${destination.shown}.pages is left: ${error.message}`);
  }
}
