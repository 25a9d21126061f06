import type { Benchmark } from "../benchmark";
import { uploadSparseDump, type Upload } from "./upload";

const GIBIBYTES = 20;

/** One upload gives both figures. */
let uploaded: Promise<Upload> | undefined;

function upload(say: (line: string) => void): Promise<Upload> {
  uploaded ??= uploadSparseDump(GIBIBYTES, say);
  return uploaded;
}

const HOW =
  `A sparse dump of ${GIBIBYTES} GiB goes by the unmodified guest script, in a PowerShell, through a front that resets connections, ` +
  "answers 403 at first, 401, 500 and 503, into Azurite; the script is killed halfway and started again; what arrived is read back and hashed.";

export const dumpUpload: Benchmark = {
  name: "upload of a large dump",
  unit: "MiB/s",
  // The 90 minutes of a run command are then enough for 260 GiB.
  target: { atLeast: 50 },
  how: `${HOW} Size by the time of both runs.`,
  run: async (say) => (await upload(say)).rate,
};

export const dumpUploadMemory: Benchmark = {
  name: "upload of a large dump, memory",
  unit: "MB",
  target: { atMost: 200 },
  how: `${HOW} Peak of the resident memory of PowerShell (Linux only).`,
  run: async (say) => (await upload(say)).peakMemory,
};
