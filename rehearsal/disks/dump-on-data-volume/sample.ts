import type { Sample } from "../sample";

export const dumpOnDataVolume: Sample = {
  name: "dump-on-data-volume",
  shows: "DumpFile is on E:, a second volume of the same disk",
  status: "collected",
  nextStep: "Send the dump to support.",
};
