import { actionOf } from "./gateway/action-of";
import { checkApiVersion } from "./gateway/api-version";
import { AuthorizationFailed, LinkedAuthorizationFailed } from "./gateway/authentication-errors";
import { linkedActions } from "./gateway/linked-access";
import { checkPolicies } from "./gateway/policies";
import { checkLocks } from "./gateway/scope-locks";
import { callerMay } from "./authorization/rights";
import type { Answer } from "./answer";
import { pathSegments, readJsonBody, type ArmRequest } from "./arm-request";
import type { Azure } from "./azure";
import {
  NotSimulated,
  ParentResourceNotFound,
  ResourceGroupNotFound,
  ResourceNotFound,
  SubscriptionNotFound,
} from "./gateway-errors";
import { runAction } from "./handlers/action";
import type { ResourceCall } from "./handlers/call";
import { deleteResource } from "./handlers/delete";
import { getResource, headResource } from "./handlers/get";
import { listResources } from "./handlers/list";
import { readOperation, readOperationResult } from "./handlers/operation-reads";
import { patchResource } from "./handlers/patch";
import { putResource } from "./handlers/put";
import { operationLocation } from "./handlers/write";
import { resourceGroupScope, takeScope, type ResourceId } from "./resource-id";
import type { ResourceType } from "./resource-type";
import type { Route, Router } from "./route";
import { matchPath, type ArmRoute } from "./subscriptions/arm-route";
import type { Principal } from "./tokens";

/** Answers authenticated ARM requests: finds what the path names, checks what ARM checks, calls the handler. */
export class Dispatcher {
  constructor(
    private readonly azure: Azure,
    private readonly router: Router,
    private readonly routes: readonly ArmRoute[],
    /** Object id of the one principal that may do everything. */
    private readonly ownerId: string,
  ) {}

  /** @throws AzureError for everything that is refused, NotSimulated for what is not known */
  async answer(request: ArmRequest, principal: Principal, gone: AbortSignal): Promise<Answer> {
    const segments = pathSegments(request.path) ?? [];
    const { scope } = takeScope(segments);
    this.#checkSubscription(scope);
    this.#checkAccess(request, principal, scope);
    const route = this.router.find(request.path, request.query);
    if (route !== null) {
      return this.#answerRoute(route, request, principal, gone);
    }
    const own = this.routes
      .filter(({ method }) => method === request.method)
      .map((candidate) => ({ candidate, parameters: matchPath(candidate.path, segments) }))
      .find(({ parameters }) => parameters !== null);
    if (own?.parameters == null) {
      throw new NotSimulated(request.method, request.path);
    }
    const { candidate, parameters } = own;
    const apiVersion = checkApiVersion(request.query, candidate.type, candidate.apiVersions, "");
    const body = readJsonBody(request.body, true);
    const answer = await candidate.run({ azure: this.azure, request, parameters, body, apiVersion, principal });
    return { status: 200, ...(answer === undefined ? {} : { body: answer }) };
  }

