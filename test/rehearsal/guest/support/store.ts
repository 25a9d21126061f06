import { writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

import { makeServerCertificate } from "../../../../rehearsal/arm/certificates";

/** A request that the store got. */
export interface StoreRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly length: number;
}

/** What the store answers instead of success; null for success. */
export type Refusal = { readonly status: number; readonly code?: string; readonly retryAfter?: number } | null;

/** A blob store over https: takes Put Block and Put Block List, and keeps what they make. */
export interface Store {
  readonly containerUrl: string;
  readonly caFile: string;
  readonly requests: StoreRequest[];
  /** Committed blobs by path. */
  readonly blobs: Map<string, { readonly bytes: Buffer; readonly headers: IncomingHttpHeaders }>;
  /** Asked before each request, with its number from 0. */
  refuse: (request: StoreRequest, number: number) => Refusal;
  clear(): void;
  stop(): Promise<void>;
}

export async function startStore(folder: string): Promise<Store> {
  const { cert, key, ca } = await makeServerCertificate();
  const caFile = join(folder, "ca.pem");
  await writeFile(caFile, ca);
  const blocks = new Map<string, Buffer>();
  const server = createServer({ cert, key }, (request, response) => {
    void buffer(request).then((body) => {
      const url = new URL(request.url ?? "/", "https://store");
      const told = { path: url.pathname, query: url.searchParams, headers: request.headers, length: body.length };
      const refusal = store.refuse(told, store.requests.push(told) - 1);
      if (refusal) {
        if (refusal.code) response.setHeader("x-ms-error-code", refusal.code);
        if (refusal.retryAfter) response.setHeader("retry-after", refusal.retryAfter);
        response
          .writeHead(refusal.status)
          .end(`<?xml version="1.0"?><Error><Code>${refusal.code ?? ""}</Code></Error>`);
        return;
      }
      const block = url.searchParams.get("blockid");
      if (request.method !== "PUT") response.writeHead(405).end();
      else if (url.searchParams.get("comp") === "block" && block) blocks.set(`${url.pathname} ${block}`, body);
      else if (url.searchParams.get("comp") === "blocklist") {
        const ids = [...body.toString().matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, id]) => id ?? "");
        const parts = ids.map((id) => blocks.get(`${url.pathname} ${id}`));
        if (parts.some((part) => !part)) response.statusCode = 400;
        else
          store.blobs.set(url.pathname, { bytes: Buffer.concat(parts.map((part) => part!)), headers: request.headers });
      } else response.statusCode = 501;
      response.writeHead(response.statusCode === 200 ? 201 : response.statusCode).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const store: Store = {
    containerUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}/account/dumps`,
    caFile,
    requests: [],
    blobs: new Map(),
    refuse: () => null,
    clear() {
      store.requests.length = 0;
      store.blobs.clear();
      blocks.clear();
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
