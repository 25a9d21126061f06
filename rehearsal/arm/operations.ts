import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { AzureError } from "./azure-error";
import { InternalServerError, OperationPreempted } from "./gateway-errors";
import type { JsonValue } from "./json";
import type { Operation } from "./operation";
import type { ResourceId } from "./resource-id";

/** What an operation is begun with. */
export type OperationStart = Pick<
  Operation,
  "style" | "subscriptionId" | "location" | "apiVersion" | "verb" | "resourceId" | "holds"
> & {
  /** The work; its result is the operation's output. */
  readonly work: (signal: AbortSignal) => Promise<JsonValue | undefined>;
  /** Shortest real duration in milliseconds. */
  readonly atLeast: number;
  /** Runs when the work is over, before anyone can see that it is. */
  readonly onEnd: (operation: Operation) => void;
};

type Writable = { -readonly [K in keyof Operation]: Operation[K] };

/** All long-running operations, those that ended too: a polling URL stays valid. */
export class Operations {
  readonly #operations = new Map<string, Operation>();
  readonly #running = new Set<Operation>();
  readonly #stopping = new AbortController();
  readonly #problem: (text: string) => void;

  /** `problem` is told of errors in the work that are no AzureError. */
  constructor(problem: (text: string) => void) {
    this.#problem = problem;
  }

  get(id: string): Operation | undefined {
    return this.#operations.get(id.toLowerCase());
  }

  /** The operation that has this path as its result path; for styles that encode the id. */
  byPath(path: string): Operation | undefined {
    const wanted = path.toLowerCase();
    return [...this.#operations.values()].find(
      (operation) => operation.style.resultPath(operation).toLowerCase() === wanted,
    );
  }

  /** A running operation that holds one of these resources. */
  holderOf(ids: readonly ResourceId[]): Operation | undefined {
    return [...this.#running].find((operation) => ids.some((id) => operation.holds.includes(id.key)));
  }

  /** Running operations on a resource and on what lies below it. */
  runningBelow(id: ResourceId): Operation[] {
    return [...this.#running].filter(
      ({ resourceId }) => resourceId.key === id.key || resourceId.key.startsWith(`${id.key}/`),
    );
  }

  begin({ work, atLeast, onEnd, ...facts }: OperationStart): Operation {
    const cancelling = new AbortController();
    const signal = AbortSignal.any([cancelling.signal, this.#stopping.signal]);
    const operation: Writable = {
      ...facts,
      id: randomUUID(),
      startTime: new Date(),
      endTime: undefined,
      status: "InProgress",
      error: undefined,
      output: undefined,
      ended: Promise.resolve(),
      cancel: () => cancelling.abort(),
    };
    this.#operations.set(operation.id, operation);
    this.#running.add(operation);
    operation.ended = this.#outcome(operation, work, atLeast, signal).then((outcome) => {
      Object.assign(operation, outcome, { endTime: new Date() });
      this.#running.delete(operation);
      onEnd(operation);
    });
    return operation;
  }

  /** Ends all work; resolves when none runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#running].map(({ ended }) => ended));
  }

  async #outcome(
    operation: Operation,
    work: OperationStart["work"],
    atLeast: number,
    signal: AbortSignal,
  ): Promise<Partial<Operation>> {
    try {
      // First the wait: the answer that accepts the operation has to show the resource as it is before the work.
      await wait(atLeast, undefined, { signal });
      const output = await work(signal);
      signal.throwIfAborted();
      return { status: "Succeeded", output };
    } catch (error) {
      return signal.aborted
        ? { status: "Canceled", error: new OperationPreempted() }
        : { status: "Failed", error: this.#asAzureError(operation, error) };
    }
  }

  #asAzureError({ verb, resourceId }: Operation, error: unknown): AzureError {
    if (error instanceof AzureError) {
      return error;
    }
    this.#problem(
      `internal error in ${verb} ${resourceId.text}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return new InternalServerError();
  }
}
