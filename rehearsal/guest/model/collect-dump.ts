import type { Answer } from "./answer-line";
import { fileTimeToIso } from "../../../disk/file-time";
import { setExplanation } from "./explanation";
import { readOfflineSystem, type OfflineSystem } from "./offline-system";
import type { Model, ModelContext } from "./run-model";
import { searchDump, type Candidate, type SearchResult } from "./search-dump";
import { crashOf, remarksOfTaken } from "./taken-dump";
import { UploadRefusedError, uploadDump } from "./upload-dump";

/** The model of collect-dump.ps1. Read it beside the script: functions have the same order. */
export const collectDump: Model = { longList: "searched", answer };

async function answer(context: ModelContext): Promise<Answer> {
  const { text, windows } = context;
  const result = newAnswer();
  const given = context.parameter("WindowsRoot");
  const root = given.trim().replace(/\\+$/, "");
  const notMounted = (reason: string, next: string): Answer => ({
    ...result,
    status: "not-mounted",
    reason,
    nextSteps: [next],
  });
  if (context.parameter("ContainerUrl") === "") throw new Error("ContainerUrl must be the address of a blob container");
  if (root === "") return notMounted(text("not-mounted"), text("not-mounted-next"));
  if (!/^[A-Za-z]:\\./s.test(root)) throw new Error(`WindowsRoot must be a folder such as F:\\Windows, got "${given}"`);
  const folder = await windows.find(root).catch(() => null);
  if (!folder?.isFolder) return notMounted(text("root-missing", root), text("root-missing-next"));

  const system = await readOfflineSystem(context, root);
  result.crashControl = crashControlOf(system);
  const found = await searchDump(context, system, root);
  result.searched = found.search.searched;
  if (found.best) await collect(context, result, found.best, found);
  else await setExplanation(context, result, found);
  return result;
}

function newAnswer(): Answer {
  return {
    schema: 1,
    status: null,
    dumpPath: null,
    dumpBlobUrl: null,
    dumpSha256: null,
    dumpSize: null,
    bugCheck: null,
    systemTime: null,
    build: null,
    dumpKind: null,
    dumpRequired: null,
    dumpComplete: null,
    searched: [],
    crashControl: null,
    reason: null,
    nextSteps: [],
  };
}

function crashControlOf(system: OfflineSystem): Record<string, unknown> | null {
  if (system.problem !== null) return null;
  const autoReboot = system.number("AutoReboot");
  return {
    dumpEnabled: system.number("CrashDumpEnabled"),
    dumpFile: system.text("DumpFile"),
    minidumpDir: system.text("MinidumpDir"),
    autoReboot: autoReboot === null ? null : autoReboot !== 0,
    controlSet: system.controlSet,
    dedicatedDumpFile: system.text("DedicatedDumpFile"),
    lastCrashTime: system.lastCrash === null ? null : fileTimeToIso(system.lastCrash),
  };
}

async function collect(context: ModelContext, result: Answer, best: Candidate, found: SearchResult): Promise<void> {
  const { header, place, size } = best;
  Object.assign(result, { dumpPath: place.path, dumpSize: size, ...crashOf(header) });
  context.say(`uploading ${place.path} (${(size / 1024 ** 2).toFixed(1)} MiB)`);
  const name = place.kind === "page-file" ? "MEMORY-from-pagefile.DMP" : (place.path.split("\\").at(-1) ?? "");
  try {
    const sent = await uploadDump(context, { path: place.path, name, size }, header.bugCheck.code);
    Object.assign(result, { status: "collected", dumpBlobUrl: sent.url, dumpSha256: sent.sha256 });
    Object.assign(result, remarksOfTaken(context, best, found));
  } catch (error) {
    if (!(error instanceof UploadRefusedError)) throw error;
    Object.assign(result, { status: "upload-refused", reason: error.message, nextSteps: error.nextSteps });
  }
}
