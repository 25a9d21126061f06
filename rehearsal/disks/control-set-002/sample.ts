import type { Sample } from "../sample";

export const controlSet002: Sample = {
  name: "control-set-002",
  shows: "ControlSet002 is the one in use, and its DumpFile is not where ControlSet001 says",
  status: "collected",
  nextStep: "Send the dump to support.",
};
