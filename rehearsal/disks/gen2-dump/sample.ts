import type { Sample } from "../sample";

export const gen2Dump: Sample = {
  name: "gen2-dump",
  shows:
    "Generation 2, Windows Server 2022: winlogon's image has a bad hash, STOP 0xC000021A; MEMORY.DMP is on the disk",
  status: "collected",
  nextStep: "Send the dump to support, and repair the system files that fail the hash check (0xC0000428).",
};
