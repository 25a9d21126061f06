import type { Sample } from "../sample";

export const dedicatedDumpFile: Sample = {
  name: "dedicated-dump-file",
  shows: "The page file is on D:, and crashes are written to a DedicatedDumpFile on C:",
  status: "collected",
  nextStep: "Send the dump to support.",
};
