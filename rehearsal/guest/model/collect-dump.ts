import type { Answer } from "./answer-line";
import { readOfflineSystem, type OfflineSystem } from "./offline-system";
import { setExplanation } from "./explanation";
import type { Model, ModelContext } from "./run-model";
import { searchDump, type Candidate } from "./search-dump";
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
  const search = await searchDump(context, system, root);
  result.searched = search.searched;
  if (search.best) await collect(context, result, search.best);
  else setExplanation(context, result, system, search, root);
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
    searched: [],
    crashControl: null,
    reason: null,
    nextSteps: [],
  };
}

function crashControlOf(system: OfflineSystem): Record<string, unknown> | null {
  if (system.problem !== null) return null;
  const autoReboot = system.setting("AutoReboot");
  return {
    dumpEnabled: system.setting("CrashDumpEnabled"),
    dumpFile: system.setting("DumpFile"),
    minidumpDir: system.setting("MinidumpDir"),
    autoReboot: autoReboot === null ? null : autoReboot !== 0,
    controlSet: system.controlSet,
  };
}

async function collect(context: ModelContext, result: Answer, best: Candidate): Promise<void> {
  const { header, place, size } = best;
  const { code, name, parameters, status } = header.bugCheck;
  Object.assign(result, {
    dumpPath: place.path,
    dumpSize: size,
    bugCheck: { code, name, parameters, status },
    systemTime: header.systemTime,
    build: header.build,
    dumpKind: header.kind,
  });
  context.say(`uploading ${place.path} (${(size / 1024 ** 2).toFixed(1)} MiB)`);
  try {
    const sent = await uploadDump(context, place.path, code);
    Object.assign(result, { status: "collected", dumpBlobUrl: sent.url, dumpSha256: sent.sha256 });
  } catch (error) {
    if (!(error instanceof UploadRefusedError)) throw error;
    Object.assign(result, { status: "upload-refused", reason: error.message, nextSteps: error.nextSteps });
  }
}
