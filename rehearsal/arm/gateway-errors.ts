import { randomUUID } from "node:crypto";

import { AzureError } from "./azure-error";
import type { ResourceId } from "./resource-id";

/*
 * Errors that ARM itself or any resource provider gives. Status, code and wording from azure-arm.md 6 unless a class
 * says "modelled": then code and status are known, and the wording is the closest that is known.
 */

/** 400: no api-version at all (azure-arm.md 6). */
export class MissingApiVersionParameter extends AzureError {
  constructor() {
    super(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
      { gateway: true },
    );
  }
}

/** 400: an api-version that is no date, or none of ARM's own (azure-arm.md 6). */
export class InvalidApiVersionParameter extends AzureError {
  constructor(apiVersion: string, supported: readonly string[]) {
    super(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${apiVersion}' is invalid. The supported versions are '${supported.join(",")}'.`,
      { gateway: true },
    );
  }
}

/** 400: an api-version that this resource type does not have (azure-arm.md 6). */
export class NoRegisteredProviderFound extends AzureError {
  constructor(
    location: string,
    apiVersion: string,
    type: string,
    supported: readonly string[],
    locations: readonly string[],
  ) {
    super(
      400,
      "NoRegisteredProviderFound",
      `No registered resource provider found for location '${location}' and API version '${apiVersion}' for type '${type}'. ` +
        `The supported api-versions are '${supported.join(", ")}'. The supported locations are '${locations.join(", ")}'.`,
      { gateway: true },
    );
  }
}

/** 413 (modelled): a body above ARM's 4 MB. */
export class RequestEntityTooLarge extends AzureError {
  constructor(limit: number) {
    super(413, "RequestEntityTooLarge", `The request content size exceeds the maximum size of '${limit}' bytes.`, {
      gateway: true,
    });
  }
}

/** 404 (modelled): a namespace that is none. */
export class InvalidResourceNamespace extends AzureError {
  constructor(namespace: string) {
    super(404, "InvalidResourceNamespace", `The resource namespace '${namespace}' is invalid.`, { gateway: true });
  }
}

/** 404 (modelled). */
export class SubscriptionNotFound extends AzureError {
  constructor(subscriptionId: string) {
    super(404, "SubscriptionNotFound", `The subscription '${subscriptionId}' could not be found.`, { gateway: true });
  }
}

