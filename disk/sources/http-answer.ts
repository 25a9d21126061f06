/** What a request brought. */
export interface RangeAnswer {
  readonly parts: readonly Uint8Array[];
  /** Bytes of all parts; fewer than asked for when the connection broke. */
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
  const seconds = Number(retryAfter);
  if (retryAfter !== null && Number.isFinite(seconds) && seconds >= 0) return Math.min(seconds * 1000, longestDelay);
  return Math.min(100 * 2 ** failures, longestDelay);
}

/** What is wrong with an answer to a range request; null when its body may be read. */
export function checkAnswer(response: Response, wanted: Wanted): string | null {
  const problem = problemOfStatus(response.status);
  if (problem) return problem;
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers.get("content-range") ?? "");
  if (!match) return "the server sent a part without saying which";
  const [start, end, total] = match.slice(1).map(Number) as [number, number, number];
  const last = Math.min(wanted.offset + wanted.length, total) - 1;
  if (start !== wanted.offset || end > last) {
    return `the server sent bytes ${start} to ${end} instead of ${wanted.offset} to ${last}`;
  }
  if (wanted.total !== null && total !== wanted.total) {
    return `it changed while it was read: it had ${wanted.total} bytes, and has ${total}`;
  }
  const etag = response.headers.get("etag");
  if (wanted.etag !== null && etag !== null && etag !== wanted.etag) return "it changed while it was read";
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
 * Reads the body of an answer as far as it comes.
 *
 * @param alive called at every piece
 */
export async function answerRange(response: Response, length: number, alive: () => void): Promise<RangeAnswer> {
  const parts: Uint8Array[] = [];
  let received = 0;
  let failure = "the answer was short";
  try {
    for await (const part of response.body ?? []) {
      alive();
      const bytes = (part as Uint8Array).subarray(0, length - received);
      parts.push(bytes);
      received += bytes.length;
    }
  } catch {
    failure = "the connection broke";
  }
  const total = Number(response.headers.get("content-range")?.split("/")[1]);
  const etag = response.headers.get("etag");
  return {
    parts,
    length: received,
    total,
    etag: etag?.startsWith("W/") ? null : etag,
    failure,
    retryAfter: null,
  };
}
