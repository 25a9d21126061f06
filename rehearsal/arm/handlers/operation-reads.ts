import { setTimeout as wait } from "node:timers/promises";

import type { Answer } from "../answer";
import type { Azure } from "../azure";
import { errorAnswer } from "../answer";
import type { Operation } from "../operation";
import { POLL_SOON, resultUrl } from "./long-running-answer";

/**
 * A poll of `Azure-AsyncOperation`: always 200 with the document (azure-arm.md 2).
 *
 * It is answered when the operation has ended, or after the hold time; see long-running-answer.ts for why.
 */
export async function readOperation(azure: Azure, operation: Operation, gone: AbortSignal): Promise<Answer> {
  await hold(azure, operation, gone);
  const { status } = operation;
  return {
    status: 200,
    body: operation.style.document(operation),
    ...(status === "InProgress" ? { headers: POLL_SOON } : {}),
  };
}

/** A poll of `Location`: 202 with an empty body until done, then the final answer (azure-arm.md 2). */
export async function readOperationResult(azure: Azure, operation: Operation, gone: AbortSignal): Promise<Answer> {
  await hold(azure, operation, gone);
  const { status, error, output, verb } = operation;
  if (status === "InProgress") {
    return { status: 202, headers: { ...POLL_SOON, Location: resultUrl(azure, operation) } };
  }
  if (error !== undefined) {
    return errorAnswer(error);
  }
  if (output !== undefined) {
    return { status: 200, body: output };
  }
  return { status: verb === "DELETE" ? 204 : 200 };
}

async function hold(azure: Azure, operation: Operation, gone: AbortSignal): Promise<void> {
  const done = new AbortController();
  const longest = wait(azure.pollHoldMilliseconds, undefined, {
    signal: AbortSignal.any([done.signal, gone]),
  }).catch(() => undefined);
  await Promise.race([operation.ended, longest]);
  done.abort();
}
