import type { IncomingMessage } from "node:http";
import { get, type Agent } from "node:https";
import { RestError, type ContainerClient } from "@azure/storage-blob";
import type { BlobRequest } from "./blob-request";
import type { StorageError } from "./storage-error";

/** A page ("Put Page From URL", Microsoft Learn). */
const PAGE = 512;

/** Longest range of one Put Page From URL ("Put Page From URL", Microsoft Learn). */
const LONGEST_RANGE = 4 * 1024 * 1024;

/** What the service refuses, in its own words. */
export class PutRefused extends Error {
  constructor(readonly error: StorageError) {
    super(error.message);
  }
}

/** How the operations below reach the blob service that they are part of. */
export interface PutFromUrlAccess {
  /** Host and port by which clients know the service: a source must be in it. */
  readonly host: string;
  /** Agent that trusts the service's certificate. */
  readonly agent: Agent;
  /**
   * A client of the container.
   *
   * @param signature query of the caller's shared access signature, which decides what it may do; null for one with full
   *   rights, where what the caller may do was decided before
   */
  readonly client: (account: string, container: string, signature: string | null) => ContainerClient;
}

/**
 * Writes to a blob what the service reads from an address, where Azurite 3.37 cannot: Put Page From URL (it answers 501),
 * and Put Block From URL whose source is read with a token (it does not send x-ms-copy-source-authorization on).
 *
 * Sources: "Put Page From URL" and "Put Block From URL" (Microsoft Learn, rest/api/storageservices); a source that
 * refuses is CannotVerifyCopySource with the source's status (azure-cli #13478, azcopy #3057).
 *
 * @returns whether it was such a request
 * @throws PutRefused
 */
export async function putFromUrl(
  { headers }: IncomingMessage,
  { method, account, container, path, query, credential }: BlobRequest,
  access: PutFromUrlAccess,
): Promise<boolean> {
  const comp = query.get("comp");
  const source = text(headers["x-ms-copy-source"]);
  const authorization = text(headers["x-ms-copy-source-authorization"]);
  const isOurs = comp === "page" || (comp === "block" && authorization !== undefined);
  if (method !== "PUT" || source === undefined || !isOurs) return false;

  const name = decodeURIComponent(path).split("/").slice(3).join("/");
  const target = access.client(account, container, credential.kind === "bearer" ? null : signatureOf(query));
  if (comp === "block") {
    const bytes = await readSource(source, text(headers["x-ms-source-range"]), authorization, access);
    await written(() => target.getBlockBlobClient(name).stageBlock(query.get("blockid") ?? "", bytes, bytes.length));
    return true;
  }
  if (text(headers["x-ms-page-write"])?.toLowerCase() !== "update") throw invalidHeader("x-ms-page-write");
  const from = pageRange(text(headers["x-ms-source-range"]));
  const to = pageRange(text(headers["x-ms-range"]) ?? text(headers.range));
  if (from.length !== to.length) throw invalidHeader("x-ms-source-range");
  const range = `bytes=${from.offset}-${from.offset + from.length - 1}`;
  const bytes = await readSource(source, range, authorization, access);
  await written(() => target.getPageBlobClient(name).uploadPages(bytes, to.offset, to.length));
  return true;
}

/** The query without what says the operation. */
function signatureOf(query: URLSearchParams): string {
  const signature = new URLSearchParams(query);
  for (const name of ["comp", "blockid", "timeout"]) signature.delete(name);
  return signature.toString();
}

/** @throws PutRefused in Azurite's words */
async function written(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof RestError) || error.statusCode === undefined) throw error;
    throw refused(error.statusCode, error.code ?? "InternalError", error.message.split("\n")[0] ?? "");
  }
}

function pageRange(range: string | undefined): { offset: number; length: number } {
  const [, first = NaN, last = NaN] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "")?.map(Number) ?? [];
  const length = last - first + 1;
  if (!(first % PAGE === 0 && length % PAGE === 0 && length > 0)) {
    throw refused(416, "InvalidPageRange", "The page range specified is invalid.");
  }
  if (length > LONGEST_RANGE) {
    throw refused(
      413,
      "RequestBodyTooLarge",
      "The request body is too large and exceeds the maximum permissible limit.",
    );
  }
  return { offset: first, length };
}

async function readSource(
  source: string,
  range: string | undefined,
  authorization: string | undefined,
  { host, agent }: PutFromUrlAccess,
): Promise<Buffer> {
  const url = URL.canParse(source) ? new URL(source) : undefined;
  if (!url) throw invalidHeader("x-ms-copy-source");
  if (url.host !== host) throw unverified(404, "The specified resource does not exist.");
  const headers = {
    "x-ms-version": "2020-10-02",
    ...(range !== undefined && { range }),
    ...(authorization !== undefined && { authorization }),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, agent }, resolve).on("error", reject);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const status = answer.statusCode ?? 500;
  if (status !== 200 && status !== 206) {
    throw unverified(status, "Could not verify the copy source within the specified time.");
  }
  return Buffer.concat(parts);
}

function unverified(status: number, message: string): PutRefused {
  return refused(status, "CannotVerifyCopySource", message);
}

function invalidHeader(name: string): PutRefused {
  return refused(
    400,
    "InvalidHeaderValue",
    `The value for one of the HTTP headers is not in the correct format. (${name})`,
  );
}

function refused(status: number, code: string, message: string): PutRefused {
  return new PutRefused({ status, code, message });
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
