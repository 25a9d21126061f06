import type { Sample } from "../sample";

export const dumpInPageFile: Sample = {
  name: "dump-in-page-file",
  shows: "Windows crashed again before it took the dump out of the page file",
  status: "collected",
  nextStep: "Send the dump to support: it was cut out of the page file.",
};
