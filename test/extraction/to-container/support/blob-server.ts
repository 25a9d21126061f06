import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Answers one request, or answers that the store is to do it. */
export type Interception = (request: IncomingMessage, response: ServerResponse, store: Store) => "pass" | undefined;

/** What a store of one blob keeps. */
export interface Store {
  /** By id. */
  readonly blocks: Map<string, Buffer>;
  /** Metadata of the blob; null while there is none. */
  metadata: Record<string, string> | null;
}

/** A blob service that keeps one blob, over HTTP. */
export interface BlobServer {
  readonly container: string;
  readonly store: Store;
  /** `METHOD comp`, in order. */
  readonly requests: string[];
  /** What comes before the store. */
  intercept: Interception;
  stop(): void;
}

/** Starts one: Put Block, Put Block List, Get Block List and Get Blob Properties, as far as a copy needs them. */
export async function startBlobServer(): Promise<BlobServer> {
  const store: Store = { blocks: new Map(), metadata: null };
  const requests: string[] = [];
  const control = { intercept: (() => "pass") as Interception };
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, "http://localhost");
    requests.push(`${request.method} ${searchParams.get("comp") ?? "blob"}`);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (control.intercept(request, response, store) !== "pass") return;
      if (searchParams.get("comp") === "block") store.blocks.set(searchParams.get("blockid")!, Buffer.concat(parts));
      answer(request, response, store);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(control, {
    container: `http://127.0.0.1:${(server.address() as AddressInfo).port}/account/dumps`,
    store,
    requests,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  });
}

function answer(request: IncomingMessage, response: ServerResponse, store: Store): void {
  const comp = new URL(request.url!, "http://localhost").searchParams.get("comp");
  const { method, headers } = request;
  if (method === "HEAD" && store.metadata) {
    const metadata = Object.entries(store.metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]);
    response.writeHead(200, { "content-length": "7", ...Object.fromEntries(metadata) }).end();
  } else if (method === "PUT" && comp === "blocklist" && store.metadata && headers["if-none-match"] === "*") {
    refuse(response, 409, "BlobAlreadyExists");
  } else if (method === "PUT") {
    if (comp === "blocklist") putTogether(request, store);
    response.writeHead(201).end();
  } else if (method === "GET" && comp === "blocklist" && store.blocks.size > 0) {
    const blocks = [...store.blocks].map(
      ([id, { length }]) => `<Block><Name>${id}</Name><Size>${length}</Size></Block>`,
    );
    response.writeHead(200, { "content-type": "application/xml" });
    response.end(`<BlockList><UncommittedBlocks>${blocks.join("")}</UncommittedBlocks></BlockList>`);
  } else {
    refuse(response, 404, "BlobNotFound");
  }
}

/** Makes the blob of the request, which answers nothing by itself. */
export function putTogether({ headers }: IncomingMessage, store: Store): void {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith("x-ms-meta-"));
  store.metadata = Object.fromEntries(
    metadata.map(([name, value]) => [name.slice("x-ms-meta-".length), String(value)]),
  );
}

/** Refuses as the service does: with the code in a header, and in a body, which the answer to a HEAD does not have. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "x-ms-error-code": code, "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>Refused.</Message></Error>`);
}
