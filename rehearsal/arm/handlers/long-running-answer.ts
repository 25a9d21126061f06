import type { Answer } from "../answer";
import type { Azure } from "../azure";
import type { JsonObject } from "../json";
import type { AcceptedAnswer } from "../long-running";
import type { Operation } from "../operation";

/**
 * Real milliseconds that an operation takes at least: its modelled seconds, as a rule a thousand times faster.
 *
 * Long enough for a second request to meet the operation still running, which is what conflicts are about.
 */
export function realMilliseconds(azure: Azure, virtualSeconds: number): number {
  return azure.millisecondsPerSecond * virtualSeconds;
}

/**
 * Why clients poll fast: every poll is answered only when the operation has ended (operation-reads.ts), so what counts is
 * when the *first* poll comes. JavaScript (core-lro 2.7.2) and Python poll at once. Go (azcore) first waits for
 * Retry-After-Ms. Retry-After is not sent: Python prefers it, reads whole seconds, and takes 0 for its default of 30 s;
 * JavaScript reads whole seconds only (azure-arm.md 12.2, and the source of core-lro).
 */
export const POLL_SOON: Readonly<Record<string, string>> = { "Retry-After-Ms": "10" };

/** The first answer to a long operation. */
export function acceptedAnswer(
  azure: Azure,
  operation: Operation,
  accepted: AcceptedAnswer,
  body: JsonObject | undefined,
  virtualSeconds: number,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status: accepted.status,
    headers: {
      ...headers,
      ...(accepted.asyncOperation
        ? // `azure-asyncnotification: Enabled` on accepted operations of Compute and Network (azure-arm.md 3.1).
          { "Azure-AsyncOperation": operationUrl(azure, operation), "Azure-AsyncNotification": "Enabled" }
        : {}),
      ...(accepted.location ? { Location: resultUrl(azure, operation) } : {}),
      ...POLL_SOON,
    },
    ...(body === undefined ? {} : { body }),
    virtualSeconds,
  };
}

/** Absolute URL of the operation document. */
export function operationUrl({ armEndpoint }: Azure, operation: Operation): string {
  const { operationPath, signedQuery } = operation.style;
  return `${armEndpoint}${operationPath(operation)}?${signedQuery(operation.apiVersion, false)}`;
}

/** Absolute URL that answers 202 until the operation has ended, and then with its result. */
export function resultUrl({ armEndpoint }: Azure, operation: Operation): string {
  const { resultPath, signedQuery } = operation.style;
  return `${armEndpoint}${resultPath(operation)}?${signedQuery(operation.apiVersion, true)}`;
}
