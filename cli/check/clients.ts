import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { ComputeManagementClient } from "@azure/arm-compute";
import { ManagementLockClient } from "@azure/arm-locks";
import { PolicyClient } from "@azure/arm-policy";
import { ResourceManagementClient } from "@azure/arm-resources";
import type { SignedIn } from "../azure/sign-in";

/** The clients of Azure that facts are read with, all for one subscription. */
export interface Clients {
  readonly subscriptionId: string;
  readonly armEndpoint: string;
  readonly compute: ComputeManagementClient;
  readonly authorization: AuthorizationManagementClient;
  readonly locks: ManagementLockClient;
  readonly policy: PolicyClient;
  readonly resources: ResourceManagementClient;
}

/** Makes the clients for one subscription. */
export function clientsOf({ credential, armEndpoint }: SignedIn, subscriptionId: string): Clients {
  const options = { endpoint: armEndpoint, credentialScopes: [`${armEndpoint}/.default`] };
  return {
    subscriptionId,
    armEndpoint,
    compute: new ComputeManagementClient(credential, subscriptionId, options),
    authorization: new AuthorizationManagementClient(credential, subscriptionId, options),
    locks: new ManagementLockClient(credential, subscriptionId, options),
    policy: new PolicyClient(credential, subscriptionId, options),
    resources: new ResourceManagementClient(credential, subscriptionId, options),
  };
}
