import {
  InvalidResourceGroupLocation,
  InvalidResourceLocation,
  LocationNotAvailableForResourceGroup,
  LocationNotAvailableForResourceType,
  LocationRequired,
} from "../gateway-errors";
import { textAt, type JsonObject } from "../json";
import { LOCATION_NAMES, normalLocation } from "../locations";
import type { Resource } from "../resource";
import type { ResourceId } from "../resource-id";
import type { ResourceType } from "../resource-type";

/** The body of a tracked resource with its location in normal form; refuses a missing, unknown or changed one. */
export function withLocation(
  type: ResourceType,
  id: ResourceId,
  body: JsonObject,
  existing: Resource | undefined,
): JsonObject {
  if (!type.tracked) {
    return body;
  }
  const isGroup = type.type === "Microsoft.Resources/resourceGroups";
  const given = textAt(body, "location");
  if (given === undefined || given === "") {
    throw new LocationRequired();
  }
  const location = normalLocation(given);
  if (!LOCATION_NAMES.includes(location)) {
    throw isGroup
      ? new LocationNotAvailableForResourceGroup(given, LOCATION_NAMES)
      : new LocationNotAvailableForResourceType(given, type.type, LOCATION_NAMES);
  }
  const before = textAt(existing?.body, "location");
  if (before !== undefined && before !== location) {
    throw isGroup
      ? new InvalidResourceGroupLocation(id.name, before, location)
      : new InvalidResourceLocation(id, before, location);
  }
  return { ...body, location };
}
