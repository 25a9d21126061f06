import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "minor" }) => void;

/** Bytes outside V8's heap that may pile up before it is worth to look for some that are no longer used. */
const worthFreeing = 2 * 1024 * 1024;

let collect: Collect | null = null;
let least = Number.POSITIVE_INFINITY;

/**
 * Frees memory that is no longer used and young. Bytes from the network come in pieces that live for a moment; V8 lets
 * 100 MB of them pile up before it looks, since they are not in its own heap. Where nothing piles up, as with files,
 * nothing is done.
 */
export function freeYoungMemory(): void {
  const { external_memory: used } = getHeapStatistics();
  // V8 frees some by itself as well: what piles up is counted from the least that there was.
  least = Math.min(least, used);
  if (used - least < worthFreeing) return;
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as Collect;
  }
  collect({ type: "minor" });
  least = getHeapStatistics().external_memory;
}
