import { BLOB_PLANE } from "../blob/service";
import type { Azure } from "../azure";
import { mergePatch, objectAt, textAt, valueAt, type JsonObject } from "../json";
import { STORAGE } from "../long-running";
import { childId } from "../resource-id";
import type { Resource } from "../resource";
import type { ProviderRoute, PutRequest, ResourceType, WritePlan } from "../resource-type";
import { shapeOf } from "../shapes/body-shape";
import { ACCOUNT_ACTIONS } from "./account-keys";
import { STORAGE_API_VERSIONS } from "./api-versions";
import {
  AccountNameInvalid,
  accountNameProblem,
  AccountPropertyCannotBeUpdated,
  accountTaken,
  InvalidValuesForRequestParameters,
  StorageAccountAlreadyTaken,
  StorageAccountOperationInProgress,
} from "./errors";

const TYPE = "Microsoft.Storage/storageAccounts";
const VALID_NAME = /^[a-z0-9]{3,24}$/;
const SKUS = [
  "Standard_LRS",
  "Standard_GRS",
  "Standard_RAGRS",
  "Standard_ZRS",
  "Premium_LRS",
  "Premium_ZRS",
  "Standard_GZRS",
  "Standard_RAGZRS",
];
const KINDS = ["StorageV2", "Storage", "BlobStorage", "BlockBlobStorage", "FileStorage"];

/** Microsoft.Storage/storageAccounts (azure-arm.md 3.7, 5, 7.2). The account is one of the blob plane's as well. */
export const STORAGE_ACCOUNT: ResourceType = {
  type: TYPE,
  apiVersions: STORAGE_API_VERSIONS,
  tracked: true,
  checkName: (name) => (VALID_NAME.test(name) ? undefined : new AccountNameInvalid(name)),
  shape: shapeOf("storage", "StorageAccountCreateParameters"),
  patchShape: shapeOf("storage", "StorageAccountUpdateParameters"),
  longRunning: STORAGE,
  busy: (_holder, { id }) => new StorageAccountOperationInProgress(id.name),
  put: (request) => (request.existing === undefined ? create(request) : replace(request, request.existing)),
  patch({ body, existing }) {
    checkValues(body);
    return { body: { ...mergePatch(existing.body, body), ...(body.tags !== undefined && { tags: body.tags }) } };
  },
  delete: ({ azure }) => ({ work: ({ id }) => azure.service(BLOB_PLANE).removeAccount(id.name) }),
  actions: ACCOUNT_ACTIONS,
};

/** POST checkNameAvailability: what az asks before a create (azure-arm.md 12.2). */
export const CHECK_NAME_AVAILABILITY: ProviderRoute = {
  method: "POST",
  path: "Microsoft.Storage/checkNameAvailability",
  apiVersions: STORAGE_API_VERSIONS,
  run({ azure, body }) {
    const name = textAt(body, "name") ?? "";
    if (!VALID_NAME.test(name)) {
      return { nameAvailable: false, reason: "AccountNameInvalid", message: accountNameProblem(name) };
    }
    return findAccount(azure, name) === undefined
      ? { nameAvailable: true }
      : { nameAvailable: false, reason: "AlreadyExists", message: accountTaken(name) };
  },
};

/** The storage account of this name, wherever it lies. */
export function findAccount(azure: Azure, name: string): Resource | undefined {
  return azure.store.ofType(TYPE).find(({ id }) => id.name === name);
}

function create({ azure, id, body }: PutRequest): WritePlan {
  if (findAccount(azure, id.name) !== undefined) {
    throw new StorageAccountAlreadyTaken(id.name);
  }
  checkValues(body);
  const plane = azure.service(BLOB_PLANE);
  return {
    body: withDefaults(body, `${plane.endpoint}/${id.name}/`),
    onAccepted() {
      plane.addAccount(id.name);
      azure.insert(childId(id, "blobServices", "default"), {
        sku: { name: textAt(body, "sku", "name"), tier: tierOf(body) },
        properties: { cors: { corsRules: [] }, deleteRetentionPolicy: { allowPermanentDelete: false, enabled: false } },
      });
    },
  };
}

/** PUT on an account that exists updates it; without networkAcls everybody may come again (azure-arm.md 7.2). */
function replace({ body }: PutRequest, existing: Resource): WritePlan {
  checkValues(body);
  for (const property of ["isHnsEnabled", "isNfsV3Enabled"]) {
    const wanted = valueAt(body, "properties", property);
    if (wanted !== undefined && wanted !== (valueAt(existing.body, "properties", property) ?? false)) {
      throw new AccountPropertyCannotBeUpdated(property);
    }
  }
  const endpoint = textAt(existing.body, "properties", "primaryEndpoints", "blob") ?? "";
  const created = { creationTime: valueAt(existing.body, "properties", "creationTime") };
  const filled = withDefaults(body, endpoint);
  return { body: { ...filled, properties: { ...objectAt(filled, "properties"), ...created } } };
}

/** What the service adds (azure-arm.md 3.7). Endpoints of services that are not simulated are left out. */
function withDefaults(body: JsonObject, blobEndpoint: string): JsonObject {
  const now = new Date().toISOString();
  const asked = objectAt(body, "properties");
  const location = textAt(body, "location") ?? "";
  const service = { keyType: "Account", enabled: true, lastEnabledTime: now };
  return {
    ...body,
    sku: { name: textAt(body, "sku", "name"), tier: tierOf(body) },
    properties: {
      minimumTlsVersion: "TLS1_2",
      allowBlobPublicAccess: false,
      supportsHttpsTrafficOnly: true,
      accessTier: "Hot",
      ...asked,
      networkAcls: {
        bypass: "AzureServices",
        virtualNetworkRules: [],
        ipRules: [],
        defaultAction: "Allow",
        ...objectAt(asked, "networkAcls"),
      },
      encryption: {
        services: { file: service, blob: service },
        keySource: "Microsoft.Storage",
        ...objectAt(asked, "encryption"),
      },
      privateEndpointConnections: [],
      creationTime: now,
      primaryEndpoints: { blob: blobEndpoint },
      primaryLocation: location,
      statusOfPrimary: "available",
    },
  };
}

function tierOf(body: JsonObject): string {
  return textAt(body, "sku", "name")?.startsWith("Premium") === true ? "Premium" : "Standard";
}

function checkValues(body: JsonObject): void {
  check("sku.name", textAt(body, "sku", "name"), SKUS);
  check("kind", textAt(body, "kind"), KINDS);
  check("minimumTlsVersion", textAt(body, "properties", "minimumTlsVersion"), ["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"]);
  check("publicNetworkAccess", textAt(body, "properties", "publicNetworkAccess"), [
    "Enabled",
    "Disabled",
    "SecuredByPerimeter",
  ]);
}

function check(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw new InvalidValuesForRequestParameters(name, value);
  }
}
