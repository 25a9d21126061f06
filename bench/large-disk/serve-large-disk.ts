import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../command-time";
import type { LargeDisk } from "./make-large-disk";

/** Milliseconds that each request takes: a near region of Azure from a laptop. */
const latency = 30;

const typescript = ["--require", join(root, "compile-on-demand.js")];

/** Serves the disk from a process of its own, with a delay before every answer, while the work goes on. */
export async function withServer<Result>(disk: LargeDisk, work: (url: string) => Promise<Result>): Promise<Result> {
  const args = [disk.table, disk.volume, String(disk.offset), String(latency)];
  const server = spawn(process.execPath, [...typescript, join(__dirname, "slow-server.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [port] = (await once(server.stdout, "data")) as [Buffer];
    return await work(`http://127.0.0.1:${port.toString().trim()}/large.vhd`);
  } finally {
    server.kill();
  }
}
