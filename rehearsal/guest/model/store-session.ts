import { readFile } from "node:fs/promises";
import { Agent } from "node:https";

import type { ModelContext } from "./run-model";
import { storeRequest, type Outcome, type StoreRequest } from "./store-request";

/** Requests that are on their way at a time. */
export const REQUESTS_AT_ONCE = 3;

const STORAGE_VERSION = "2023-11-03";
const STORAGE_RESOURCE = "https://storage.azure.com/";
const REFUSAL_PATIENCE_SECONDS = 600;
const FAILURE_PATIENCE_SECONDS = 300;

/** The upload was refused, and that is the answer. */
export class UploadRefusedError extends Error {
  override readonly name = "UploadRefusedError";

  constructor(
    message: string,
    readonly nextSteps: readonly string[],
  ) {
    super(message);
  }
}

/** A request on its way. */
export interface Flight {
  readonly request: StoreRequest;
  readonly token: string;
  /** Null until it has landed. */
  outcome: Outcome | null;
  readonly landing: Promise<void>;
}

/** Requests to the blob store with a token of the VM's identity, tried again as long as that makes sense, as the script does. */
export class StoreSession {
  /** Where the dump is meanwhile, told when the store refuses it. */
  dumpPath: string | null = null;
  private token: { readonly value: string; readonly ends: number } | null = null;
  private renewed = false;
  private attempts = 0;
  private waited = 0;

  private constructor(
    readonly context: ModelContext,
    private readonly agent: Agent,
  ) {}

  static async open(context: ModelContext): Promise<StoreSession> {
    const ca = await readFile(context.machine.caFile);
    return new StoreSession(context, new Agent({ ca, keepAlive: true, maxSockets: REQUESTS_AT_ONCE }));
  }

  close(): void {
    this.agent.destroy();
  }

  /** Sends a request. */
  async start(request: StoreRequest): Promise<Flight> {
    const token = await this.bearer();
    const headers = { ...request.headers, authorization: `Bearer ${token}`, "x-ms-version": STORAGE_VERSION };
    const answered = storeRequest({ ...request, headers }, this.agent, this.context.signal);
    const flight: Flight = {
      request,
      token,
      outcome: null,
      landing: answered.then((outcome) => void (flight.outcome = outcome)),
    };
    return flight;
  }

  /** The outcome of a request, once its status is one of those wanted. */
  async send(request: StoreRequest, wanted: readonly number[]): Promise<Outcome> {
    for (;;) {
      const flight = await this.start(request);
      await flight.landing;
      const { outcome } = flight;
      if (outcome && wanted.includes(outcome.status)) {
        this.setAnswered();
        return outcome;
      }
      await this.waitAfter(flight);
    }
  }

  /** The store took a request: what it refuses next is a new trouble. */
  setAnswered(): void {
    [this.attempts, this.waited, this.renewed] = [0, 0, false];
  }

  /** Ends the upload with an answer. */
  refuse(failure: Outcome): never {
    const { text, parameter } = this.context;
    const name = nameOf(failure);
    const byHand = this.dumpPath === null ? [] : [text("refused-next-by-hand", this.dumpPath)];
    if (failure.status === 403) {
      const step = text(failure.code === "AuthorizationFailure" ? "refused-firewall-next" : "refused-rights-next");
      throw new UploadRefusedError(text("refused-rights", this.waited, name), [step, ...byHand]);
    }
    if (failure.status === 0) {
      const step = text(failure.trouble, new URL(parameter("ContainerUrl")).hostname);
      throw new UploadRefusedError(text("refused-unreachable", this.waited, name), [step, ...byHand]);
    }
    const step = text("refused-store-next", parameter("ContainerUrl"));
    throw new UploadRefusedError(text("refused-store", name), [step, ...byHand]);
  }

  /** After a failed request: waits, or ends the upload when there is no more sense in it. */
  async waitAfter({ outcome: failure, token }: Flight): Promise<void> {
    if (!failure) return;
    if (failure.status === 401) {
      // Sent before the token was renewed: it is simply sent again.
      if (token !== this.token?.value) return;
      if (!this.renewed) {
        [this.token, this.renewed] = [null, true];
        return;
      }
    }
    const passing = isPassing(failure) ? FAILURE_PATIENCE_SECONDS : 0;
    const patience = failure.status === 403 ? REFUSAL_PATIENCE_SECONDS : passing;
    if (this.waited >= patience) this.refuse(failure);
    const delay = delayOf(++this.attempts, failure);
    this.context.say(
      `the store answered ${nameOf(failure)}; trying again in ${delay} seconds (${this.waited} of ${patience} waited)`,
    );
    await this.context.sleep(delay);
    this.waited += delay;
  }

  private async bearer(): Promise<string> {
    if (this.token && this.token.ends > Date.now() + 300_000) return this.token.value;
    const { machine, parameter, text } = this.context;
    const clientId = parameter("IdentityClientId");
    try {
      const token = await machine.token(STORAGE_RESOURCE, clientId);
      this.token = { value: token.access_token, ends: Number(token.expires_on) * 1000 };
      return this.token.value;
    } catch {
      // The instance metadata service says this of any identity that the VM does not have.
      throw new UploadRefusedError(text("refused-token", clientId, "400"), [text("refused-token-next")]);
    }
  }
}

function isPassing({ status }: Outcome): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

function delayOf(attempt: number, failure: Outcome): number {
  const seconds = Math.min(30, 2 * 2 ** Math.min(4, attempt - 1));
  return Math.min(60, Math.max(seconds, failure.retryAfter));
}

function nameOf({ status, code, message }: Outcome): string {
  if (status === 0) return message;
  return code === "" ? String(status) : `${status} ${code}`;
}
