import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { decideAccess, type AccessDecision, type Authority } from "./access";
import type { Azurite } from "./azurite";
import { parseBlobRequest, type BlobRequest } from "./blob-request";
import type { Faults } from "./faults";
import { loopbackCertificate } from "./loopback-certificate";
import { putFromUrl, PutRefused, type PutFromUrlAccess } from "./put-from-url";
import { sendStorageError, type StorageError } from "./storage-error";
import { IDLE_MILLISECONDS } from "../server";

/** One answered request, for the audit log; never with a query or a header that holds a secret. */
export interface BlobAuditRecord {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly version: string;
  readonly status: number;
  readonly write: boolean;
  readonly principal: string;
  readonly clientRequestId: string;
  readonly userAgent: string;
}

export interface GatewayOptions {
  readonly azurite: Azurite;
  readonly authority: Authority;
  readonly faults: Faults;
  /** PEM texts. */
  readonly certificate: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Account that only the simulator itself uses with a key; outsiders need a shared access signature. */
  readonly internalAccount: string;
  /** Header value by which the simulator's own requests are known; they are neither counted nor refused. */
  readonly internalSecret: string;
  /** For operations that Azurite does not have. */
  readonly internal: Omit<PutFromUrlAccess, "host">;
  readonly record: (line: BlobAuditRecord) => void;
  /** Told of containers that clients create or remove on the data plane. */
  readonly onContainer: (accountId: string, container: string, exists: boolean) => void;
}

/** Name of the header that carries `internalSecret`. */
export const INTERNAL_HEADER = "x-simulator-internal";

/**
 * The HTTPS front of the blob service: decides who may do what as the control plane says, plays faults, keeps the audit
 * lines, and hands what is allowed to Azurite in the same process.
 */
export class Gateway {
  private readonly server: Server;
  private count = 0;

  constructor(private readonly options: GatewayOptions) {
    const { cert, key, ca } = options.certificate;
    const loopback = loopbackCertificate(ca);
    this.server = createServer({ cert, key, keepAliveTimeout: IDLE_MILLISECONDS }, (request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.server.on("secureConnection", (socket) => {
      socket.getCertificate = () => loopback;
    });
    this.server.requestTimeout = 0; // uploads of large dumps take their time
  }

  /** Listens on a free port and returns it. */
  async start(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(0, "127.0.0.1", resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  /** Requests of outsiders answered so far. */
  requests(): number {
    return this.count;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers[INTERNAL_HEADER] === this.options.internalSecret) {
      this.options.azurite.answer(request, response);
      return;
    }
    this.count++;
    const blobRequest = parsed(request);
    if (blobRequest === undefined) {
      request.resume();
      sendStorageError(response, {
        status: 400,
        code: "InvalidUri",
        message: "The requested URI does not represent any resource on the server.",
      });
      return;
    }
    const decision = this.decide(blobRequest);
    response.once("close", () => this.record(request, response, blobRequest, decision.principal));
    response.once("finish", () => this.follow(blobRequest, response.statusCode));
    if (await this.playFaults(blobRequest, request, response)) {
      return;
    }
    if (!decision.allowed) {
      request.resume();
      sendStorageError(response, decision.error);
      return;
    }
    if (await this.putFromUrl(request, response, blobRequest)) {
      return;
    }
    const { azurite } = this.options;
    (blobRequest.credential.kind === "bearer" ? azurite.answerBearer : azurite.answer)(request, response);
  }

  /** Returns whether it was a request that Azurite cannot answer. */
  private async putFromUrl(
    request: IncomingMessage,
    response: ServerResponse,
    blobRequest: BlobRequest,
  ): Promise<boolean> {
    const access = { ...this.options.internal, host: request.headers.host ?? "" };
    try {
      if (!(await putFromUrl(request, blobRequest, access))) {
        return false;
      }
      request.resume();
      response.writeHead(201, { "content-length": "0", "x-ms-version": blobRequest.version }).end();
    } catch (error) {
      if (!(error instanceof PutRefused)) {
        throw error;
      }
      request.resume();
      sendStorageError(response, error.error);
    }
    return true;
  }

  private decide(request: BlobRequest): AccessDecision {
    if (request.account === this.options.internalAccount) {
      return request.credential.kind === "account-sas"
        ? { allowed: true, principal: "account-sas" }
        : refusal(request, 403, "AuthorizationFailure", "This request is not authorized to perform this operation.");
    }
    const account = this.options.authority.account(request.account);
    // Modelled: the name of an account that does not exist does not resolve in Azure.
    return account === undefined
      ? refusal(
          request,
          404,
          "ResourceNotFound",
          `The specified resource does not exist. (No storage account '${request.account}'.)`,
        )
      : decideAccess(request, account, this.options.authority);
  }

  /** Returns whether a fault has answered the request. */
  private async playFaults(
    request: BlobRequest,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    for (const fault of this.options.faults.take(request.method, request.path, request.query.get("comp"))) {
      if (fault.kind === "latency") {
        await delay(fault.milliseconds);
        continue;
      }
      if (fault.kind === "reset") {
        incoming.socket.destroy();
        return true;
      }
      incoming.resume();
      sendStorageError(response, {
        ...fault,
        ...(fault.retryAfterSeconds !== undefined && { headers: { "retry-after": String(fault.retryAfterSeconds) } }),
      });
      return true;
    }
    return false;
  }

  /** A container that was made here exists for the control plane too. */
  private follow({ method, account, container, aboutContainer }: BlobRequest, status: number): void {
    const id = this.options.authority.account(account)?.id;
    if (id !== undefined && aboutContainer && (status === 201 || status === 202)) {
      this.options.onContainer(id, container, method === "PUT");
    }
  }

  private record(
    request: IncomingMessage,
    response: ServerResponse,
    blobRequest: BlobRequest,
    principal: string,
  ): void {
    this.options.record({
      time: new Date().toISOString(),
      method: blobRequest.method,
      path: blobRequest.path,
      version: blobRequest.version,
      status: response.headersSent ? response.statusCode : 0,
      write: blobRequest.method !== "GET" && blobRequest.method !== "HEAD",
      principal,
      clientRequestId: String(request.headers["x-ms-client-request-id"] ?? ""),
      userAgent: request.headers["user-agent"] ?? "",
    });
  }
}

function refusal(request: BlobRequest, status: number, code: string, message: string): AccessDecision {
  const error: StorageError = { status, code, message };
  return { allowed: false, principal: request.credential.kind, error };
}

function parsed(request: IncomingMessage): BlobRequest | undefined {
  try {
    return parseBlobRequest(request);
  } catch (error) {
    if (error instanceof URIError) {
      return undefined;
    }
    throw error;
  }
}
