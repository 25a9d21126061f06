import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server as HttpsServer } from "node:https";

import { errorAnswer, type Answer } from "./answer";
import { readQuery, type ArmRequest } from "./arm-request";
import type { ServerCertificate } from "./certificates";
import { RequestEntityTooLarge } from "./gateway-errors";

/** ARM's own limit of a request body, in bytes. */
const BODY_LIMIT = 4 * 1024 * 1024;

/**
 * How long an idle connection is kept: as long as Azure's load balancers do. With Node's five seconds a client on a busy
 * machine sends into a connection that is just being closed.
 */
export const IDLE_MILLISECONDS = 240_000;

/** The port that was asked for is in use. */
export class PortTakenError extends Error {
  constructor(
    readonly port: number,
    options?: ErrorOptions,
  ) {
    super(`port ${port} is in use; end the program that has it, or choose another port (0 takes a free one)`, options);
    this.name = "PortTakenError";
  }
}

/** Answers a request with all headers; `gone` is aborted when the client hangs up or the server stops. Never rejects. */
export type Answerer = (request: ArmRequest, refused: Answer | undefined, gone: AbortSignal) => Promise<Answer>;

/** An HTTPS server on 127.0.0.1 that hands every request to one function. */
export class Server {
  readonly #server: HttpsServer;
  readonly #stopping = new AbortController();

  constructor(certificate: ServerCertificate) {
    this.#server = createServer({ cert: certificate.cert, key: certificate.key, keepAliveTimeout: IDLE_MILLISECONDS });
  }

  /** Hands every request from now on to a function. */
  serve(answer: Answerer): void {
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#handle(request, response, answer).catch(() => {
        // The connection is broken: there is nobody to tell.
        response.destroy();
      });
    });
  }

  /**
   * Begins to listen; 0 takes a free port. Returns the port.
   *
   * @throws PortTakenError when the port is in use
   */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error: NodeJS.ErrnoException) => {
        reject(error.code === "EADDRINUSE" ? new PortTakenError(port, { cause: error }) : error);
      });
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : port;
  }

  /** Ends held polls, closes all connections. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      // Idle keep-alive connections would keep it open for ever.
      this.#server.closeIdleConnections();
      setTimeout(() => this.#server.closeAllConnections(), 100).unref();
    });
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse, answer: Answerer): Promise<void> {
    const hangUp = new AbortController();
    response.once("close", () => hangUp.abort());
    const body = await readBody(incoming);
    const refused = body === undefined ? errorAnswer(new RequestEntityTooLarge(BODY_LIMIT)) : undefined;
    const gone = AbortSignal.any([hangUp.signal, this.#stopping.signal]);
    send(incoming, response, await answer(readRequest(incoming, body ?? ""), refused, gone));
  }
}

/** The body as text; undefined when it is larger than ARM takes. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= BODY_LIMIT) {
      chunks.push(chunk);
    }
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks).toString("utf8");
}

function readRequest({ method = "GET", url = "/", headers }: IncomingMessage, body: string): ArmRequest {
  const [path = "/", ...search] = url.split("?");
  const single = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
  return {
    method,
    path,
    query: readQuery(search.join("?")),
    headers: Object.fromEntries(single) as Record<string, string | undefined>,
    body,
  };
}

function send(incoming: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) {
    response.setHeader(name, value);
  }
  if (body !== undefined) {
    response.setHeader("Content-Type", "application/json; charset=utf-8");
  } else if (status === 202) {
    // An accepted storage account is announced so (azure-arm.md 3.7).
    response.setHeader("Content-Type", "text/plain");
  }
  if (status !== 204 && incoming.method !== "HEAD") {
    response.setHeader("Content-Length", Buffer.byteLength(text));
  }
  response.end(incoming.method === "HEAD" || status === 204 ? undefined : text);
}
