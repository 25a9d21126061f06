import type { Sample } from "../sample";

export const namesInOtherScripts: Sample = {
  name: "names-in-other-scripts",
  shows: "DumpFile and MinidumpDir have names in Cyrillic, Japanese and with an emoji",
  status: "collected",
  nextStep: "Send the dump to support.",
};
