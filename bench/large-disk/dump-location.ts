import { findWindows, openDiskImage, openHive, openUrl, readDumpHeader, RecordedSource } from "../../disk";
import type { Benchmark } from "../benchmark";
import { makeLargeDisk } from "./make-large-disk";
import { withServer } from "./serve-large-disk";

interface Location {
  readonly requests: number;
  readonly megabytes: number;
  readonly seconds: number;
}

/** Finds the dump and reads its bug check with the library, nothing else, over a server with 30 ms a request. */
async function locateDump(say: (line: string) => void): Promise<Location> {
  return withServer(makeLargeDisk(say), async (url) => {
    const started = performance.now();
    const source = new RecordedSource(await openUrl(url));
    const windows = await findWindows(await openDiskImage(source, { scope: "windows" }));
    const hive = windows && (await openHive(windows, "SYSTEM"));
    const current = (await (await hive?.key("Select"))?.value("Current"))?.asNumber();
    const settings = await hive?.key(`ControlSet00${String(current)}\\Control\\CrashControl`);
    const path = (await settings?.value("DumpFile"))?.asString().replace(/%SystemRoot%/i, windows?.systemRoot ?? "");
    const dump = await windows?.volume.find(path ?? "");
    const header = dump && (await readDumpHeader(await dump.open()));
    if (header?.bugCheck.code !== "0xC000021A") throw new Error("the dump was not found");
    const seconds = (performance.now() - started) / 1000;
    return { requests: source.requests, megabytes: source.bytes / 1e6, seconds };
  });
}

const how =
  "Library calls over HTTP ranges, 30 ms a request, cold: a GPT disk of 127 GiB with 80,000 files, SYSTEM of 26 MB.";

export const dumpLocationRequests: Benchmark = {
  name: "dump located and triaged, requests",
  unit: "requests",
  target: { atMost: 15 },
  how,
  run: async (say) => (await locateDump(say)).requests,
};

export const dumpLocationBytes: Benchmark = {
  name: "dump located and triaged, bytes",
  unit: "MB",
  target: { atMost: 1.25 },
  how,
  run: async (say) => (await locateDump(say)).megabytes,
};

export const dumpLocationTime: Benchmark = {
  name: "dump located and triaged, time",
  unit: "s",
  target: { atMost: 0.6 },
  how,
  run: async (say) => (await locateDump(say)).seconds,
};
