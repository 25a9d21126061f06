import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { makeServerCertificate } from "../../../../rehearsal/arm/certificates";

/** A request that the store got. */
export interface StoreRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly length: number;
}

/** What the store answers instead of success, or that it hangs up; null for success. */
export type Refusal =
  { readonly status: number; readonly code?: string; readonly retryAfter?: number } | "reset" | null;

interface StoredBlob {
  readonly bytes: Buffer;
  readonly blocks: ReadonlyMap<string, Buffer>;
  /** Headers of the request that made it. */
  readonly headers: IncomingHttpHeaders;
}

/** A blob store over https: takes blocks and block lists, keeps what they make, and tells of it. */
export interface Store {
  readonly containerUrl: string;
  readonly caFile: string;
  readonly requests: StoreRequest[];
  /** Committed blobs by path. */
  readonly blobs: Map<string, StoredBlob>;
  /** Blocks that are in no blob yet, by path and then by id. */
  readonly waiting: Map<string, Map<string, Buffer>>;
  /** Asked before each request, with its number from 0. */
  refuse: (request: StoreRequest, number: number) => Refusal;
  clear(): void;
  stop(): Promise<void>;
}

export async function startStore(folder: string): Promise<Store> {
  const { cert, key, ca } = await makeServerCertificate();
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, ca);
  const server = createServer({ cert, key }, (request, response) => {
    buffer(request).then(
      (body) => answer(store, request, body, response),
      // Whoever sent it was stopped.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const store: Store = {
    containerUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/account/dumps`,
    caFile,
    requests: [],
    blobs: new Map(),
    waiting: new Map(),
    refuse: () => null,
    clear() {
      store.requests.length = 0;
      store.blobs.clear();
      store.waiting.clear();
      store.refuse = () => null;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return store;
}

function answer(store: Store, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "https://store");
  const { method = "", headers } = request;
  const told = { method, path: url.pathname, query: url.searchParams, headers, length: body.length };
  const refusal = store.refuse(told, store.requests.push(told) - 1);
  if (refusal === "reset") request.socket.destroy();
  else if (refusal) fail(response, refusal);
  else take(store, told, body, response);
}

function take(store: Store, request: StoreRequest, body: Buffer, response: ServerResponse): void {
  const { method, path, query, headers } = request;
  const comp = query.get("comp");
  const waiting = store.waiting.get(path) ?? new Map<string, Buffer>();
  const blob = store.blobs.get(path);
  const id = query.get("blockid");
  if (method === "HEAD" && comp === null) {
    if (!blob) fail(response, { status: 404, code: "BlobNotFound" });
    else response.writeHead(200, { ...metadataOf(blob.headers), "content-length": blob.bytes.length }).end();
  } else if (method === "GET" && comp === "blocklist" && query.get("blocklisttype") === "uncommitted") {
    if (!blob && waiting.size === 0) fail(response, { status: 404, code: "BlobNotFound" });
    else response.writeHead(200, { "content-type": "application/xml" }).end(blockListOf(waiting));
  } else if (method === "PUT" && comp === "block" && id !== null) {
    if (headers["content-md5"] !== createHash("md5").update(body).digest("base64"))
      fail(response, { status: 400, code: "Md5Mismatch" });
    else {
      store.waiting.set(path, waiting.set(id, body));
      response.writeHead(201).end();
    }
  } else if (method === "PUT" && comp === "blocklist") {
    const ids = [...body.toString().matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, named]) => named ?? "");
    const blocks = new Map(ids.map((named) => [named, waiting.get(named) ?? blob?.blocks.get(named)]));
    if (!allThere(blocks)) fail(response, { status: 400, code: "InvalidBlockList" });
    else {
      store.blobs.set(path, { bytes: Buffer.concat(ids.map((named) => blocks.get(named)!)), blocks, headers });
      store.waiting.delete(path);
      response.writeHead(201).end();
    }
  } else fail(response, { status: 501 });
}

function allThere(blocks: ReadonlyMap<string, Buffer | undefined>): blocks is ReadonlyMap<string, Buffer> {
  return [...blocks.values()].every((block) => block !== undefined);
}

function fail(response: ServerResponse, { status, code = "", retryAfter }: Exclude<Refusal, "reset" | null>): void {
  if (code !== "") response.setHeader("x-ms-error-code", code);
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

function metadataOf(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("x-ms-meta-")));
}

function blockListOf(blocks: ReadonlyMap<string, Buffer>): string {
  const one = ([id, bytes]: [string, Buffer]): string =>
    `<Block><Name>${id}</Name><Size>${bytes.length}</Size></Block>`;
  return `<?xml version="1.0" encoding="utf-8"?><BlockList><UncommittedBlocks>${[...blocks].map(one).join("")}</UncommittedBlocks></BlockList>`;
}
