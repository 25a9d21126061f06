import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent, request as httpsRequest } from "node:https";
import os from "node:os";
import path from "node:path";
import { ClientSecretCredential } from "@azure/identity";

import { createCore, type Core, type CoreOptions } from "../../../rehearsal/arm/core";
import type { AuditRecord } from "../../../rehearsal/arm/audit-log";
import { RESOURCE_TYPES } from "../../../rehearsal/arm/resource-types";

/** Types of the core: what needs neither disks nor guests. */
export const CORE_TYPES = RESOURCE_TYPES.filter(({ type }) => !/^Microsoft\.(Compute|Storage)\//.test(type));

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined when the body is empty. */
  readonly body: any;
}

/** A raw request: `json` is sent as it is, `text` likewise; `token` null sends no Authorization. */
export interface RawRequest {
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Record<string, string>;
  readonly token?: string | null;
}

/** A running core with a way to talk to it. */
export interface CoreFixture {
  readonly core: Core;
  readonly problems: string[];
  /** `/subscriptions/{id}/resourceGroups/rg` of the one group that is there, in westus2. */
  readonly group: string;
  /** What official clients are made with. */
  readonly credential: ClientSecretCredential;
  readonly clientOptions: { endpoint: string; credentialScopes: string[]; tlsOptions: { ca: string } };
  raw(method: string, url: string, request?: RawRequest): Promise<RawAnswer>;
  /** PUT and wait for the operation; returns the resource as a GET shows it. */
  make(id: string, apiVersion: string, body: unknown): Promise<any>;
  /** DELETE and wait; returns the first answer, or the operation's error. */
  remove(id: string, apiVersion: string): Promise<RawAnswer>;
  /** Follows the polling URLs of an answer to their end; returns the last answer. */
  poll(answer: RawAnswer): Promise<RawAnswer>;
  audit(): Promise<AuditRecord[]>;
  stop(): Promise<void>;
}

export const NETWORK_VERSION = "2024-05-01";

/** Starts a core with one empty resource group. */
export async function startCore(options: Partial<CoreOptions> = {}): Promise<CoreFixture> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "azure-repair-kit-core-"));
  const problems: string[] = [];
  const core = await createCore({
    workFolder: folder,
    types: CORE_TYPES,
    onProblem: (problem) => problems.push(problem),
    ...options,
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const agent = new Agent({ ca: core.certificate.ca, keepAlive: true });
  const { token } = core.azure.tokens.issue(core.armEndpoint, core);
  const raw = (method: string, url: string, request: RawRequest = {}) =>
    send(agent, method, new URL(url.startsWith("/") ? core.armEndpoint + url : url), { token, ...request });
  const group = `/subscriptions/${core.subscriptionId}/resourceGroups/rg`;
  const created = await raw("PUT", `${group}?api-version=2024-03-01`, { json: { location: "westus2" } });
  if (created.status !== 201) {
    throw new Error(JSON.stringify(created));
  }
  const tlsOptions = { ca: core.certificate.ca };
  const identityOptions = { authorityHost: core.armEndpoint, disableInstanceDiscovery: true, tlsOptions };
  const fixture: CoreFixture = {
    core,
    problems,
    group,
    credential: new ClientSecretCredential(core.tenantId, core.clientId, core.clientSecret, identityOptions),
    clientOptions: { endpoint: core.armEndpoint, credentialScopes: [`${core.armEndpoint}/.default`], tlsOptions },
    raw,
    async make(id, apiVersion, body) {
      const last = await fixture.poll(await raw("PUT", `${id}?api-version=${apiVersion}`, { json: body }));
      if (last.status >= 300 || (last.body?.status ?? "Succeeded") !== "Succeeded") {
        throw new Error(`PUT ${id}: ${last.status} ${JSON.stringify(last.body)}`);
      }
      return (await raw("GET", `${id}?api-version=${apiVersion}`)).body;
    },
    async remove(id, apiVersion) {
      return fixture.poll(await raw("DELETE", `${id}?api-version=${apiVersion}`));
    },
    async poll(answer) {
      const url = answer.headers["azure-asyncoperation"] ?? answer.headers.location;
      if (answer.status >= 300 || url === undefined || url.startsWith("/")) {
        return answer;
      }
      for (;;) {
        const polled = await raw("GET", url);
        if (polled.status !== 202 && !["InProgress"].includes(polled.body?.status)) {
          return polled;
        }
      }
    },
    async audit() {
      const lines = (await readFile(core.auditLog, "utf8")).trim().split("\n");
      return lines.map((line) => JSON.parse(line));
    },
    async stop() {
      agent.destroy();
      await core.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return fixture;
}

function send(agent: Agent, method: string, url: URL, request: RawRequest): Promise<RawAnswer> {
  const text = request.text ?? (request.json === undefined ? "" : JSON.stringify(request.json));
  const headers = {
    ...(request.token == null ? {} : { Authorization: `Bearer ${request.token}` }),
    ...(text === "" ? {} : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(text)) }),
    ...request.headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest(url, { agent, method, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        resolve({
          status: incoming.statusCode!,
          headers: incoming.headers as RawAnswer["headers"],
          body: body === "" ? undefined : JSON.parse(body),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}
