/*
 * How to add a resource type
 *
 * 1. One file with one exported `ResourceType`, one line in resource-types.ts. Nothing else.
 * 2. Say what is fact: api-versions, status codes, long-running style, each with its source.
 * 3. `shape` names the request body's model in shapes/ (from the official clients' own tables): wrong JSON types are
 *    refused, read-only properties are dropped before a hook runs. So a hook may trust the types of what it reads
 *    with the functions of json.ts.
 * 4. A hook either throws an AzureError, or returns a plan. It changes nothing by itself: the core stores the
 *    resource, then calls `onAccepted`, answers the client, runs `work`, and ends the operation as Succeeded or,
 *    where `work` threw, as Failed (the resource stays, a next PUT is allowed: azure-arm.md 7.1).
 * 5. State that must never be shown lives in `Resource.hidden`. What other types know of a resource they find in
 *    the store, by id; core and network import nothing of compute and storage.
 */
import type { Azure } from "./azure";
import type { AzureError } from "./azure-error";
import type { JsonObject, JsonValue } from "./json";
import type { LongRunning } from "./long-running";
import type { Operation } from "./operation";
import type { ResourceId } from "./resource-id";
import type { Resource } from "./resource";
import type { BodyShape } from "./shapes/body-shape";
import type { Principal } from "./tokens";

/** Everything the simulated Azure knows of one resource type. */
export interface ResourceType {
  /** As ARM spells it: `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  /** Accepted api-versions: azure-native's default, the JavaScript client's, az CLI's (azure-arm.md 1 and 12.2). */
  readonly apiVersions: readonly string[];
  /** Tracked resources have a required `location` and `tags`; the others are proxy or extension resources. */
  readonly tracked: boolean;
  /** An extension resource: may lie on any scope, for example a role assignment. */
  readonly anyScope?: boolean;
  /** The only name a singleton may have, for example `default`. */
  readonly onlyName?: string;
  /** Refuses a bad resource name. */
  readonly checkName?: (name: string, id: ResourceId) => AzureError | undefined;
  /** Model of the PUT body. */
  readonly shape?: BodyShape;
  /** Model of the PATCH body; default `shape` without its required members. */
  readonly patchShape?: BodyShape;
  /** Status codes of synchronous writes that differ from 201 (create), 200 (update, patch, delete). */
  readonly statuses?: { readonly create?: number; readonly update?: number; readonly delete?: number };
  /** How long operations of this type answer; a verb without an entry is synchronous. */
  readonly longRunning?: LongRunning;
  /** False for types whose properties have no `provisioningState`, for example identities. */
  readonly showsProvisioningState?: boolean;
  /** `weak`: `W/"<guid>"`, new with every change (Network); `counter`: `"8"` (Compute VM); absent: no etag. */
  readonly etag?: "weak" | "counter";
  /** Ids whose writes exclude each other; default the resource itself. */
  readonly exclusive?: (request: ResourceRequest, body: JsonObject | undefined) => readonly ResourceId[];
  /** The refusal of a write while `holder` runs; default 409 Conflict (azure-arm.md 6). */
  readonly busy?: (holder: Operation, request: ResourceRequest) => AzureError;
  /** True where DELETE ends running operations of the resource and of all below it instead of being refused. */
  readonly deletePreempts?: boolean;
  /** Resources that exist without having been put, for example built-in role definitions: read when the store has none. */
  readonly find?: (id: ResourceId) => Resource | undefined;
  /** Headers of the answer to a synchronous creating PUT. */
  readonly createdHeaders?: (resource: Resource) => Readonly<Record<string, string>>;
  /** True where DELETE of a missing resource is answered like a read of one, and not with 204. */
  readonly missesDeletion?: boolean;
  /** The error of a read of a missing resource; default ResourceNotFound. */
  readonly notFound?: (id: ResourceId) => AzureError;

  /** Creates or replaces. Absent: the type cannot be PUT (answered 501). */
  readonly put?: (request: PutRequest) => WritePlan | Promise<WritePlan>;
  /** Changes. Absent: PATCH takes tags only on tracked types (azure-arm.md 1), and is answered 501 on others. */
  readonly patch?: (request: PatchRequest) => WritePlan | Promise<WritePlan>;
  /** Deletes. Absent: the type cannot be deleted (answered 501). */
  readonly delete?: (request: DeleteRequest) => DeletePlan | Promise<DeletePlan>;
  /** Actions, keyed by the name in the path, for example `beginGetAccess`. */
  readonly actions?: Readonly<Record<string, ResourceAction>>;
  /** Body of a GET without id, name, type, location, tags, etag and provisioning state; default `resource.body`. */
  readonly show?: (resource: Resource, request: ShowRequest) => JsonObject;
  /** Lists other than "all in the store below this scope", for example `$filter`. */
  readonly list?: (request: ListRequest) => readonly Resource[];
  /** Gives the whole answer another look, for example ids in lower case. Applied last. */
  readonly spell?: (shown: JsonObject) => JsonObject;
  /** Values by which other requests name this resource beside its id (principal ids, host names), for the virtual clock. */
  readonly aliases?: (resource: Resource) => readonly string[];
}

