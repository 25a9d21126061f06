import { inOrder } from "../pieces";
import type { PlannedBlock } from "./block-plan";
import type { CopyJob, StagedBlocks } from "./rung";

/** Requests under way at once: what a page blob's throughput target bears (Microsoft Learn, scalability targets). */
const copiesInFlight = 8;

/**
 * Stages the blocks of a plan that an earlier copy did not leave. The first one goes alone: whether the service will
 * copy at all costs one request to know.
 *
 * @param copy lets the service copy one block that is not of zeros
 * @throws CopyRefusedError, AzureFailure
 */
export async function stagePlan(
  job: CopyJob,
  plan: readonly PlannedBlock[],
  copy: (block: PlannedBlock) => Promise<unknown>,
): Promise<StagedBlocks> {
  const staged = await job.destination.stagedIds();
  const repeats = new Map<string, number>();
  for (const { id } of plan) repeats.set(id, (repeats.get(id) ?? 0) + 1);
  const told = ({ id, length }: PlannedBlock): void => job.onBytes(length * (repeats.get(id) ?? 1));

  const distinct = [...new Map(plan.map((block) => [block.id, block])).values()];
  distinct.filter(({ id }) => staged.has(id)).forEach(told);
  const missing = distinct.filter(({ id }) => !staged.has(id));
  // From the disk before zeros, so that the first one tells.
  missing.sort((one, other) => Number(one.at === null) - Number(other.at === null));

  const stage = async (block: PlannedBlock): Promise<PlannedBlock> => {
    if (block.at === null) await job.destination.ask(() => stageZeros(job, block));
    else await copy(block);
    return block;
  };
  const [first, ...others] = missing;
  if (first) told(await stage(first));
  const numbered = async (index: number): Promise<PlannedBlock | null> => {
    const block = others[index];
    return block ? stage(block) : null;
  };
  for await (const block of inOrder(others.length, copiesInFlight, job.signal, numbered)) if (block) told(block);
  return { ids: plan.map(({ id }) => id), sha256: null };
}

function stageZeros({ destination }: CopyJob, { id, length }: PlannedBlock): Promise<unknown> {
  return destination.blob.stageBlock(id, Buffer.alloc(length), length);
}
