import { execFile } from "node:child_process";
import { totalmem } from "node:os";
import { promisify } from "node:util";

/**
 * V8's flags for jest, which hands them on to its workers; together they save a fifth of the time of all tests. The workers
 * keep all cores busy, so that threads of their own for garbage would only take from them; and each test file is run once,
 * which is worth a plain compiler and no better one.
 */
const always = ["--single-threaded-gc", "--always-sparkplug"];

/**
 * Bytes of disks outside V8's heap, soon free again, are no reason to search all of that heap for garbage time after time.
 * With these the workers have up to 2 GB each, a quarter more than without.
 */
const withMuchMemory = ["--external-memory-accounted-in-global-limit", "--initial-old-space-size=1000"];

/** Bytes of memory that a machine must have for them. */
const muchMemory = 7.5 * 2 ** 30;

/** The flags for a Node, without those that it does not know: it would end at once. */
export async function workerFlags(node, memory = totalmem()) {
  const { stdout } = await promisify(execFile)(node, ["--v8-options"], { maxBuffer: 1 << 24 });
  const known = new Set(stdout.match(/(?<=^\s*)--[\w-]+/gm));
  const wanted = memory < muchMemory ? always : [...always, ...withMuchMemory];
  return wanted.filter((flag) => known.has(flag.split("=")[0]));
}
