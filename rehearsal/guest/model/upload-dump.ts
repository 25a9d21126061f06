import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Agent } from "node:https";

import { SliceSource } from "../../../disk";
import type { ModelContext } from "./run-model";
import { putRequest, type Failure } from "./put-request";

const STORAGE_VERSION = "2023-11-03";
const STORAGE_RESOURCE = "https://storage.azure.com/";
const MEBIBYTE = 1024 ** 2;
const MINIMUM_BLOCK = 8 * MEBIBYTE;
const MOST_BLOCKS = 50_000;
const LONGEST_BLOB_NAME = 60;
const REFUSAL_PATIENCE_SECONDS = 600;
const FAILURE_PATIENCE_SECONDS = 300;

/** The upload was refused, and that is the answer. */
export class UploadRefusedError extends Error {
  override readonly name = "UploadRefusedError";

  constructor(
    message: string,
    readonly nextSteps: readonly string[],
  ) {
    super(message);
  }
}

/** Uploads the first bytes of a file block by block with the token of the VM's identity, as the script does. */
export async function uploadDump(
  context: ModelContext,
  { path, name, size }: { readonly path: string; readonly name: string; readonly size: number },
  bugCheck: string,
): Promise<{ url: string; sha256: string }> {
  const url = blobUrl(context, name);
  const agent = new Agent({ ca: await readFile(context.machine.caFile), keepAlive: true, maxSockets: 1 });
  try {
    const session = new Session(context, agent, url, path);
    const source = new SliceSource(await context.windows.open(path), 0, size);
    const hash = createHash("sha256");
    const ids: string[] = [];
    const blockSize = Math.max(MINIMUM_BLOCK, Math.ceil(Math.ceil(source.size / MOST_BLOCKS) / MEBIBYTE) * MEBIBYTE);
    for (let at = 0; at < source.size; at += blockSize) {
      const block = await source.read(at, Math.min(blockSize, source.size - at));
      hash.update(block);
      const id = Buffer.from(`block-${String(ids.length).padStart(6, "0")}`).toString("base64");
      await session.put(`?comp=block&blockid=${encodeURIComponent(id)}`, block, {
        "content-type": "application/octet-stream",
      });
      ids.push(id);
    }
    const sha256 = hash.digest("hex");
    await session.put("?comp=blocklist", blockList(ids), blobHeaders(context, sha256, bugCheck));
    return { url, sha256 };
  } finally {
    agent.destroy();
  }
}

function blobUrl(context: ModelContext, fileName: string): string {
  const prefix = context.parameter("BlobPrefix").replace(/^\/+|\/+$/g, "");
  const name = fileName.replace(/[^A-Za-z0-9._-]+/g, "_").slice(-LONGEST_BLOB_NAME);
  const path = prefix === "" ? name : `${prefix}/${name}`;
  return `${context.parameter("ContainerUrl").replace(/\/+$/, "")}/${path.split("/").map(escapeDataString).join("/")}`;
}

/** Uri.EscapeDataString of .NET: everything but letters, digits and -._~ */
function escapeDataString(text: string): string {
  // A lone surrogate, which NTFS allows in a name, becomes the replacement character.
  const wellFormed = Buffer.from(text).toString();
  const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(wellFormed).replace(/[!'()*]/g, percent);
}

function blockList(ids: readonly string[]): Uint8Array {
  const list = ids.map((id) => `<Latest>${id}</Latest>`).join("");
  return Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`);
}

function blobHeaders(context: ModelContext, sha256: string, bugCheck: string): Record<string, string> {
  const ascii = (name: string): string => context.parameter(name).replace(/[^\x20-\x7e]+/g, escapeDataString);
  return {
    "content-type": "application/xml",
    "x-ms-blob-content-type": "application/octet-stream",
    "x-ms-meta-sha256": sha256,
    "x-ms-meta-bugcheck": bugCheck,
    "x-ms-meta-sourcevm": ascii("SourceVmId"),
    "x-ms-meta-snapshot": ascii("SnapshotId"),
  };
}

class Session {
  private token: { readonly value: string; readonly ends: number } | null = null;

  constructor(
    private readonly context: ModelContext,
    private readonly agent: Agent,
    private readonly url: string,
    private readonly dumpPath: string,
  ) {}

  /** One request to the store, tried again as long as that makes sense. */
  async put(query: string, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<void> {
    const { say, sleep, signal } = this.context;
    let [waited, renewed] = [0, false];
    for (let attempt = 1; ; attempt++) {
      const authorization = `Bearer ${await this.bearer()}`;
      const all = { ...headers, authorization, "x-ms-version": STORAGE_VERSION };
      const failure = await putRequest(this.url + query, body, all, this.agent, signal);
      if (!failure) return;
      if (failure.status === 401 && !renewed) {
        this.token = null;
        renewed = true;
        continue;
      }
      const passing = isPassing(failure) ? FAILURE_PATIENCE_SECONDS : 0;
      const patience = failure.status === 403 ? REFUSAL_PATIENCE_SECONDS : passing;
      if (waited >= patience) this.refuse(failure, waited);
      const delay = delayOf(attempt, failure);
      say(`the store answered ${nameOf(failure)}; trying again in ${delay} seconds (${waited} of ${patience} waited)`);
      await sleep(delay);
      waited += delay;
    }
  }

  private async bearer(): Promise<string> {
    if (this.token && this.token.ends > Date.now() + 300_000) return this.token.value;
    const { machine, parameter, text } = this.context;
    const clientId = parameter("IdentityClientId");
    try {
      const token = await machine.token(STORAGE_RESOURCE, clientId);
      this.token = { value: token.access_token, ends: Number(token.expires_on) * 1000 };
      return this.token.value;
    } catch {
      // The instance metadata service says this of any identity that the VM does not have.
      throw new UploadRefusedError(text("refused-token", clientId, "400"), [text("refused-token-next")]);
    }
  }

  private refuse(failure: Failure, waited: number): never {
    const { text, parameter } = this.context;
    const byHand = text("refused-next-by-hand", this.dumpPath);
    const name = nameOf(failure);
    if (failure.status === 403) {
      const step = text(failure.code === "AuthorizationFailure" ? "refused-firewall-next" : "refused-rights-next");
      throw new UploadRefusedError(text("refused-rights", waited, name), [step, byHand]);
    }
    if (failure.status === 0) {
      const step = text("refused-unreachable-next", new URL(this.url).hostname);
      throw new UploadRefusedError(text("refused-unreachable", waited, name), [step, byHand]);
    }
    throw new UploadRefusedError(text("refused-store", name), [
      text("refused-store-next", parameter("ContainerUrl")),
      byHand,
    ]);
  }
}

function isPassing({ status }: Failure): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

function delayOf(attempt: number, failure: Failure): number {
  const seconds = Math.min(30, 2 * 2 ** Math.min(4, attempt - 1));
  return Math.min(60, Math.max(seconds, failure.retryAfter));
}

function nameOf({ status, code, message }: Failure): string {
  if (status === 0) return message;
  return code === "" ? String(status) : `${status} ${code}`;
}
