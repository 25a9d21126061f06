import { spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/** Whether a process is there and not merely waiting to be reaped by its parent. */
export function isRunning(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return state !== "" && !state.startsWith("Z");
}

/** Waits until none of the processes runs any more, and gives those that still do after `milliseconds`. */
export async function stillRunning(pids: readonly number[], milliseconds: number): Promise<number[]> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const left = pids.filter(isRunning);
    if (left.length === 0 || Date.now() > end) return left;
    await delay(50);
  }
}
