import type { ByteSource } from "../byte-source";
import { ReadError } from "../errors";
import { answerRange, checkAnswer, isPassing, retryDelay, type RangeAnswer } from "./http-answer";
import { checkRange } from "./range";

/** How to read over HTTP. */
export interface UrlOptions {
  /** Requests under way at once; further reads wait. 16 when not given. */
  readonly inFlight?: number;
  /** How often a read is tried again without a byte of progress. 5 when not given. */
  readonly retries?: number;
  /** Milliseconds without a byte after which a request counts as failed. 30,000 when not given. */
  readonly stallTimeout?: number;
  /** Ends every request. */
  readonly signal?: AbortSignal;
}

/** Bytes of the first request, which also tells size and version; what is asked for first lies in it. */
const firstLength = 64 * 1024;

/**
 * Opens an http or https URL, with a shared access signature or without, as a source that is read by ranges.
 *
 * Passing failures are tried again where the bytes received so far end. The ETag of the first answer is pinned: a blob
 * that changes while it is read is an error. The query of the URL, which may be a signature, never appears in a message.
 *
 * @throws ReadError when the server refuses, knows no ranges, or cannot be reached
 */
export async function openUrl(url: string, options: UrlOptions = {}): Promise<ByteSource> {
  const source = new HttpSource(url, options);
  await source.open();
  return source;
}

class HttpSource implements ByteSource {
  size = Number.MAX_SAFE_INTEGER;
  private etag: string | null = null;
  private first: Uint8Array | null = null;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly shownUrl: string;
  private readonly retries: number;
  private readonly stallTimeout: number;
  private readonly inFlight: number;

  constructor(
    private readonly url: string,
    private readonly options: UrlOptions,
  ) {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new ReadError("The address is no http or https URL.");
    }
    const { origin, pathname } = new URL(url);
    this.shownUrl = origin + pathname;
    this.retries = options.retries ?? 5;
    this.stallTimeout = options.stallTimeout ?? 30_000;
    this.inFlight = options.inFlight ?? 16;
  }

  async open(): Promise<void> {
    this.first = await this.fetchRange(0, firstLength);
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    if (length === 0) return new Uint8Array(0);
    if (this.first && offset + length <= this.first.length) return this.first.subarray(offset, offset + length);
    await this.turn();
    try {
      return await this.fetchRange(offset, length);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    while (this.running >= this.inFlight) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
  }

  private async fetchRange(offset: number, length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let received = 0;
    let wanted = length;
    for (let failures = 0; received < wanted;) {
      const answer = await this.request(offset + received, wanted - received);
      if (answer.total !== null) wanted = this.note(answer, offset, wanted);
      parts.push(...answer.parts);
      received += answer.length;
      if (received >= wanted) break;
      // Progress starts the count anew: a line that breaks every now and then still gets there.
      failures = answer.length > 0 ? 0 : failures + 1;
      if (failures > this.retries) throw this.error(`${answer.failure}; gave up after ${this.retries} more tries`);
      await this.pause(retryDelay(failures, answer.retryAfter));
    }
    const [only] = parts;
    return parts.length === 1 && only ? only : Buffer.concat(parts);
  }

  /** Takes size and version from the first answer; the first read may reach past the end of a short blob. */
  private note(answer: RangeAnswer, offset: number, wanted: number): number {
    if (this.first) return wanted;
    this.size = answer.total ?? this.size;
    this.etag = answer.etag;
    return Math.min(wanted, this.size - offset);
  }

  private async request(offset: number, length: number): Promise<RangeAnswer> {
    const stall = new AbortController();
    const signals = [stall.signal, ...(this.options.signal ? [this.options.signal] : [])];
    let timer = setTimeout(() => stall.abort(), this.stallTimeout);
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), this.stallTimeout);
    };
    try {
      const headers: Record<string, string> = { range: `bytes=${offset}-${offset + length - 1}` };
      if (this.etag) headers["if-match"] = this.etag;
      const response = await fetch(this.url, { headers, signal: AbortSignal.any(signals), redirect: "error" });
      const problem = checkAnswer(response, { offset, length, total: this.first ? this.size : null, etag: this.etag });
      if (problem) {
        await response.body?.cancel();
        if (!isPassing(response.status)) throw this.error(problem);
        return { ...nothing, failure: problem, retryAfter: response.headers.get("retry-after") };
      }
      return await answerRange(response, length, alive);
    } catch (error) {
      if (error instanceof ReadError) throw error;
      if (this.options.signal?.aborted) throw this.error("the read was interrupted");
      return { ...nothing, failure: stall.signal.aborted ? "the server stalled" : "the connection failed" };
    } finally {
      clearTimeout(timer);
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (this.options.signal?.aborted) throw this.error("the read was interrupted");
  }

  private error(problem: string): ReadError {
    return new ReadError(`Cannot read ${this.shownUrl}: ${problem}.`);
  }
}

const nothing: RangeAnswer = { parts: [], length: 0, total: null, etag: null, failure: "", retryAfter: null };