  async #answerRoute(route: Route, request: ArmRequest, principal: Principal, gone: AbortSignal): Promise<Answer> {
    const { azure } = this;
    if (route.kind === "operation") {
      if (request.method !== "GET") {
        throw new NotSimulated(request.method, request.path);
      }
      return (route.result ? readOperationResult : readOperation)(azure, route.operation, gone);
    }
    const { type } = route;
    if (route.kind === "collection") {
      if (request.method !== "GET") {
        throw new NotSimulated(request.method, request.path);
      }
      const apiVersion = this.#apiVersion(request, type, route.scope);
      this.#checkScope(route.scope, type);
      return listResources({ azure, request, apiVersion, principal }, route.scope, type);
    }
    const apiVersion = this.#apiVersion(request, type, route.id);
    this.#checkScope(route.id.parent, type);
    this.#checkGuards(request, principal, route.id, type);
    const call: ResourceCall = { azure, request, apiVersion, principal, id: route.id, type };
    return route.kind === "action" ? runAction(call, route.action) : this.#answerResource(call);
  }

  async #answerResource(call: ResourceCall): Promise<Answer> {
    const { onlyName } = call.type;
    if (onlyName !== undefined && call.id.name.toLowerCase() !== onlyName.toLowerCase()) {
      throw new NotSimulated(call.request.method, call.request.path);
    }
    switch (call.request.method) {
      case "GET":
        return getResource(call);
      case "HEAD":
        return headResource(call);
      case "PUT":
        return putResource(call);
      case "PATCH":
        return patchResource(call);
      case "DELETE":
        return deleteResource(call);
      default:
        throw new NotSimulated(call.request.method, call.request.path);
    }
  }

  #apiVersion(request: ArmRequest, type: ResourceType, id: ResourceId | null): string {
    const existing = id === null ? undefined : this.azure.store.get(id);
    const location = id === null ? "" : operationLocation({ azure: this.azure, id }, existing?.body);
    return checkApiVersion(request.query, type.type, type.apiVersions, location);
  }

  /** One subscription exists; requests for another are refused before anything else. */
  #checkSubscription(scope: ResourceId | null): void {
    const id = scope?.subscriptionId ?? null;
    if (id !== null && id.toLowerCase() !== this.azure.subscriptionId.toLowerCase()) {
      throw new SubscriptionNotFound(id);
    }
  }

  /** What ARM itself asks before a resource provider sees a request: linked rights, policies, locks. */
  #checkGuards(request: ArmRequest, principal: Principal, id: ResourceId, type: ResourceType): void {
    if (request.method === "PUT") {
      const body = readJsonBody(request.body, true);
      for (const { action, scope } of linkedActions(type.type, body, this.azure.subscriptionId)) {
        if (!callerMay(this.azure, action, scope)) {
          throw new LinkedAuthorizationFailed(principal, `${type.type}/write`, id.text, action, scope);
        }
      }
      checkPolicies(this.azure, id, type, body);
    }
    checkLocks(this.azure, request.method, id);
  }

  /** The rehearsal's service principal has the roles of the conditions; managed identities have no rights on the control plane (modelled). */
  #checkAccess(request: ArmRequest, principal: Principal, scope: ResourceId | null): void {
    const action = actionOf(request);
    const path = `/${pathSegments(request.path)?.join("/") ?? ""}`;
    if (
      principal.objectId === this.ownerId &&
      scope !== null &&
      action !== undefined &&
      !callerMay(this.azure, action, path)
    ) {
      throw new AuthorizationFailed(principal.clientId, principal.objectId, action, path);
    }
    if (principal.objectId !== this.ownerId) {
      const verb = { GET: "read", HEAD: "read", DELETE: "delete", POST: "action" }[request.method] ?? "write";
      const provider = /.*\/providers\/([^/]+\/[^/]+)/i.exec(request.path)?.[1] ?? "Microsoft.Resources/subscriptions";
      throw new AuthorizationFailed(
        principal.clientId,
        principal.objectId,
        `${provider}/${verb}`,
        scope === null ? "/" : request.path,
      );
    }
  }

  /** What a resource lies in must exist: 404 ResourceGroupNotFound, ParentResourceNotFound (azure-arm.md 6). */
  #checkScope(scope: ResourceId | null, type: ResourceType): void {
    if (scope === null) {
      return;
    }
    const { store } = this.azure;
    if (scope.subscriptionId !== null && scope.resourceGroup !== null) {
      if (store.get(resourceGroupScope(scope.subscriptionId, scope.resourceGroup)) === undefined) {
        throw new ResourceGroupNotFound(scope.resourceGroup);
      }
    }
    const isResource = !scope.type.startsWith("Microsoft.Resources/");
    if (isResource && store.get(scope) === undefined) {
      throw type.anyScope === true ? new ResourceNotFound(scope) : new ParentResourceNotFound(scope);
    }
  }
}
