import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { ByteSource } from "../byte-source";
import { ReadError } from "../errors";
import { checkAnswer, isPassing, receiveRange, retryDelay, type RangeAnswer } from "./http-answer";
import { checkRange } from "./range";
import { freeYoungMemory } from "./young-memory";

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

/** Bytes received from one collection of garbage to the next. */
const bytesToCollection = 2 * 1024 * 1024;

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
  private sinceCollection = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly shownUrl: string;
  private readonly retries: number;
  private readonly stallTimeout: number;
  private readonly inFlight: number;
  private readonly client: typeof http | typeof https;
  private readonly agent: http.Agent;

  constructor(
    private readonly url: string,
    private readonly options: UrlOptions,
  ) {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new ReadError("The address is no http or https URL.");
    }
    const { origin, pathname, protocol } = new URL(url);
    this.shownUrl = origin + pathname;
    this.retries = options.retries ?? 5;
    this.stallTimeout = options.stallTimeout ?? 30_000;
    this.inFlight = options.inFlight ?? 16;
    // Half the work of fetch, whose streams pass every piece through several hands.
    this.client = protocol === "https:" ? https : http;
    this.agent = new this.client.Agent({ keepAlive: true, maxSockets: this.inFlight });
  }

  async open(): Promise<void> {
    const first = Buffer.allocUnsafe(firstLength);
    try {
      await this.fetchRange(0, first);
    } catch (error) {
      this.agent.destroy();
      throw error;
    }
    this.first = first.subarray(0, Math.min(firstLength, this.size));
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this.size, offset, length);
    if (this.first && offset + length <= this.first.length) return this.first.subarray(offset, offset + length);
    const bytes = Buffer.allocUnsafe(length);
    await this.readInto(offset, bytes);
    return bytes;
  }

  async readInto(offset: number, target: Uint8Array): Promise<void> {
    checkRange(this.size, offset, target.length);
    if (target.length === 0) return;
    await this.turn();
    try {
      await this.fetchRange(offset, target);
    } finally {
      this.running--;
      this.waiting.shift()?.();
    }
  }

  close(): Promise<void> {
    this.agent.destroy();
    return Promise.resolve();
  }

  private async turn(): Promise<void> {
    while (this.running >= this.inFlight) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
  }

  private async fetchRange(offset: number, target: Uint8Array): Promise<void> {
    let received = 0;
    let wanted = target.length;
    for (let failures = 0; received < wanted;) {
      const answer = await this.request(offset + received, target.subarray(received, wanted));
      if (answer.total !== null) wanted = this.note(answer, offset, wanted);
      received += answer.length;
      if (received >= wanted) break;
      // Progress starts the count anew: a line that breaks every now and then still gets there.
      failures = answer.length > 0 ? 0 : failures + 1;
      if (failures > this.retries) throw this.error(`${answer.failure}; gave up after ${this.retries} more tries`);
      await this.pause(retryDelay(failures, answer.retryAfter));
    }
  }

  /** Takes size and version from the first answer; the first read may reach past the end of a short blob. */
  private note(answer: RangeAnswer, offset: number, wanted: number): number {
    if (this.first) return wanted;
    this.size = answer.total ?? this.size;
    this.etag = answer.etag;
    return Math.min(wanted, this.size - offset);
  }

  private async request(offset: number, target: Uint8Array): Promise<RangeAnswer> {
    const stall = new AbortController();
    const signals = [stall.signal, ...(this.options.signal ? [this.options.signal] : [])];
    let timer = setTimeout(() => stall.abort(), this.stallTimeout);
    const onBytes = (received: number): void => {
      this.collectNowAndThen(received);
      clearTimeout(timer);
      timer = setTimeout(() => stall.abort(), this.stallTimeout);
    };
    const { length } = target;
    try {
      const response = await this.get(offset, length, AbortSignal.any(signals));
      const problem = checkAnswer(response, { offset, length, total: this.first ? this.size : null, etag: this.etag });
      if (!problem) return this.ended(await receiveRange(response, target, onBytes), stall.signal);
      response.destroy();
      if (!isPassing(response.statusCode ?? 0)) throw this.error(problem);
      return { ...nothing, failure: problem, retryAfter: response.headers["retry-after"] ?? null };
    } catch (error) {
      if (error instanceof ReadError) throw error;
      return this.ended({ ...nothing, failure: "the connection failed" }, stall.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What came in is copied and garbage at once, and with many answers at once it piles up before any of them is whole. */
  private collectNowAndThen(received: number): void {
    this.sinceCollection += received;
    if (this.sinceCollection < bytesToCollection) return;
    this.sinceCollection = 0;
    freeYoungMemory();
  }

  /** Sends a request, and answers when the head of its answer is there. */
  private get(offset: number, length: number, signal: AbortSignal): Promise<IncomingMessage> {
    const headers: Record<string, string> = { range: `bytes=${offset}-${offset + length - 1}` };
    if (this.etag) headers["if-match"] = this.etag;
    return new Promise((resolve, reject) => {
      const request = this.client.get(this.url, { headers, signal, agent: this.agent }, resolve);
      // Stays: an error may come after the head, and then the body tells of it.
      request.on("error", reject);
    });
  }

  /** An answer that ended early, with the reason when it was ended from here. */
  private ended(answer: RangeAnswer, stall: AbortSignal): RangeAnswer {
    if (this.options.signal?.aborted) throw this.error("the read was interrupted");
    return stall.aborted ? { ...answer, failure: "the server stalled" } : answer;
  }

  private async pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (this.options.signal?.aborted) throw this.error("the read was interrupted");
  }

  private error(problem: string): ReadError {
    return new ReadError(`Cannot read ${this.shownUrl}: ${problem}.`);
  }
}

const nothing: RangeAnswer = { length: 0, total: null, etag: null, failure: "", retryAfter: null };