/** 404 (azure-arm.md 6). */
export class ResourceGroupNotFound extends AzureError {
  constructor(name: string) {
    super(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`, { gateway: true });
  }
}

/** 404 (azure-arm.md 6). */
export class ResourceNotFound extends AzureError {
  constructor(id: ResourceId) {
    const where = id.resourceGroup === null ? "" : ` under resource group '${id.resourceGroup}'`;
    super(
      404,
      "ResourceNotFound",
      `The Resource '${typeAndNames(id)}'${where} was not found. ` +
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
      { gateway: true },
    );
  }
}

/** 404 (azure-arm.md 6). */
export class ParentResourceNotFound extends AzureError {
  constructor(parent: ResourceId) {
    super(
      404,
      "ParentResourceNotFound",
      `Can not perform requested operation on nested resource. Parent resource '${names(parent).join("/")}' not found.`,
      { gateway: true },
    );
  }
}

/** 400 (azure-arm.md 6); `problem` is the deserializer's sentence. */
export class InvalidRequestContent extends AzureError {
  constructor(problem: string) {
    super(
      400,
      "InvalidRequestContent",
      `The request content was invalid and could not be deserialized: '${problem}'.`,
      {
        gateway: true,
      },
    );
  }
}

/** 400 (modelled): a tracked resource without location. */
export class LocationRequired extends AzureError {
  constructor() {
    super(400, "LocationRequired", "The location property is required for this definition.", { gateway: true });
  }
}

/** 400 (modelled): no such region. */
export class LocationNotAvailableForResourceType extends AzureError {
  constructor(location: string, type: string, locations: readonly string[]) {
    super(
      400,
      "LocationNotAvailableForResourceType",
      `The provided location '${location}' is not available for resource type '${type}'. ` +
        `List of available regions for the resource type is '${locations.join(",")}'.`,
      { gateway: true },
    );
  }
}

/** 400 (modelled): no such region. */
export class LocationNotAvailableForResourceGroup extends AzureError {
  constructor(location: string, locations: readonly string[]) {
    super(
      400,
      "LocationNotAvailableForResourceGroup",
      `The provided location '${location}' is not available for resource group. List of available regions is '${locations.join(",")}'.`,
      { gateway: true },
    );
  }
}

/** 409 (modelled): a resource cannot move to another region. */
export class InvalidResourceLocation extends AzureError {
  constructor(id: ResourceId, existing: string, wanted: string) {
    super(
      409,
      "InvalidResourceLocation",
      `The resource '${id.name}' already exists in location '${existing}' in resource group '${id.resourceGroup ?? ""}'. ` +
        `A resource with the same name cannot be created in location '${wanted}'. Please select a new resource name.`,
      { gateway: true },
    );
  }
}

/** 409 (modelled): a resource group cannot move to another region. */
export class InvalidResourceGroupLocation extends AzureError {
  constructor(name: string, existing: string, wanted: string) {
    super(
      409,
      "InvalidResourceGroupLocation",
      `Invalid resource group location '${wanted}'. The Resource group '${name}' already exists in location '${existing}'.`,
      { gateway: true },
    );
  }
}

/** 409 (modelled): the resource group is being deleted. */
export class ResourceGroupBeingDeleted extends AzureError {
  constructor(name: string) {
    super(
      409,
      "ResourceGroupBeingDeleted",
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
      { gateway: true },
    );
  }
}

/** 409: what is in a resource group could not be deleted (bicep-registry-modules #1607, azure-docs #52282). */
export class ResourceGroupDeletionBlocked extends AzureError {
  constructor(name: string, left: readonly ResourceId[], causes: readonly AzureError[]) {
    super(
      409,
      "ResourceGroupDeletionBlocked",
      `Deletion of resource group '${name}' failed as resources with identifiers '${left.map(typeAndNames).join(",")}' could not be deleted. ` +
        "The provisioning state of the resource group will be rolled back. " +
        `The tracking Id is '${randomUUID()}'. Please check audit logs for more details.`,
      {
        details: causes.map((cause, index) => ({
          target: left[index]?.text,
          message: JSON.stringify(cause.toBody()),
        })),
      },
    );
  }
}

/** 409 Conflict (azure-arm.md 6); the space at the end is Azure's. */
export class ConcurrentRequest extends AzureError {
  constructor() {
    super(409, "Conflict", "The request failed due to conflict with a concurrent request. ");
  }
}

/** 412 as Network words it (cloud-provider-azure #9729). */
export class PreconditionFailedInDetails extends AzureError {
  constructor(id: ResourceId, header: EtagHeader, wanted: string, actual: string | undefined) {
    super(412, "PreconditionFailed", "Precondition failed.", {
      details: [
        {
          code: "PreconditionFailedEtagMismatch",
          message: `Etag provided in ${header} header ${wanted} does not match etag ${actual ?? "null"} of resource ${id.text} in NRP data store.`,
        },
      ],
    });
  }
}

/** 412 as Compute words it (cloud-provider-azure #9728); others modelled after it. */
export class PreconditionFailed extends AzureError {
  constructor(header: EtagHeader, wanted: string, actual: string | undefined) {
    super(
      412,
      "PreconditionFailed",
      `Etag provided in ${header} header ${wanted} does not match etag ${actual ?? "null"} of resource.`,
    );
  }
}

/** A header that makes a request conditional. */
export type EtagHeader = "if-match" | "if-none-match";

/** 409 (modelled): what a cancelled operation ends with. */
export class OperationPreempted extends AzureError {
  constructor() {
    super(409, "OperationPreempted", "Operation execution has been preempted by a more recent operation.");
  }
}

/** 500: a defect of the simulator; it is reported as a problem as well. */
export class InternalServerError extends AzureError {
  constructor() {
    super(500, "InternalServerError", "Encountered internal server error. The defect is the simulated Azure's own.");
  }
}

/** 501: what the simulator does not know; never guessed, always reported as a problem. */
export class NotSimulated extends AzureError {
  constructor(method: string, path: string) {
    super(501, "NotSimulated", `The simulated Azure does not know ${method} ${path}`);
  }
}

/** `Microsoft.Network/virtualNetworks/v/subnets/s`: how messages name a resource. */
export function typeAndNames(id: ResourceId): string {
  const [namespace, ...types] = id.type.split("/");
  const own = names(id);
  return [namespace, ...types.map((type, index) => `${type}/${own[index] ?? ""}`)].join("/");
}

/** Names of a nested resource from the outermost on. */
function names(id: ResourceId): string[] {
  const parent = id.parent;
  return parent !== null && id.type.startsWith(`${parent.type}/`) ? [...names(parent), id.name] : [id.name];
}
