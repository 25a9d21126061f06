import type { OperationSpec, ServiceClient } from "@azure/core-client";

import type { AzureConnection } from "./azure-connection";
import { addAzureRetries } from "./azure-retries";
import { loadWhenNeeded } from "./load-when-needed";
import { version } from "./package.json";

/** The official SDK packages, by the part of Azure they are for. */
export type ClientName =
  "authorization" | "compute" | "devTestLabs" | "managedIdentity" | "network" | "resources" | "storage";

/** What an operation of an SDK client is called with: positional arguments, then options. */
export type SdkOperation = (...args: unknown[]) => Promise<unknown>;

type ClientConstructor = new (
  credential: AzureConnection["credential"],
  subscriptionId: string,
  options: Record<string, unknown>,
) => ServiceClient;

const PACKAGES: Readonly<Record<ClientName, readonly [name: string, client: string]>> = {
  authorization: ["@azure/arm-authorization", "AuthorizationManagementClient"],
  compute: ["@azure/arm-compute", "ComputeManagementClient"],
  devTestLabs: ["@azure/arm-devtestlabs", "DevTestLabsClient"],
  managedIdentity: ["@azure/arm-msi", "ManagedServiceIdentityClient"],
  network: ["@azure/arm-network", "NetworkManagementClient"],
  resources: ["@azure/arm-resources", "ResourceManagementClient"],
  storage: ["@azure/arm-storage", "StorageManagementClient"],
};

/** The application part of the real plugin's User-Agent, marked as not being it. */
const USER_AGENT = `pulumi-azure-native/${version} (stand-in)`;

/** The official SDK clients for one Azure, each made when it is first used. */
export class SdkClients {
  readonly #clients = new Map<string, ServiceClient>();

  constructor(private readonly connection: AzureConnection) {}

  /**
   * An operation of a client.
   *
   * @param group property of the client, `snapshots`
   * @param method method of the group, `beginCreateOrUpdate`
   * @param apiVersion API version where the client leaves a choice
   */
  operation(name: ClientName, group: string, method: string, apiVersion: string): SdkOperation {
    const key = `${name} ${apiVersion}`;
    const client = this.#clients.get(key) ?? this.#make(name, apiVersion);
    this.#clients.set(key, client);
    return operationOf(client, group, method);
  }

  #make(name: ClientName, apiVersion: string): ServiceClient {
    const { endpoint, scope, credential, subscriptionId } = this.connection;
    const Client = loadClient(name);
    const client = new Client(credential, subscriptionId, {
      endpoint,
      $host: endpoint,
      credentialScopes: scope,
      userAgentOptions: { userAgentPrefix: USER_AGENT },
      ...versionOption(name, apiVersion),
    });
    addAzureRetries(client.pipeline);
    return client;
  }
}

/**
 * The specification that an SDK client has for one of its operations: path, parameters, and the shapes of the bodies.
 *
 * The packages do not export their specifications, but every operation hands its own to the client that sends it. So a
 * client that sends nothing is asked.
 */
export function operationSpec(name: ClientName, group: string, method: string): Promise<OperationSpec> {
  const Client = loadClient(name);
  const client = new Client({ getToken: () => Promise.resolve(null) }, "none", {});
  return new Promise((resolve, reject) => {
    client.sendOperationRequest = (_arguments, spec) => {
      resolve(spec);
      return new Promise(() => undefined);
    };
    void operationOf(client, group, method)("", "", "", "", "").catch(reject);
  });
}

function loadClient(name: ClientName): ClientConstructor {
  const [packageName, clientName] = PACKAGES[name];
  const client = (loadWhenNeeded(packageName) as Record<string, ClientConstructor | undefined>)[clientName];
  if (client === undefined) throw new Error(`internal error: ${packageName} has no ${clientName}`);
  return client;
}

function operationOf(client: ServiceClient, group: string, method: string): SdkOperation {
  const operations = (client as unknown as Record<string, Record<string, SdkOperation | undefined> | undefined>)[group];
  const operation = operations?.[method];
  if (operation === undefined) throw new Error(`internal error: the SDK client has no operation ${group}.${method}`);
  return operation.bind(operations);
}

/** Only Resources has no package for azure-native's API version; its shapes are the same, so the client is told another one. */
function versionOption(name: ClientName, apiVersion: string): { apiVersion?: string } {
  return name === "resources" ? { apiVersion } : {};
}
