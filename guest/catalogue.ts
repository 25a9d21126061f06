import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A PowerShell script that runs on the repair VM. */
export interface GuestScript {
  /** What the script is called everywhere: the name of its file without the ending. */
  readonly id: string;
  readonly file: string;
  /** What it does, in a sentence. */
  readonly summary: string;
}

/** Every guest script of the kit. A new one is a file in this folder and a line here. */
export const GUEST_SCRIPTS = [
  {
    id: "mount-os-disk",
    file: "mount-os-disk.ps1",
    summary: "Brings the attached copy of an OS disk online, read-only, and tells the drive letter of its Windows.",
  },
  {
    id: "collect-dump",
    file: "collect-dump.ps1",
    summary: "Finds the crash dump of the mounted Windows and uploads it, or tells why there is none.",
  },
  {
    id: "enable-dump",
    file: "enable-dump.ps1",
    summary: "Sets the Windows of the attached copy to write a crash dump at its next crash, or undoes that.",
  },
] as const satisfies readonly GuestScript[];

export type GuestScriptId = (typeof GUEST_SCRIPTS)[number]["id"];

/** A line of a script that takes in one of the files in parts/. */
const PART = /^\. "\$PSScriptRoot\\parts\\([a-z-]+\.ps1)"$/gm;

/**
 * The text of a guest script, as a run command sends it: one file, each line that names a part replaced by its text.
 *
 * @throws Error when no script has this id
 */
export function guestScript(id: GuestScriptId): string {
  const script = GUEST_SCRIPTS.find((candidate) => candidate.id === id);
  if (!script) {
    const known = GUEST_SCRIPTS.map((candidate) => candidate.id).join(", ");
    throw new Error(`guest script must be one of ${known}, got "${id}"`);
  }
  const text = readFileSync(join(__dirname, script.file), "utf8");
  return text.replaceAll(PART, (_, part: string) => readFileSync(join(__dirname, "parts", part), "utf8").trimEnd());
}
