import { DiskError, MemorySource, SliceSource } from "../../../disk";
import { WindowsError } from "../windows/errors";
import type { FileFacts } from "../windows/simulated-windows";
import { asciiJson } from "./answer-line";
import { blobUrl, sourceHeaders } from "./blob-address";
import { sameText } from "./dump-places";
import type { ModelContext } from "./run-model";
import type { Search } from "./search-dump";
import type { StoreSession } from "./store-session";
import { uploadFile } from "./upload-file";

const COLLECTABLE = ["dump", "minidumps", "evidence"];
const MINIDUMPS_TAKEN = 50;

/** A line of the manifest. */
export interface CollectedFile {
  readonly path: string;
  /** Address of the blob; null when the file is not in the store. */
  blob: string | null;
  size: number | null;
  sha256: string | null;
  readonly kind: string;
  /** Why the file is not in the store; null when it is. */
  why: string | null;
}

/** A file that was asked for. */
interface EvidencePlace {
  readonly path: string;
  readonly kind: string;
  /** Path of its blob below the prefix. */
  readonly blob: string;
  /** Why it is surely not there; null when it may be. */
  readonly why: string | null;
}

/** What was asked for. Nothing at all means the dump. */
export function wantedOf(context: ModelContext): readonly string[] {
  const given = context.parameter("Collect");
  const words = given.split(",").map((word) => word.trim().toLowerCase());
  const wanted = words.filter((word) => word !== "");
  if (wanted.some((word) => !COLLECTABLE.includes(word))) {
    throw new Error(`Collect must be a list of ${COLLECTABLE.join(", ")}, separated by commas, got "${given}"`);
  }
  return wanted.length === 0 ? ["dump"] : wanted;
}

/** Uploads minidumps and evidence, one file after the other, and adds a line for each to the list. */
export async function sendEvidence(
  session: StoreSession,
  wanted: readonly string[],
  search: Search,
  files: CollectedFile[],
): Promise<void> {
  const { text, windows } = session.context;
  const taken = files.map(({ path }) => path);
  for (const place of await placesOf(search, wanted)) {
    if (taken.some((path) => sameText(path, place.path))) continue;
    const file = newFile(place.path, place.kind, place.why);
    files.push(file);
    if (file.why !== null) continue;
    const there = await windows.find(place.path).catch(() => null);
    if (!there || there.isFolder) {
      file.why = text("evidence-absent");
      continue;
    }
    try {
      await sendFile(session, file, place.blob, {}, files);
    } catch (error) {
      if (!(error instanceof WindowsError || error instanceof DiskError)) throw error;
      file.why = text("evidence-unreadable", error.message);
    }
  }
}

/** Uploads a file, or its first bytes, and fills in its line. Two names that give the same blob name are told apart by a number. */
export async function sendFile(
  session: StoreSession,
  file: CollectedFile,
  blobPath: string,
  metadata: Readonly<Record<string, string>>,
  files: readonly CollectedFile[],
  size?: number,
): Promise<void> {
  const { context } = session;
  const wanted = blobUrl(context, blobPath);
  let url = wanted;
  for (let number = 2; files.some(({ blob }) => blob === url); number++) url = `${wanted}-${number}`;
  const whole = await context.windows.open(file.path);
  const source = size === undefined ? whole : new SliceSource(whole, 0, size);
  file.size = source.size;
  context.say(`uploading ${file.path} (${(source.size / 1024 ** 2).toFixed(1)} MiB)`);
  const headers = { ...sourceHeaders(context, "application/octet-stream"), ...metadata };
  file.sha256 = await uploadFile(session, source, url, headers);
  file.blob = url;
}

/** Uploads the list of all that was collected. Gives the address of its blob. */
export async function sendManifest(
  session: StoreSession,
  files: readonly CollectedFile[],
  windowsRoot: string,
): Promise<string> {
  const { context } = session;
  const manifest = {
    schema: 1,
    sourceVmId: context.parameter("SourceVmId"),
    snapshotId: context.parameter("SnapshotId"),
    windowsRoot,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    files,
  };
  const url = blobUrl(context, "manifest.json");
  const bytes = new MemorySource(Buffer.from(asciiJson(manifest)));
  await uploadFile(session, bytes, url, sourceHeaders(context, "application/json"));
  return url;
}

export function newFile(path: string, kind: string, why: string | null = null): CollectedFile {
  return { path, blob: null, size: null, sha256: null, kind, why };
}

async function placesOf(search: Search, wanted: readonly string[]): Promise<EvidencePlace[]> {
  const minidumps = wanted.includes("minidumps") ? await minidumpsOf(search) : [];
  if (!wanted.includes("evidence")) return minidumps;
  const { context, windowsRoot } = search;
  const named = [...context.table("EvidenceFiles")].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    ...minidumps,
    ...named.map(([name, kind]) => ({ path: `${windowsRoot}\\${name}`, kind, blob: `evidence\\${name}`, why: null })),
  ];
}

async function minidumpsOf(search: Search): Promise<EvidencePlace[]> {
  const { text } = search.context;
  const place = search.minidumpFolder();
  const folder = place.path.replace(/\\+$/, "");
  const absent = (why: string): EvidencePlace[] => [{ path: folder, kind: "minidump", blob: "", why }];
  const elsewhere = search.elsewhere(place);
  if (elsewhere !== null) return absent(elsewhere);
  let files: FileFacts[];
  try {
    files = await search.newest(folder, "*.dmp");
  } catch (error) {
    if (!(error instanceof WindowsError)) throw error;
    return absent(text("evidence-unreadable", error.message));
  }
  if (files.length === 0) return absent(text("evidence-no-minidumps"));
  return files.map(({ name }, index) => ({
    path: `${folder}\\${name}`,
    kind: "minidump",
    blob: `minidumps\\${name}`,
    why: index < MINIDUMPS_TAKEN ? null : text("evidence-left", MINIDUMPS_TAKEN),
  }));
}
