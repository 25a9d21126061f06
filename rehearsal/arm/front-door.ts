import { errorAnswer, type Answer } from "./answer";
import type { ArmRequest } from "./arm-request";
import type { AuditLog } from "./audit-log";
import type { Azure } from "./azure";
import { AzureError } from "./azure-error";
import { Dispatcher } from "./dispatcher";
import { answerEntra, type Entra } from "./entra/entra-routes";
import type { Application } from "./entra/token-endpoint";
import { answerHeaders } from "./gateway/answer-headers";
import { authenticate } from "./gateway/authentication";
import { isWrite } from "./gateway/is-write";
import { answerPrices } from "./prices/retail-prices";
import { InternalServerError, NotSimulated } from "./gateway-errors";
import { PROVIDER_ROUTES } from "./resource-types";
import type { ResourceType } from "./resource-type";
import { Router } from "./route";
import { SecretsSeen } from "./secrets-seen";
import { armRoutes } from "./subscriptions/arm-routes";
import type { Principal } from "./tokens";

/** What a front door is made of. */
export interface FrontDoorOptions {
  readonly azure: Azure;
  readonly types: readonly ResourceType[];
  readonly application: Application;
  readonly audit: AuditLog;
  /** Host suffix of storage accounts in the metadata document. */
  readonly storageSuffix: string;
}

/** What was found out of a request before it was answered. */
interface Outcome {
  readonly answer: Answer;
  readonly principal?: Principal;
}

/** Where every request comes in: token service, authentication, dispatch, errors, headers, audit log. */
export class FrontDoor {
  /** Requests answered so far. */
  requests = 0;
  /** Secrets in the requests and answers so far. */
  readonly secrets = new SecretsSeen();
  readonly #dispatcher: Dispatcher;
  readonly #router: Router;
  readonly #entra: Entra;

  readonly #azure: Azure;
  readonly #audit: AuditLog;

  constructor({ azure, types, application, audit, storageSuffix }: FrontDoorOptions) {
    const { armEndpoint, tenantId, tokens, store, operations } = azure;
    this.#azure = azure;
    this.#audit = audit;
    this.#entra = { endpoints: { armEndpoint, tenantId, storageSuffix }, tokens, application };
    this.#router = new Router(types, store, operations);
    const routes = armRoutes(types, PROVIDER_ROUTES);
    this.#dispatcher = new Dispatcher(azure, this.#router, routes, application.objectId);
  }

  /** Answers a request with all its headers, once it is in the audit log; `refused` is an answer that is already certain. */
  async answer(request: ArmRequest, refused: Answer | undefined, gone: AbortSignal): Promise<Answer> {
    const { answer, principal } = refused === undefined ? await this.#outcome(request, gone) : { answer: refused };
    this.requests += 1;
    this.secrets.noteIn(request.body);
    this.secrets.noteIn(answer.body);
    this.#audit.append({
      time: new Date().toISOString(),
      method: request.method,
      path: request.path,
      apiVersion: request.query.get("api-version") ?? null,
      status: answer.status,
      write: principal !== undefined && isWrite(request, this.#router),
      principal: principal?.objectId ?? null,
      clientRequestId: request.headers["x-ms-client-request-id"] ?? null,
      userAgent: request.headers["user-agent"] ?? null,
      virtualSeconds: answer.virtualSeconds ?? 0,
    });
    const operator = principal && { tenantId: this.#azure.tenantId, objectId: principal.objectId };
    return { ...answer, headers: answerHeaders(request, answer, operator) };
  }

  async #outcome(request: ArmRequest, gone: AbortSignal): Promise<Outcome> {
    let principal: Principal | undefined;
    try {
      const open = answerEntra(this.#entra, request) ?? answerPrices(request, this.#azure.armEndpoint);
      if (open !== undefined) {
        return { answer: open };
      }
      principal = authenticate(request.headers.authorization, this.#azure.tokens, this.#azure.armEndpoint);
      return { answer: await this.#dispatcher.answer(request, principal, gone), principal };
    } catch (error) {
      const answer = errorAnswer(this.#asAzureError(request, error));
      return principal === undefined ? { answer } : { answer, principal };
    }
  }

  #asAzureError({ method, path }: ArmRequest, error: unknown): AzureError {
    if (error instanceof NotSimulated) {
      this.#azure.problem(error.message);
    }
    if (error instanceof AzureError) {
      return error;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#azure.problem(`internal error in ${method} ${path}: ${stack}`);
    return new InternalServerError();
  }
}
