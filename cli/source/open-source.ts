import { createRequire } from "node:module";
import { openFile, openUrl, type ByteSource, type Triage } from "../../disk";
import type { Session } from "../session";
import { parseSource } from "./source-name";

/** A source that a command reads. Close it, whatever happens: that gives back what Azure lent. */
export interface OpenedSource {
  readonly kind: Triage["source"]["kind"];
  /** As it may be shown. */
  readonly name: string;
  readonly bytes: ByteSource;
  /** Address that another service can read it by, with its signature; null for a file. */
  readonly url: string | null;
  close(): Promise<void>;
}

/**
 * Opens what a SOURCE argument names.
 *
 * @throws DiskError, AzureFailure, UsageError
 */
async function openSource(text: string, session: Session): Promise<OpenedSource> {
  const named = parseSource(text);
  if (named.kind === "file") return ofFile(named.path);
  if (named.kind === "url") return ofUrl(named.url, session);
  // Loaded late: the clients of Azure take a quarter of a second.
  const { openAzureDisk } = createRequire(__filename)("./azure-disk") as typeof import("./azure-disk");
  return openAzureDisk(named, session);
}

async function ofFile(path: string): Promise<OpenedSource> {
  const bytes = await openFile(path);
  return { kind: "file", name: path, bytes, url: null, close: async () => bytes.close?.() };
}

async function ofUrl(url: string, { console, signal }: Session): Promise<OpenedSource> {
  console.secrets.add(url);
  const bytes = await openUrl(url, { signal });
  const { origin, pathname } = new URL(url);
  return { kind: "url", name: origin + pathname, bytes, url, close: async () => bytes.close?.() };
}

/** Opens a source, does the work, and closes the source whatever happens. */
export async function withSource<Result>(
  text: string,
  session: Session,
  work: (source: OpenedSource) => Promise<Result>,
): Promise<Result> {
  const source = await openSource(text, session);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}
