import type { Sample } from "../sample";

export const compressedDump: Sample = {
  name: "compressed-dump",
  shows: "MEMORY.DMP is a file that NTFS compresses",
  status: "collected",
  nextStep: "Send the dump to support.",
};
