import type { Item } from "../items/item";
import { planBlocks, type PlannedBlock } from "./block-plan";
import { CopyWay, type CopyJob, type Rung } from "./rung";
import { stagePlan } from "./stage-plan";

/** A file that a service can copy by itself. */
export interface ServicePlan {
  /** Address of the source, with its signature. */
  readonly source: string;
  readonly blocks: readonly PlannedBlock[];
}

/**
 * Plans how a service copies a file by itself.
 *
 * @param source address that the service can read; null for a file
 * @returns why no service can, in words, where none can
 */
export function planForService({ extents, identity }: Item, source: string | null): ServicePlan | string {
  if (source === null) return "the source is no address that the service could read";
  if (!extents) return "the file does not lie on the disk as it is: it is compressed, or kept in its record";
  const blocks = planBlocks(extents, identity);
  return blocks ? { source, blocks } : "the file is in more pieces than a blob has blocks";
}

/** First rung: Put Block From URL, each block straight from the source. No byte comes through this machine. */
export function byService(job: CopyJob, { source, blocks }: ServicePlan): Rung {
  const { destination, signal: abortSignal } = job;
  return {
    way: CopyWay.Service,
    does: `copied by the service straight from the source, in ${blocks.length} blocks`,
    stage: () =>
      stagePlan(job, blocks, ({ id, at, length }) =>
        destination.copy(() => destination.blob.stageBlockFromURL(id, source, at ?? 0, length, { abortSignal })),
      ),
  };
}
