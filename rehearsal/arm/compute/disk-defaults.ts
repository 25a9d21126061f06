import { randomUUID } from "node:crypto";
import { objectAt, textAt, type JsonObject } from "../json";
import { GIB } from "./disk-content";
import { DiskAccessNotSupported, InvalidParameter } from "./errors";

/** What the service adds to the body of a new disk or snapshot (azure-arm.md 3.3, 4.1). */
export function withDiskDefaults(body: JsonObject, size: number): JsonObject {
  const asked = objectAt(body, "properties");
  checkNetworkAccess(asked);
  return {
    ...body,
    properties: {
      ...asked,
      diskSizeGB: asked.diskSizeGB ?? Math.ceil(size / GIB),
      diskSizeBytes: size,
      encryption: encryptionOf(asked),
      networkAccessPolicy: asked.networkAccessPolicy ?? "AllowAll",
      publicNetworkAccess: asked.publicNetworkAccess ?? "Enabled",
      timeCreated: new Date().toISOString(),
      uniqueId: randomUUID(),
    },
  };
}

/** A body that changes an existing disk or snapshot: what is not sent stays. */
export function changedBody(existing: JsonObject, body: JsonObject): JsonObject {
  const properties = { ...objectAt(existing, "properties"), ...objectAt(body, "properties") };
  checkNetworkAccess(properties);
  return {
    ...existing,
    ...body,
    properties: {
      ...properties,
      encryption: encryptionOf(properties),
      creationData: objectAt(existing, "properties", "creationData"),
    },
  };
}

/** Names of disks and snapshots (learn: resource-name-rules): up to 80 letters, digits, `_`, `.` and `-`. */
export function checkDiskName(name: string): InvalidParameter | undefined {
  return /^[a-z0-9][\w.-]{0,78}\w$|^[a-z0-9]$/i.test(name)
    ? undefined
    : new InvalidParameter(
        `The entity name '${name}' is invalid. It has up to 80 letters, digits, '_', '.' and '-', begins with a letter or digit and ends with a letter, digit or '_'.`,
        "name",
      );
}

function encryptionOf(properties: JsonObject): JsonObject {
  const asked = objectAt(properties, "encryption");
  const type =
    asked.diskEncryptionSetId === undefined ? "EncryptionAtRestWithPlatformKey" : "EncryptionAtRestWithCustomerKey";
  return { type, ...asked };
}

function checkNetworkAccess(properties: JsonObject): void {
  const policy = textAt(properties, "networkAccessPolicy");
  if (textAt(properties, "diskAccessId") !== undefined && policy !== "AllowPrivate") {
    throw new DiskAccessNotSupported();
  }
  if (policy !== undefined && !["AllowAll", "AllowPrivate", "DenyAll"].includes(policy)) {
    throw new InvalidParameter(
      `The value '${policy}' of parameter networkAccessPolicy is not allowed.`,
      "networkAccessPolicy",
    );
  }
}
