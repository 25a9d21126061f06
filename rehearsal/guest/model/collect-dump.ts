import type { Answer } from "./answer-line";
import { fileTimeToIso } from "../../../disk/file-time";
import { newFile, sendEvidence, sendFile, sendManifest, wantedOf, type CollectedFile } from "./evidence";
import { setExplanation } from "./explanation";
import { readOfflineSystem, type OfflineSystem } from "./offline-system";
import type { Model, ModelContext } from "./run-model";
import { searchDump, type Candidate, type SearchResult } from "./search-dump";
import { StoreSession, UploadRefusedError } from "./store-session";
import { crashOf, remarksOfTaken } from "./taken-dump";

/** The model of collect-dump.ps1. Read it beside the script: functions have the same order. */
export const collectDump: Model = { longList: "searched", answer };

async function answer(context: ModelContext): Promise<Answer> {
  const { text, windows } = context;
  const result = newAnswer();
  const wanted = wantedOf(context);
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
  if (found.best) setFound(result, found.best);
  else await setExplanation(context, result, found);
  await setCollected(context, result, found, wanted);
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
    manifestBlobUrl: null,
    collectedFiles: 0,
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

function setFound(result: Answer, { header, place, size }: Candidate): void {
  Object.assign(result, { dumpPath: place.path, dumpSize: size, ...crashOf(header) });
}

/** Uploads what was asked for, the dump first. What the store refuses is told in the answer. */
async function setCollected(
  context: ModelContext,
  result: Answer,
  found: SearchResult,
  wanted: readonly string[],
): Promise<void> {
  const session = await StoreSession.open(context);
  const files: CollectedFile[] = [];
  try {
    if (found.best && wanted.includes("dump")) await sendDump(session, result, found.best, found, files);
    else if (found.best) setLeft(context, result, found.best);
    await sendEvidence(session, wanted, found.search, files);
    if (wanted.some((one) => one !== "dump")) {
      result.manifestBlobUrl = await sendManifest(session, files, found.search.windowsRoot);
    }
  } catch (error) {
    if (!(error instanceof UploadRefusedError)) throw error;
    result.status ??= "upload-refused";
    result.reason = typeof result.reason === "string" ? `${result.reason} ${error.message}` : error.message;
    result.nextSteps = [...result.nextSteps, ...error.nextSteps];
  } finally {
    session.close();
  }
  result.collectedFiles = files.filter(({ blob }) => blob !== null).length;
}

async function sendDump(
  session: StoreSession,
  result: Answer,
  best: Candidate,
  found: SearchResult,
  files: CollectedFile[],
): Promise<void> {
  const { header, place, size } = best;
  const name = place.kind === "page-file" ? "MEMORY-from-pagefile.DMP" : (place.path.split("\\").at(-1) ?? "");
  const file = newFile(place.path, "dump");
  const metadata: Record<string, string> = { "x-ms-meta-bugcheck": header.bugCheck.code };
  if (header.systemTime !== null) metadata["x-ms-meta-crashtime"] = header.systemTime;
  session.dumpPath = place.path;
  await sendFile(session, file, name, metadata, files, size);
  session.dumpPath = null;
  files.push(file);
  Object.assign(result, { status: "collected", dumpBlobUrl: file.blob, dumpSha256: file.sha256 });
  Object.assign(result, remarksOfTaken(session.context, best, found));
}

function setLeft({ text }: ModelContext, result: Answer, { place }: Candidate): void {
  result.status = "found";
  result.reason = text("dump-left", place.path);
  result.nextSteps = [text("dump-left-next")];
}
