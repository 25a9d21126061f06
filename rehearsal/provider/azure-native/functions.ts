import { textOf, type PropertyMap } from "../property-values";
import type { AzureConnection } from "./azure-connection";
import type { ResourceOperations } from "./resource-operations";
import { resourceTypes, type ResourceType } from "./resource-types";
import { outputsOf } from "./shape-conversion";

/** What a function of the package works with. */
export interface FunctionContext {
  readonly azure: AzureConnection;
  readonly operationsOf: (type: ResourceType) => ResourceOperations;
  readonly signal: AbortSignal;
}

type PackageFunction = (args: PropertyMap, context: FunctionContext) => Promise<PropertyMap>;

/** Every resource type has a function that reads one: Disk has getDisk. The others are named here. */
const functions: ReadonlyMap<string, PackageFunction> = new Map<string, PackageFunction>([
  ...resourceTypes.map((type): [string, PackageFunction] => [
    type.token.replace(/:(\w+)$/, ":get$1"),
    (args, context) => readResource(type, args, context),
  ]),
  ["azure-native:authorization:getClientConfig", getClientConfig],
  ["azure-native:authorization:getClientToken", getClientToken],
]);

/**
 * Runs a function of the package.
 *
 * @throws Error when the stand-in does not have it, or Azure refuses
 */
export async function invokeFunction(token: string, args: PropertyMap, context: FunctionContext): Promise<PropertyMap> {
  const run = functions.get(token);
  if (run === undefined) {
    throw new Error(
      `Invoke type ${token} not found by the azure-native stand-in: it serves ${[...functions.keys()].join(", ")}`,
    );
  }
  return run(args, context);
}

async function readResource(type: ResourceType, args: PropertyMap, context: FunctionContext): Promise<PropertyMap> {
  const operations = context.operationsOf(type);
  const query = Object.fromEntries(Object.entries(args).filter(([name]) => !type.path.includes(name)));
  const body = await operations.get(args, context.signal, query).catch(async (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`request failed ${await operations.idOf(args)}: ${reason}`, { cause: error });
  });
  return { ...outputsOf(await operations.responseShape(), body), azureApiVersion: type.apiVersion };
}

/** Who is signed in, from the claims of a token for Microsoft Graph, as the real plugin finds it out. */
async function getClientConfig(_args: PropertyMap, { azure, signal }: FunctionContext): Promise<PropertyMap> {
  const token = await tokenFor(azure.graphScope, azure, signal);
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as PropertyMap;
  return {
    clientId: claims.appid ?? "",
    objectId: claims.oid ?? "",
    subscriptionId: azure.subscriptionId,
    tenantId: claims.tid ?? "",
  };
}

async function getClientToken({ endpoint }: PropertyMap, { azure, signal }: FunctionContext): Promise<PropertyMap> {
  return { token: await tokenFor(`${textOf(endpoint) ?? `${azure.endpoint}/`}/.default`, azure, signal) };
}

async function tokenFor(scope: string, azure: AzureConnection, abortSignal: AbortSignal): Promise<string> {
  const token = await azure.credential.getToken(scope, { abortSignal });
  if (token === null) throw new Error(`no token for ${scope}`);
  return token.token;
}
