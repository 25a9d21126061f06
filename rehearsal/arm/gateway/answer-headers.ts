import { randomUUID } from "node:crypto";

import type { Answer } from "../answer";
import type { ArmRequest } from "../arm-request";

/** Region of the front end that a request reached. */
const ROUTING_REGION = "WESTUS2";

/** Headers of every answer (azure-arm.md 3.1). */
const ALWAYS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-cache",
  Pragma: "no-cache",
  Expires: "-1",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Cache": "CONFIG_NOCACHE",
};

/**
 * Allowances left, as recorded after the first call (azure-arm.md 8); buckets refill faster than one client empties them,
 * so the numbers stay.
 */
const ALLOWANCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  reads: {
    "x-ms-ratelimit-remaining-subscription-reads": "249",
    "x-ms-ratelimit-remaining-subscription-global-reads": "3749",
  },
  writes: {
    "x-ms-ratelimit-remaining-subscription-writes": "199",
    "x-ms-ratelimit-remaining-subscription-global-writes": "2999",
  },
  deletes: {
    "x-ms-ratelimit-remaining-subscription-deletes": "199",
    "x-ms-ratelimit-remaining-subscription-global-deletes": "2999",
  },
};

/** Allowances per resource that Compute tells of (azure-arm.md 8), by what the path ends in. */
const COMPUTE_ALLOWANCES: readonly (readonly [method: string, path: RegExp, allowance: string])[] = [
  [
    "POST",
    /\/(snapshots|disks)\/[^/]+\/(begin|end)getaccess$/i,
    "Microsoft.Compute/HighCostSnapshotCreateHydrate3Min;998,Microsoft.Compute/HighCostSnapshotCreateHydrate30Min;7998",
  ],
  [
    "PUT",
    /\/snapshots\/[^/]+$/i,
    "Microsoft.Compute/HighCostSnapshotCreateHydrate3Min;998,Microsoft.Compute/HighCostSnapshotCreateHydrate30Min;7998",
  ],
  [
    "PUT",
    /\/disks\/[^/]+$/i,
    "Microsoft.Compute/CreateUpdateDisks3Min;2995,Microsoft.Compute/CreateUpdateDisks30Min;24976",
  ],
  ["PUT", /\/runcommands\/[^/]+$/i, "Microsoft.Compute/UpdateVM3Min;239,Microsoft.Compute/UpdateVM30Min;1197"],
  [
    "PUT",
    /\/virtualmachines\/[^/]+$/i,
    "Microsoft.Compute/PutVMSubscriptionMaximum;1499,Microsoft.Compute/PutVMResource;11",
  ],
  [
    "DELETE",
    /\/virtualmachines\/[^/]+$/i,
    "Microsoft.Compute/DeleteVMSubscriptionMaximum;1498,Microsoft.Compute/DeleteVMResource;10",
  ],
  [
    "GET",
    /\/(operations|diskoperations)\/[^/]+$/i,
    "Microsoft.Compute/GetOperationResource;44,Microsoft.Compute/GetOperationSubscriptionMaximum;14994",
  ],
  ["GET", /\/virtualmachines$/i, "Microsoft.Compute/HighCostGet3Min;137"],
  [
    "GET",
    /\/virtualmachines\/[^/]+$/i,
    "Microsoft.Compute/LowCostGetSubscriptionMaximum;23996,Microsoft.Compute/LowCostGetResource;32",
  ],
];

/** Who asked, as `x-ms-operation-identifier` names them. */
export interface Operator {
  readonly tenantId: string;
  readonly objectId: string;
}

/** All headers of an answer. */
export function answerHeaders(request: ArmRequest, answer: Answer, operator?: Operator): Record<string, string> {
  const requestId = randomUUID();
  const correlationId = request.headers["x-ms-correlation-request-id"] ?? requestId;
  const clientRequestId = request.headers["x-ms-client-request-id"];
  const echo = request.headers["x-ms-return-client-request-id"]?.toLowerCase() === "true";
  return {
    ...ALWAYS,
    ...allowances(request),
    "x-ms-request-id": requestId,
    "x-ms-correlation-request-id": correlationId,
    "x-ms-routing-request-id": `${ROUTING_REGION}:${routingTime()}:${requestId}`,
    "X-MSEdge-Ref": `Ref A: ${plainGuid()} Ref B: SIMULATED Ref C: ${new Date().toISOString()}`,
    // On writes and operation reads since 2025 (azure-arm.md 3.1).
    ...(operator !== undefined && (request.method !== "GET" || OPERATION_PATH.test(request.path))
      ? { "x-ms-operation-identifier": operationIdentifier(operator) }
      : {}),
    // Echoed when asked (azure-arm.md 2).
    ...(echo && clientRequestId !== undefined ? { "x-ms-client-request-id": clientRequestId } : {}),
    ...(/\/microsoft\.network\//i.test(request.path) ? { "x-ms-arm-service-request-id": randomUUID() } : {}),
    ...(answer.gateway === true ? { "x-ms-failure-cause": "gateway" } : {}),
    ...answer.headers,
  };
}

function allowances({ method, path }: ArmRequest): Record<string, string> {
  const bucket = method === "DELETE" ? "deletes" : method === "GET" || method === "HEAD" ? "reads" : "writes";
  const compute = /\/microsoft\.compute\//i.test(path)
    ? COMPUTE_ALLOWANCES.find(([verb, pattern]) => verb === method && pattern.test(path))
    : undefined;
  return {
    ...ALLOWANCES[bucket],
    ...(compute === undefined ? {} : { "x-ms-ratelimit-remaining-resource": compute[2] }),
  };
}

/** Paths of operation documents and results. */
const OPERATION_PATH = /\/(operations|operationresults|diskoperations|asyncoperations)\//i;

function operationIdentifier({ tenantId, objectId }: Operator): string {
  return `tenantId=${tenantId},objectId=${objectId}/${ROUTING_REGION.toLowerCase()}/${randomUUID()}`;
}

/** `20210316T113411Z`, as in `SOUTHCENTRALUS:20210316T113411Z:<guid>` (azure-arm.md 2). */
function routingTime(): string {
  return new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

function plainGuid(): string {
  return randomUUID().replaceAll("-", "").toUpperCase();
}
