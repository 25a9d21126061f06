import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { guestScript } from "../../guest/catalogue";
import { makeServerCertificate } from "../../rehearsal/arm/certificates";
import { findPowershell } from "../../rehearsal/guest/powershell/find-powershell";
import { peakMemoryOf } from "../peak-memory";
import { startAzurite } from "./azurite-process";
import { startFaultyFront, type Counts, type FaultyFront } from "./faulty-front";
import { makeSparseDump, sha256Of } from "./sparse-dump";

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;

/** What the upload of a large dump gave. */
export interface Upload {
  /** MiB of the dump in a second, over both runs: the first is killed halfway. */
  readonly rate: number;
  /** Most memory that PowerShell held, in MB; NaN where /proc is not there. */
  readonly peakMemory: number;
}

interface Stage {
  readonly powershell: string;
  readonly folder: string;
  readonly script: string;
  readonly caFile: string;
  readonly front: FaultyFront;
  readonly size: number;
  readonly say: (line: string) => void;
}

/**
 * Uploads a sparse dump by the unmodified guest script in a PowerShell to Azurite, with faults; kills the script halfway and
 * starts it again. What arrived is read back and hashed.
 *
 * @throws Error where it cannot be done: no PowerShell, or not the free space that Azurite needs
 */
export async function uploadSparseDump(gibibytes: number, say: (line: string) => void): Promise<Upload> {
  const powershell = findPowershell();
  if (powershell === null) throw new Error("it needs a PowerShell: pwsh on PATH, or its path in AZURE_REPAIR_KIT_PWSH");
  const size = gibibytes * GIBIBYTE;
  const folder = await mkdtemp(path.join(tmpdir(), "bench-upload-"));
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < size + 4 * GIBIBYTE) {
      throw new Error(`Azurite stores ${gibibytes} GiB below ${folder}, where only ${bavail * bsize} bytes are free`);
    }
    return await inFolder(folder, powershell, size, say);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inFolder(
  folder: string,
  powershell: string,
  size: number,
  say: (line: string) => void,
): Promise<Upload> {
  const certificate = await makeServerCertificate();
  const file = (name: string): string => path.join(folder, name);
  await writeFile(file("ca.pem"), certificate.ca);
  await writeFile(file("cert.pem"), certificate.cert);
  await writeFile(file("key.pem"), certificate.key);
  await writeFile(file("script.ps1"), guestScript("collect-dump"));
  const dump = await makeSparseDump(folder, size);
  const azurite = await startAzurite(folder, { cert: file("cert.pem"), key: file("key.pem") });
  const front = await startFaultyFront(certificate, azurite.port);
  const agent = new Agent({ ca: certificate.ca });
  try {
    const create = await ask(front, agent, "PUT", `${front.containerUrl}?restype=container`);
    if (create.status !== 201) throw new Error(`no container: ${create.status}`);
    front.faulty = true;
    const stage = { powershell, folder, script: file("script.ps1"), caFile: file("ca.pem"), front, size, say };
    const first = await runOnce(stage, size / 2);
    say(`killed after ${first.seconds.toFixed(0)} s: ${told(front.counts)}`);
    const second = await runOnce(stage, Infinity);
    say(`ended after another ${second.seconds.toFixed(0)} s: ${told(front.counts)}`);
    front.faulty = false;
    await check(stage, second.answer, dump, agent);
    const seconds = first.seconds + second.seconds;
    return { rate: size / MEBIBYTE / seconds, peakMemory: Math.max(first.peakMemory, second.peakMemory) };
  } finally {
    agent.destroy();
    await front.stop();
    await azurite.stop();
  }
}

interface Run {
  readonly seconds: number;
  readonly peakMemory: number;
  /** Empty when it was killed. */
  readonly answer: string;
}

/** Runs the script, and kills it when the store has taken so many bytes. */
async function runOnce({ powershell, folder, script, caFile, front, say }: Stage, until: number): Promise<Run> {
  const started = performance.now();
  const words = ["-NoLogo", "-NoProfile", "-NonInteractive", "-File", path.join(__dirname, "run.ps1")];
  const child = spawn(powershell, [...words, script, folder, front.containerUrl, front.tokenUrl], {
    env: { ...process.env, SSL_CERT_FILE: caFile, SSL_CERT_DIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [output, peakMemory, killed] = ["", Number.NaN, false];
  child.stdout.on("data", (bytes: Buffer) => {
    for (const line of bytes
      .toString()
      .split("\n")
      .filter((text) => text.startsWith("uploaded")))
      say(line);
    output = (output + bytes.toString()).slice(-8192);
  });
  const watch = setInterval(() => {
    peakMemory = peakMemoryOf(child.pid) ?? peakMemory;
    killed ||= front.counts.taken >= until && child.kill("SIGKILL");
  }, 100);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(watch);
  if (code !== 0 && !killed) throw new Error(`the script ended with exit code ${String(code)}:\n${output}`);
  const answer = killed ? "" : (output.trimEnd().split("\n").at(-1) ?? "");
  return { seconds: (performance.now() - started) / 1000, peakMemory, answer };
}

/** That what is in the store is the dump, that the answer says so, and that nothing was sent twice without need. */
async function check({ front, size, say }: Stage, answer: string, dump: string, agent: Agent): Promise<void> {
  const { status, dumpSha256 } = JSON.parse(answer) as { status: string; dumpSha256: string };
  if (status !== "collected") throw new Error(`not collected: ${answer}`);
  say("reading back what arrived");
  const url = `${front.containerUrl}/vm1/snapshot1/MEMORY.DMP`;
  const [stored, onDisk] = await Promise.all([ask(front, agent, "GET", url), sha256Of(dump)]);
  if (stored.length !== size || stored.sha256 !== onDisk || dumpSha256 !== onDisk) {
    throw new Error(
      `SHA-256 on the disk ${onDisk}, told ${dumpSha256}, in the store ${stored.sha256}, ${stored.length} bytes`,
    );
  }
  const again = front.counts.taken - size;
  say(`SHA-256 ${onDisk} on the disk, told, and read back; ${(again / MEBIBYTE).toFixed(0)} MiB taken twice`);
}

async function ask(
  front: FaultyFront,
  agent: Agent,
  method: string,
  url: string,
): Promise<{ status: number; length: number; sha256: string }> {
  const { access_token: token } = (await (await fetch(front.tokenUrl)).json()) as { access_token: string };
  const headers = { authorization: `Bearer ${token}`, "x-ms-version": "2023-11-03", "content-length": 0 };
  const sent = request(url, { method, headers, agent }).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of response) {
    hash.update(chunk as Buffer);
    length += (chunk as Buffer).length;
  }
  return { status: response.statusCode ?? 0, length, sha256: hash.digest("hex") };
}

function told({ blocks, resets, errors, busy, forbidden, expired }: Counts): string {
  return `${blocks} blocks sent; ${forbidden} times 403, ${expired} expired tokens, ${resets} resets, ${errors} times 500, ${busy} times 503`;
}
