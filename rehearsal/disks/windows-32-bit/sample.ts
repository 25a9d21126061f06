import type { Sample } from "../sample";

export const windows32Bit: Sample = {
  name: "windows-32-bit",
  shows: "Windows Server 2008, 32-bit, with a complete memory dump",
  status: "collected",
  nextStep: "Send the dump to support.",
};
