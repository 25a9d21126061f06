import { readFileSync } from "node:fs";

/**
 * Peak of the resident memory of a process in MB, as Linux counts it; undefined when that cannot be told: elsewhere, and
 * once the process has ended.
 */
export function peakMemoryOf(pid: number | undefined): number | undefined {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}
