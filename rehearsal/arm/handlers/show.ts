import type { Azure } from "../azure";
import type { JsonObject } from "../json";
import { isObject } from "../json";
import type { Resource } from "../resource";
import type { ShowRequest } from "../resource-type";

/** The resource as a GET shows it: `{name, id, etag, type, location, tags, properties:{provisioningState, …}}`. */
export function showResource(azure: Azure, resource: Resource, apiVersion: string, expand?: string): JsonObject {
  const { id, type, etag, provisioningState } = resource;
  const request: ShowRequest = { azure, apiVersion, expand };
  const shown = type.show?.(resource, request) ?? resource.body;
  const properties = isObject(shown.properties) ? shown.properties : {};
  const whole: JsonObject = {
    name: id.name,
    id: id.text,
    ...(etag === undefined ? {} : { etag }),
    type: type.type,
    ...shown,
    ...(type.showsProvisioningState === false ? {} : { properties: { provisioningState, ...properties } }),
  };
  // A copy: what is shown must not change with the resource before it is sent.
  return structuredClone(type.spell?.(whole) ?? whole);
}

/** A resource's etag as a response header, where the type has one (azure-arm.md 3.4, 3.6). */
export function etagHeader(resource: Resource): Record<string, string> {
  return resource.etag === undefined ? {} : { ETag: resource.etag };
}
