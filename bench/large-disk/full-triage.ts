import type { Benchmark } from "../benchmark";
import { inspect } from "./inspect";
import { makeLargeDisk } from "./make-large-disk";
import { withServer } from "./serve-large-disk";

export const fullTriage: Benchmark = {
  name: "full triage, requests",
  unit: "requests",
  target: { atMost: 20 },
  how: "azure-repair-kit inspect --json of the same disk over the same server: everything that it prints.",
  run: (say) =>
    withServer(makeLargeDisk(say), async (url) => {
      const { reads, dumpStatus } = await inspect(url);
      if (dumpStatus !== "found") throw new Error(`the dump was not found: ${dumpStatus}`);
      say(`${(reads.bytes / 1e6).toFixed(2)} MB in ${reads.milliseconds} ms at 30 ms a request`);
      return reads.requests;
    }),
};
