import type { Triage } from "../../disk";
import { runCommand } from "./command";

/** What `inspect --json` prints of a disk, by its file or URL. */
export async function inspect(source: string): Promise<Triage> {
  return JSON.parse((await runCommand(["inspect", source, "--json"])).stdout) as Triage;
}

/** Bytes that inspect reads of a volume; what it cost is told. */
export async function bytesOfInspect(volume: string, say: (line: string) => void): Promise<number> {
  const { reads } = await inspect(volume);
  say(`inspect: ${(reads.bytes / 1e6).toFixed(2)} MB in ${reads.requests} requests`);
  return reads.bytes;
}
