import { randomUUID } from "node:crypto";

import type { JsonObject, JsonValue } from "./json";
import type { Operation } from "./operation";

/** How a namespace spells its polling URLs and operation documents. */
export interface OperationStyle {
  /** Path of the operation below the ARM endpoint. */
  readonly operationPath: (operation: Operation) => string;
  /** Path that the `Location` header names. */
  readonly resultPath: (operation: Operation) => string;
  /** Compute and Storage add `p=`, Network does not (azure-arm.md 3.1). */
  readonly signedQuery: (apiVersion: string, monitor: boolean) => string;
  readonly document: (operation: Operation) => JsonObject;
}

/** The first answer of a long operation. */
export interface AcceptedAnswer {
  readonly status: 200 | 201 | 202;
  readonly asyncOperation: boolean;
  readonly location: boolean;
  /** Whether the answer shows the resource, or has no body. */
  readonly body: boolean;
}

/** How a resource type's long operations answer; a verb that is absent is synchronous. */
export interface LongRunning {
  readonly style: OperationStyle;
  /** Provisioning state that the answer to a creating PUT shows: recorded as Updating for Network and disks. */
  readonly creating: "Creating" | "Updating";
  readonly create?: AcceptedAnswer;
  readonly update?: AcceptedAnswer;
  readonly patch?: AcceptedAnswer;
  readonly delete?: AcceptedAnswer;
  readonly action?: AcceptedAnswer;
}

const BOTH_WITHOUT_BODY: AcceptedAnswer = { status: 202, asyncOperation: true, location: true, body: false };

/** Virtual machines and run commands (azure-arm.md 3.4, 3.5): PUT and PATCH have no Location; DELETE and POST have both. */
export const COMPUTE: LongRunning = {
  style: locationStyle("Microsoft.Compute", "operations", operationDocument),
  creating: "Creating",
  create: { status: 201, asyncOperation: true, location: false, body: true },
  update: { status: 200, asyncOperation: true, location: false, body: true },
  patch: { status: 200, asyncOperation: true, location: false, body: true },
  delete: BOTH_WITHOUT_BODY,
  action: BOTH_WITHOUT_BODY,
};

/** Disks and snapshots (azure-arm.md 3.3, 4.1): everything 202 with both headers, writes with a body. */
export const COMPUTE_DISK: LongRunning = {
  style: locationStyle("Microsoft.Compute", "DiskOperations", diskOperationDocument),
  creating: "Updating",
  create: { status: 202, asyncOperation: true, location: true, body: true },
  update: { status: 202, asyncOperation: true, location: true, body: true },
  patch: { status: 202, asyncOperation: true, location: true, body: true },
  delete: BOTH_WITHOUT_BODY,
  action: BOTH_WITHOUT_BODY,
};

/** Network (azure-arm.md 1, 3.6): PUT 201/200 with Azure-AsyncOperation alone, PATCH synchronous, DELETE 202 with both. */
export const NETWORK: LongRunning = {
  style: networkStyle(),
  creating: "Updating",
  create: { status: 201, asyncOperation: true, location: false, body: true },
  update: { status: 200, asyncOperation: true, location: false, body: true },
  delete: BOTH_WITHOUT_BODY,
};

/** Storage accounts (azure-arm.md 3.7): PUT 202 with an empty body and Location alone; everything else synchronous. */
export const STORAGE: LongRunning = {
  style: locationStyle("Microsoft.Storage", "asyncoperations", operationDocument),
  creating: "Creating",
  create: { status: 202, asyncOperation: false, location: true, body: false },
};

/** Deletion of a resource group (azure-arm.md 3.2): 202, Location with the job id in base64. */
export const RESOURCE_GROUP: LongRunning = {
  style: {
    // No client is told of this path; a deletion is polled by its result.
    operationPath: (operation) => `/subscriptions/${operation.subscriptionId}/operationstatuses/${operation.id}`,
    resultPath: jobPath,
    signedQuery: (apiVersion) => `api-version=${apiVersion}${signature()}`,
    document: operationDocument,
  },
  creating: "Creating",
  delete: { status: 202, asyncOperation: false, location: true, body: false },
};

function locationStyle(
  namespace: string,
  segment: string,
  document: (operation: Operation) => JsonObject,
): OperationStyle {
  const path = (operation: Operation) =>
    `/subscriptions/${operation.subscriptionId}/providers/${namespace}/locations/${operation.location}/${segment}/${operation.id}`;
  return {
    operationPath: path,
    resultPath: path,
    // `monitor=true` stands before api-version (azure-arm.md 3.4).
    signedQuery: (apiVersion, monitor) =>
      `p=${randomUUID()}${monitor ? "&monitor=true" : ""}&api-version=${apiVersion}${signature()}`,
    document,
  };
}

function networkStyle(): OperationStyle {
  const path = (segment: string) => (operation: Operation) =>
    `/subscriptions/${operation.subscriptionId}/providers/Microsoft.Network/locations/${operation.location}/${segment}/${operation.id}`;
  return {
    operationPath: path("operations"),
    resultPath: path("operationResults"),
    signedQuery: (apiVersion) => `api-version=${apiVersion}${signature()}`,
    // Only a status, and the error of a failed one (azure-arm.md 3.6, 6).
    document: ({ status, error }) => ({ status, ...(error === undefined ? {} : { error: error.toError() }) }),
  };
}

/** Signed since about 2024 (azure-arm.md 3.1); clients must use such URLs unchanged. The values here sign nothing. */
function signature(): string {
  const ticks = 621_355_968_000_000_000n + BigInt(Date.now()) * 10_000n;
  return `&t=${ticks}&c=simulated-certificate&s=${randomUUID()}&h=${randomUUID()}`;
}

function jobPath(operation: Operation): string {
  const job = JSON.stringify({
    jobId: `RESOURCEGROUPDELETIONJOB-${operation.id.toUpperCase()}`,
    jobLocation: operation.location,
  });
  return `/subscriptions/${operation.subscriptionId}/operationresults/${Buffer.from(job).toString("base64url")}`;
}

/** `{startTime, endTime, status, error, name}`, and the output of an action (azure-arm.md 3.4, 3.5). */
function operationDocument(operation: Operation): JsonObject {
  return makeDocument(operation, operation.verb === "POST" ? operation.output : undefined);
}

/** The same with the whole resource as output of PUT and PATCH (azure-arm.md 3.3). */
function diskOperationDocument(operation: Operation): JsonObject {
  return makeDocument(operation, operation.output);
}

function makeDocument(operation: Operation, output: JsonValue | undefined): JsonObject {
  return {
    startTime: operation.startTime.toISOString(),
    ...(operation.endTime === undefined ? {} : { endTime: operation.endTime.toISOString() }),
    status: operation.status,
    ...(output === undefined ? {} : { properties: { output } }),
    ...(operation.error === undefined ? {} : { error: operation.error.toError() }),
    name: operation.id,
  };
}
