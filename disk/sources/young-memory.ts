import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "minor" }) => void;

let collect: Collect | null = null;

/**
 * Frees memory that is no longer used and young, in less than a millisecond where little of it is still used. Bytes from the
 * network come in pieces that live for a moment; V8 lets 100 MB of them pile up before it looks, since they are not in its own
 * heap. Contexts that node:vm makes later in this process have a `gc`, too.
 */
export function freeYoungMemory(): void {
  if (!collect) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as Collect;
  }
  collect({ type: "minor" });
}
