import type { IncomingHttpHeaders } from "node:http";
import { request, type Agent } from "node:https";
import { text } from "node:stream/consumers";

/** A request to the blob store, without what every request carries. */
export interface StoreRequest {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What came of a request. */
export interface Outcome {
  /** 0 when no answer came. */
  readonly status: number;
  /** Azure's error code; empty when it gave none. */
  readonly code: string;
  readonly message: string;
  /** Seconds; 0 when not given. */
  readonly retryAfter: number;
  /** The sentence that says what to do about no answer: the name does not resolve, the certificate is not the store's, or anything else. */
  readonly trouble: "refused-name-next" | "refused-trust-next" | "refused-route-next";
  readonly headers: IncomingHttpHeaders;
  /** Empty unless the status is 200. */
  readonly body: string;
}

const TIMEOUT_SECONDS = 300;
const ROUTE = "refused-route-next";

/** Sends one request. Never rejects: no answer is an outcome too. */
export function storeRequest(what: StoreRequest, agent: Agent, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const length = what.body ? { "content-length": what.body.length } : {};
    const sent = request(what.url, {
      method: what.method,
      headers: { ...what.headers, ...length },
      agent,
      signal,
      timeout: TIMEOUT_SECONDS * 1000,
    });
    sent.once("error", (error: NodeJS.ErrnoException) => resolve(noAnswer(error.message, error.code ?? "")));
    sent.once("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_SECONDS} seconds`)));
    sent.once("response", (response) => {
      text(response).then(
        (body) => {
          const { headers, statusCode: status = 0, statusMessage: message = "" } = response;
          const code = headers["x-ms-error-code"]?.toString() ?? "";
          const retryAfter = Number(headers["retry-after"] ?? 0) || 0;
          resolve({ status, code, message, retryAfter, trouble: ROUTE, headers, body: status === 200 ? body : "" });
        },
        (error: unknown) => resolve(noAnswer(String(error), "")),
      );
    });
    sent.end(what.body);
  });
}

function noAnswer(message: string, code: string): Outcome {
  const nameOrRoute = /^(ENOTFOUND|EAI_|ENODATA)/.test(code) ? "refused-name-next" : ROUTE;
  const trouble = /CERT|TLS|SSL|VERIFY/.test(code) ? "refused-trust-next" : nameOrRoute;
  return { status: 0, code: "", message, retryAfter: 0, trouble, headers: {}, body: "" };
}
