import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent, createServer, request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

/** What was asked of the store, and what went wrong on purpose. */
export interface Counts {
  /** Bytes of blocks that the store took. */
  taken: number;
  blocks: number;
  resets: number;
  errors: number;
  busy: number;
  forbidden: number;
  expired: number;
}

/** A blob store that fails as a real one does, in front of one that does not. */
export interface FaultyFront {
  /** Address of the container. */
  readonly containerUrl: string;
  /** Gives tokens, as the instance metadata service does. */
  readonly tokenUrl: string;
  readonly counts: Counts;
  /** Whether faults are played. */
  faulty: boolean;
  stop(): Promise<void>;
}

/** Requests refused at first, as long as a role assignment has not reached the store. */
const FORBIDDEN_AT_FIRST = 3;
/** A token is taken for this long, though it says an hour: as when an identity's tokens are revoked. */
const TOKEN_MILLISECONDS = 60_000;
/** Of so many blocks one meets the fault. */
const RESET_EVERY = 251;
const ERROR_EVERY = 401;
const BUSY_EVERY = 701;

/** Starts the front on free ports. */
export async function startFaultyFront(
  certificate: { readonly cert: string; readonly key: string; readonly ca: string },
  port: number,
): Promise<FaultyFront> {
  const agent = new Agent({ ca: certificate.ca, keepAlive: true });
  const tokens = new Map<string, number>();
  const front = createServer(certificate, (request, response) => {
    if (!state.faulty || !playFault(state.counts, tokens, request, response)) {
      forward(port, agent, state.counts, request, response);
    }
  });
  front.requestTimeout = 0;
  const metadata = createHttpServer((_, response) => {
    const token = newToken();
    tokens.set(token.access_token, Date.now());
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(token));
  });
  await Promise.all([front, metadata].map((server) => once(server.listen(0, "127.0.0.1"), "listening")));
  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  const state: FaultyFront = {
    containerUrl: `https://localhost:${portOf(front)}/account/dumps`,
    tokenUrl: `http://127.0.0.1:${portOf(metadata)}/`,
    counts: { taken: 0, blocks: 0, resets: 0, errors: 0, busy: 0, forbidden: 0, expired: 0 },
    faulty: false,
    async stop() {
      agent.destroy();
      for (const server of [front, metadata]) {
        server.closeAllConnections();
        server.close();
      }
      await Promise.resolve();
    },
  };
  return state;
}

/** Whether a fault has answered the request. */
function playFault(
  counts: Counts,
  tokens: ReadonlyMap<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const fail = (status: number, code: string, headers: Record<string, string> = {}): true => {
    request.resume();
    response.writeHead(status, { "x-ms-error-code": code, ...headers }).end();
    return true;
  };
  if (counts.forbidden < FORBIDDEN_AT_FIRST) {
    counts.forbidden++;
    return fail(403, "AuthorizationPermissionMismatch");
  }
  const made = tokens.get(request.headers.authorization?.replace(/^Bearer /, "") ?? "") ?? 0;
  if (Date.now() - made > TOKEN_MILLISECONDS) {
    counts.expired++;
    return fail(401, "InvalidAuthenticationInfo");
  }
  if (!request.url?.includes("comp=block&")) return false;
  counts.blocks++;
  if (counts.blocks % RESET_EVERY === 0) {
    counts.resets++;
    request.once("data", () => request.socket.destroy());
    return true;
  }
  if (counts.blocks % ERROR_EVERY === 0) {
    counts.errors++;
    return fail(500, "InternalError");
  }
  if (counts.blocks % BUSY_EVERY === 0) {
    counts.busy++;
    return fail(503, "ServerBusy", { "retry-after": "3" });
  }
  return false;
}

function forward(port: number, agent: Agent, counts: Counts, request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const onward = httpsRequest({ host: "localhost", port, method, path: url, headers, agent }, (answer) => {
    if (answer.statusCode === 201 && url?.includes("comp=block&")) counts.taken += Number(headers["content-length"]);
    if (response.destroyed) answer.resume();
    else pipeline(answer, response.writeHead(answer.statusCode ?? 502, answer.headers), () => undefined);
  });
  onward.once("error", () => response.destroy());
  pipeline(request, onward, () => undefined);
}

/** With the claims that Azurite looks at (its README, "OAuth"); it checks no signature. */
function newToken(): { access_token: string; expires_on: string } {
  const now = Math.floor(Date.now() / 1000);
  const base64 = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const times = { iat: now, nbf: now - 60, exp: now + 3600 };
  const claims = {
    aud: "https://storage.azure.com",
    iss: "https://sts.windows.net/bench/",
    jti: randomUUID(),
    ...times,
  };
  return { access_token: `${base64({ alg: "none" })}.${base64(claims)}.none`, expires_on: String(now + 3600) };
}
