import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { makeServerCertificate } from "../../../rehearsal/arm/certificates";

type Body = Record<string, any>;

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  /** With the API version as query: `/subscriptions/s/resourceGroups/rg?api-version=2024-03-01`. */
  readonly url: string;
  readonly body: Body | undefined;
  readonly userAgent: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Body;
}

/**
 * A Resource Manager that knows no rules: it keeps what is put, runs what is long, and fails when it is told to. What a
 * provider sends can be compared with the real plugin's flow; what Azure would say to it is the simulator's business.
 */
export class FakeArm {
  readonly subscriptionId = "11111111-2222-3333-4444-555555555555";
  readonly tenantId = "66666666-7777-8888-9999-000000000000";
  readonly requests: SeenRequest[] = [];
  readonly resources = new Map<string, Body>();
  /** Answers of long-running operations, by their number. */
  readonly operations: Body[] = [];
  #rules: { pattern: RegExp; answer: Answer; times: number; skip: number }[] = [];
  #unfinished = false;

  private constructor(
    readonly folder: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<FakeArm> {
    const folder = await mkdtemp(join(tmpdir(), "fake-arm-"));
    const { cert, key, ca } = await makeServerCertificate();
    await writeFile(join(folder, "ca.pem"), ca);
    const server = createServer({ cert, key });
    const arm = new FakeArm(folder, server);
    server.on("request", (request, response) => void arm.#serve(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return arm;
  }

  get host(): string {
    return `localhost:${(this.server.address() as AddressInfo).port}`;
  }

  get environment(): Record<string, string> {
    return {
      ARM_METADATA_HOSTNAME: this.host,
      ARM_SUBSCRIPTION_ID: this.subscriptionId,
      ARM_TENANT_ID: this.tenantId,
      ARM_CLIENT_ID: "client",
      ARM_CLIENT_SECRET: "client-secret-value",
      NODE_EXTRA_CA_CERTS: join(this.folder, "ca.pem"),
    };
  }

  /** Answers the next requests that match `METHOD url` with this, instead of what it would answer; but not the first `skip`. */
  answerNext(pattern: RegExp, answer: Answer, { times = 1, skip = 0 } = {}): void {
    this.#rules.push({ pattern, answer, times, skip });
  }

  forgetRules(): void {
    this.#rules = [];
  }

  /** Waits for a request that matches `METHOD url`. */
  async nextRequest(pattern: RegExp): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.on("kit-request", (line: string) => {
        if (pattern.test(line)) resolve();
      });
    });
  }

  /** Lets long-running operations go on until told otherwise. */
  holdOperations(hold: boolean): void {
    this.#unfinished = hold;
  }

  /** Path of a resource below the subscription. */
  path(rest: string): string {
    return `/subscriptions/${this.subscriptionId}${rest}`;
  }

  /** Requests for resources since the last call, as `METHOD path?api-version`. */
  taken(): string[] {
    return this.requests.splice(0).map(({ method, url }) => `${method} ${url.replace(this.path(""), "")}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.folder, { recursive: true });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = request.url ?? "";
    const method = request.method ?? "";
    const text = Buffer.concat(chunks).toString();
    let answer = this.#signIn(url, text);
    if (answer === undefined) {
      const body = text === "" ? undefined : (JSON.parse(text) as Body);
      this.requests.push({ method, url, body, userAgent: request.headers["user-agent"] ?? "" });
      this.server.emit("kit-request", `${method} ${url}`);
      answer = this.#ruled(`${method} ${url}`) ?? this.#answer(method, new URL(url, "https://x").pathname, body);
    }
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
  }

  #signIn(url: string, text: string): Answer | undefined {
    const origin = `https://${this.host}`;
    if (url.startsWith("/metadata/endpoints")) {
      const authentication = { loginEndpoint: origin, audiences: [`${origin}/arm`] };
      return {
        status: 200,
        body: { name: "Fake", resourceManager: origin, microsoftGraphResourceId: `${origin}/graph`, authentication },
      };
    }
    const tenant = `${origin}/${this.tenantId}`;
    if (url.includes("openid-configuration")) {
      const body = {
        issuer: tenant,
        token_endpoint: `${tenant}/token`,
        authorization_endpoint: `${tenant}/authorize`,
        jwks_uri: `${tenant}/keys`,
      };
      return { status: 200, body };
    }
    if (!url.startsWith(`/${this.tenantId}/token`)) return undefined;
    if (new URLSearchParams(text).get("client_secret") !== this.environment.ARM_CLIENT_SECRET) {
      const body = { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret provided." };
      return { status: 401, body };
    }
    const claims = Buffer.from(JSON.stringify({ appid: "client", oid: "object", tid: this.tenantId })).toString(
      "base64url",
    );
    return { status: 200, body: { token_type: "Bearer", expires_in: 3600, access_token: `e30.${claims}.x` } };
  }

  #ruled(line: string): Answer | undefined {
    const rule = this.#rules.find(({ pattern, times }) => times > 0 && pattern.test(line));
    if (rule === undefined || rule.skip-- > 0) return undefined;
    rule.times--;
    return rule.answer;
  }

  #answer(method: string, path: string, body: Body | undefined): Answer {
    const operation = /\/operations\/(\d+)$/.exec(path);
    if (operation !== null) return this.#operation(Number(operation[1]));
    const key = path.toLowerCase();
    const existing = this.resources.get(key);
    if (method === "GET") return existing ? { status: 200, body: existing } : notFound(path);
    if (method === "DELETE") {
      this.resources.delete(key);
      return existing ? { status: 200 } : notFound(path);
    }
    const resource = method === "PATCH" ? merge(existing ?? {}, body) : named(path, body);
    this.resources.set(key, resource);
    return /Microsoft.(Compute|Network)/.test(path)
      ? this.#long(resource)
      : { status: existing ? 200 : 201, body: resource };
  }

  #long(resource: Body): Answer {
    const url = `https://${this.host}${this.path(`/operations/${this.operations.push({ status: "Succeeded" }) - 1}`)}?api-version=1`;
    const updating = { ...resource, properties: { ...resource.properties, provisioningState: "Updating" } };
    return { status: 201, headers: { "azure-asyncoperation": url, "retry-after-ms": "1" }, body: updating };
  }

  #operation(number: number): Answer {
    if (this.#unfinished) return { status: 200, headers: { "retry-after-ms": "50" }, body: { status: "InProgress" } };
    return { status: 200, headers: { "retry-after-ms": "1" }, body: this.operations[number] };
  }
}

function named(path: string, body: Body | undefined): Body {
  const parts = path.split("/").slice(1);
  const [name = ""] = parts.slice(-1);
  const provider = parts.lastIndexOf("providers");
  const type =
    provider < 0
      ? "Microsoft.Resources/resourceGroups"
      : [parts[provider + 1], ...parts.slice(provider + 2).filter((_, index) => index % 2 === 0)].join("/");
  // Resource Manager spells this part alike whatever the request says.
  const id = path.replace(/\/resourcegroups\//i, "/resourceGroups/");
  return { ...body, id, name, type, properties: { ...body?.properties, provisioningState: "Succeeded" } };
}

function merge(target: Body, change: Body | undefined): Body {
  const result = { ...target };
  for (const [key, value] of Object.entries(change ?? {})) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = typeof value === "object" && !Array.isArray(value) ? merge(result[key] ?? {}, value) : value;
  }
  return result;
}

function notFound(path: string): Answer {
  return {
    status: 404,
    body: { error: { code: "ResourceNotFound", message: `The Resource '${path}' was not found.` } },
  };
}