/** What is common to all requests to a resource. */
export interface ResourceRequest {
  readonly azure: Azure;
  readonly id: ResourceId;
  /** Query parameters; names in lower case without a leading `$`: `expand`, `filter`, `forcedeletion`. */
  readonly query: ReadonlyMap<string, string>;
  readonly apiVersion: string;
  readonly principal: Principal;
}

/** A PUT; `body` is checked against the shape and has no read-only members. */
export interface PutRequest extends ResourceRequest {
  readonly body: JsonObject;
  /** Absent: the resource is new. */
  readonly existing: Resource | undefined;
}

/** A PATCH; `body` holds only what is to change. */
export interface PatchRequest extends ResourceRequest {
  readonly body: JsonObject;
  readonly existing: Resource;
}

/** A DELETE of a resource that exists. */
export interface DeleteRequest extends ResourceRequest {
  readonly existing: Resource;
  /** The resource group goes, or the parent does: rules that protect a part from its whole do not apply. */
  readonly cascade: boolean;
}

/** How a resource is shown. */
export interface ShowRequest {
  readonly azure: Azure;
  readonly apiVersion: string;
  /** Value of `$expand`, if any. */
  readonly expand: string | undefined;
}

/** A GET of a collection; `scope` is what the collection lies in. */
export interface ListRequest extends Omit<ResourceRequest, "id"> {
  readonly scope: ResourceId | null;
  readonly type: ResourceType;
}

/** What a PUT or PATCH is going to do. */
export interface WritePlan {
  /** The whole new body: location, tags, sku, properties …; not id, name, type, etag, provisioningState. */
  readonly body: JsonObject;
  /** Runs once the resource is stored, before the answer is sent: children, hidden state. Must not throw. */
  readonly onAccepted?: (resource: Resource) => void;
  /**
   * The long part. Changes the resource as it becomes ready. An AzureError makes operation and resource Failed; any
   * other error is a defect and is reported as a problem.
   */
  readonly work?: (resource: Resource, signal: AbortSignal) => Promise<void> | void;
  /** Modelled duration in seconds where the latency table's value does not fit. */
  readonly virtualSeconds?: number;
}

/** What a DELETE is going to do; the core removes the resource and all below it once `work` has ended. */
export interface DeletePlan {
  readonly onAccepted?: (resource: Resource) => void;
  readonly work?: (resource: Resource, signal: AbortSignal) => Promise<void> | void;
  /** Runs when `work` has failed and the resource stays, by then Failed. Must not throw. */
  readonly onFailed?: (resource: Resource) => void;
  /** Runs after the resource has left the store. Must not throw. */
  readonly onGone?: (resource: Resource) => void;
  readonly virtualSeconds?: number;
}

/** A POST or GET on something below a resource. */
export interface ResourceAction {
  readonly method: "POST" | "GET";
  /** False for actions that only read, for example listKeys: the audit log's `write`. */
  readonly writes: boolean;
  /** Model of the request body. */
  readonly shape?: BodyShape;
  /** How it answers when it is a long operation; absent: at once. */
  readonly longRunning?: LongRunning["delete"];
  readonly run: (request: ActionRequest) => ActionPlan | Promise<ActionPlan>;
}

/** A call of an action on a resource that exists. */
export interface ActionRequest extends ResourceRequest {
  readonly body: JsonObject;
  readonly existing: Resource;
}

/** What an action answers (`answer`, when synchronous) or is going to do (`work`, whose result is the operation's output). */
export interface ActionPlan {
  readonly status?: number;
  readonly answer?: JsonValue;
  readonly work?: (resource: Resource, signal: AbortSignal) => Promise<JsonValue | undefined> | JsonValue | undefined;
  readonly virtualSeconds?: number;
}

/** A call that belongs to a provider and not to a resource, for example checkNameAvailability or the list of image versions. */
export interface ProviderRoute {
  readonly method: "GET" | "POST";
  /** Below `/subscriptions/{id}/providers/`, `{name}` standing for any segment: `Microsoft.Storage/checkNameAvailability`. */
  readonly path: string;
  readonly apiVersions: readonly string[];
  readonly run: (request: ProviderRouteRequest) => JsonValue | Promise<JsonValue>;
}

/** A call of a provider route. */
export interface ProviderRouteRequest {
  readonly azure: Azure;
  /** Values of the path's `{name}` segments. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  readonly body: JsonObject;
  readonly apiVersion: string;
}
