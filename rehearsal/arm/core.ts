import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import * as path from "node:path";

import { AuditLog } from "./audit-log";
import type { Azure } from "./azure";
import { makeServerCertificate, type ServerCertificate } from "./certificates";
import { CONDITIONS, defaultConditions, type Conditions } from "./conditions";
import { FrontDoor } from "./front-door";
import type { ResourceType } from "./resource-type";
import { RESOURCE_TYPES } from "./resource-types";
import type { Secret } from "./secrets-seen";
import { Server } from "./server";
import type { ServiceKey } from "./service-key";
import { SimulatedAzure } from "./simulated-azure";
import { Tokens } from "./tokens";

/** How the core of a simulated Azure is made. */
export interface CoreOptions {
  /** Existing folder for the authority's certificate and the audit log. */
  readonly workFolder: string;
  /** Port of the ARM endpoint; 0 or absent takes a free one. */
  readonly port?: number;
  readonly subscriptionId?: string;
  readonly tenantId?: string;
  /** The one application that may sign in; it is Owner of the subscription. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Host suffix of storage accounts in the metadata document. */
  readonly storageSuffix?: string;
  /** Real milliseconds that a modelled second takes; default 1. */
  readonly millisecondsPerSecond?: number;
  /** Longest time that a poll of a running operation is held, in milliseconds; default 20,000. */
  readonly pollHoldMilliseconds?: number;
  readonly onProblem?: (problem: string) => void;
  /** What holds besides resources, as far as it differs from the default; may be changed while it runs. */
  readonly conditions?: Partial<Conditions>;
  /** Resource types; default all. */
  readonly types?: readonly ResourceType[];
}

/** The control plane of a simulated Azure: what knows neither disks nor guests. */
export interface Core {
  readonly azure: Azure;
  readonly armEndpoint: string;
  /** Host and port as ARM_METADATA_HOSTNAME takes it. */
  readonly metadataHost: string;
  /** What holds besides resources; may be changed while it runs. */
  readonly conditions: Conditions;
  readonly certificate: ServerCertificate;
  readonly caFile: string;
  readonly auditLog: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Object id of the application's service principal. */
  readonly objectId: string;
  /** Makes a service known to resource types. */
  provide<T>(key: ServiceKey<T>, service: T): void;
  /** Number of requests answered so far. */
  requests(): number;
  /** What was secret in all requests and answers so far. */
  secrets(): readonly Secret[];
  /** Modelled minutes of the longest chain of dependent work so far; see VirtualClock. */
  modelledMinutes(): number;
  stop(): Promise<void>;
}

/** Makes a control plane that listens; it ends with `stop`. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const certificate = await makeServerCertificate();
  const application = {
    objectId: randomUUID(),
    clientId: options.clientId ?? randomUUID(),
    clientSecret: options.clientSecret ?? `simulated~${randomUUID()}`,
  };
  const server = new Server(certificate);
  const metadataHost = `localhost:${await server.listen(options.port ?? 0)}`;
  const armEndpoint = `https://${metadataHost}`;
  const caFile = path.join(options.workFolder, "authority.pem");
  writeFileSync(caFile, certificate.ca);
  const audit = new AuditLog(path.join(options.workFolder, "audit.jsonl"));
  const types = options.types ?? RESOURCE_TYPES;
  const azure = new SimulatedAzure({
    types,
    armEndpoint,
    subscriptionId: options.subscriptionId ?? randomUUID(),
    tokens: new Tokens(options.tenantId ?? randomUUID()),
    owner: application,
    millisecondsPerSecond: options.millisecondsPerSecond ?? 1,
    pollHoldMilliseconds: options.pollHoldMilliseconds ?? 20_000,
    onProblem: (problem) => options.onProblem?.(problem),
  });
  const conditions = { ...defaultConditions(), ...options.conditions };
  azure.provide(CONDITIONS, conditions);
  const door = new FrontDoor({
    azure,
    types,
    application,
    audit,
    storageSuffix: options.storageSuffix ?? "core.windows.net",
  });
  server.serve((request, refused, gone) => door.answer(request, refused, gone));
  return {
    azure,
    armEndpoint,
    metadataHost,
    conditions,
    certificate,
    caFile,
    auditLog: audit.path,
    tenantId: azure.tenantId,
    subscriptionId: azure.subscriptionId,
    ...application,
    provide: (key, service) => azure.provide(key, service),
    requests: () => door.requests,
    secrets: () => [
      { name: "client secret", value: application.clientSecret },
      ...azure.tokens.issued.map((value) => ({ name: "access token", value })),
      ...door.secrets.all(),
    ],
    modelledMinutes: () => azure.clock.criticalPathSeconds / 60,
    async stop() {
      await server.stop();
      await azure.operations.stop();
      audit.close();
    },
  };
}
