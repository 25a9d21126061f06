import type { IncomingMessage } from "node:http";

/** What a request brought; its bytes are in the memory that was given for them. */
export interface RangeAnswer {
  /** Bytes that came; fewer than asked for when the connection broke. */
  readonly length: number;
  /** Size of the whole, when the answer was in order. */
  readonly total: number | null;
  /** Strong version tag of the whole. */
  readonly etag: string | null;
  /** Why there are fewer bytes than asked for. */
  readonly failure: string;
  /** Seconds, or a date, that the server asks to wait. */
  readonly retryAfter: string | null;
}

interface Wanted {
  readonly offset: number;
  readonly length: number;
  /** Size of the whole as an earlier answer told it. */
  readonly total: number | null;
  readonly etag: string | null;
}

/** Statuses that pass: the same request may succeed later. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Longest wait between two tries, in milliseconds. */
const longestDelay = 30_000;

/** Milliseconds to wait before the next try: what the server asks for, else twice as long each time. */
export function retryDelay(failures: number, retryAfter: string | null): number {
  const asked = retryAfter === null ? Number.NaN : askedDelay(retryAfter);
  return Math.min(Number.isNaN(asked) ? 100 * 2 ** failures : asked, longestDelay);
}

/** Source: RFC 9110, 10.2.3 "Retry-After": seconds, or a date. */
function askedDelay(retryAfter: string): number {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  return Math.max(0, Date.parse(retryAfter) - Date.now());
}

/** What is wrong with an answer to a range request; null when its body may be read. */
export function checkAnswer(response: IncomingMessage, wanted: Wanted): string | null {
  const problem = problemOfStatus(response.statusCode ?? 0);
  if (problem) return problem;
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers["content-range"] ?? "");
  if (!match) return "the server sent a part without saying which";
  const [start, end, total] = match.slice(1).map(Number) as [number, number, number];
  const last = Math.min(wanted.offset + wanted.length, total) - 1;
  if (start !== wanted.offset || end > last) {
    return `the server sent bytes ${start} to ${end} instead of ${wanted.offset} to ${last}`;
  }
  if (wanted.total !== null && total !== wanted.total) {
    return `it changed while it was read: it had ${wanted.total} bytes, and has ${total}`;
  }
  const { etag } = response.headers;
  if (wanted.etag !== null && etag !== undefined && etag !== wanted.etag) return "it changed while it was read";
  return null;
}

function problemOfStatus(status: number): string | null {
  switch (status) {
    case 206:
      return null;
    case 200:
      return "the server knows no ranges; download the file and name it instead";
    case 401:
    case 403:
      return `the server refused (${status}); has the signature expired, or is access to the network restricted? Get a new one`;
    case 404:
      return "there is nothing (404); see that the address is whole";
    case 412:
      return "it changed while it was read";
    case 416:
      return "the server has no bytes there (416); is it empty, or did it change?";
    default:
      return `the server answered ${status}`;
  }
}

/**
 * Reads the body of an answer into memory as far as it comes; what is longer than that is left.
 *
 * @param onBytes told the length of every piece that comes
 */
export async function receiveRange(
  response: IncomingMessage,
  target: Uint8Array,
  onBytes: (length: number) => void,
): Promise<RangeAnswer> {
  let length = 0;
  const failure = await new Promise<string>((resolve) => {
    response.on("data", (bytes: Buffer) => {
      onBytes(bytes.length);
      const part = bytes.subarray(0, target.length - length);
      target.set(part, length);
      length += part.length;
      if (part.length < bytes.length) response.destroy();
    });
    response.once("end", () => resolve("the answer was short"));
    response.once("error", () => resolve("the connection broke"));
    response.once("close", () => resolve("the connection broke"));
  });
  const { etag } = response.headers;
  return {
    length,
    total: Number(response.headers["content-range"]?.split("/")[1]),
    etag: etag === undefined || etag.startsWith("W/") ? null : etag,
    failure,
    retryAfter: null,
  };
}
