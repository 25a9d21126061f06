import type { Sample } from "../sample";

export const dumpNotRenamed: Sample = {
  name: "dump-not-renamed",
  shows: "The dump is out of the page file, and still has its temporary name: DUMP4c1a.tmp",
  status: "collected",
  nextStep: "Send the dump to support.",
};
