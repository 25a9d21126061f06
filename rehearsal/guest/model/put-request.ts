import { request, type Agent } from "node:https";

/** Why a request did not succeed. */
export interface Failure {
  /** 0 when no answer came. */
  readonly status: number;
  /** Azure's error code; empty when it gave none. */
  readonly code: string;
  readonly message: string;
  /** Seconds; 0 when not given. */
  readonly retryAfter: number;
}

const TIMEOUT_MILLISECONDS = 300_000;

/** Sends one PUT. Answers null when it succeeded. */
export function putRequest(
  url: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  agent: Agent,
  signal: AbortSignal,
): Promise<Failure | null> {
  return new Promise((resolve) => {
    const sent = request(url, {
      method: "PUT",
      headers: { ...headers, "content-length": body.length },
      agent,
      signal,
      timeout: TIMEOUT_MILLISECONDS,
    });
    sent.once("error", (error) => resolve({ status: 0, code: "", message: error.message, retryAfter: 0 }));
    sent.once("timeout", () => sent.destroy(new Error("The operation has timed out.")));
    sent.once("response", (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      const code = response.headers["x-ms-error-code"]?.toString() ?? "";
      const retryAfter = Number(response.headers["retry-after"] ?? 0) || 0;
      const failure = { status, code, message: response.statusMessage ?? "", retryAfter };
      response.once("close", () => resolve(status >= 200 && status < 300 ? null : failure));
    });
    sent.end(body);
  });
}
