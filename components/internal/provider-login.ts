import { createRequire } from "node:module";

import * as pulumi from "@pulumi/pulumi";

import { loginSettings } from "../../azure/login-settings";
import type { Principal } from "../../azure/principal";
import type { SignedIn } from "../../azure/sign-in";

const load = createRequire(__filename);

/**
 * Signs in as the azure-native provider does: by its config in the stack, the variables ARM_*, or `az login`.
 *
 * The provider's own token (getClientToken) is not used: the SDK writes the answer of every invoke, a token too, to the
 * engine's log, and `pulumi up --json` prints it.
 *
 * @throws AzureFailure when that is not possible
 */
export function providerLogin(): Promise<SignedIn> {
  const config = new pulumi.Config("azure-native");
  const settings = loginSettings(process.env, (setting) => config.get(setting));
  // Loaded when it is needed: it takes a quarter of a second.
  const { LoginFallback, signIn } = load("../../azure/sign-in") as typeof import("../../azure/sign-in");
  return signIn(settings, LoginFallback.AzureCli);
}

/** Who that is. */
export async function providerPrincipal(): Promise<Principal> {
  const { principalOf } = load("../../azure/principal") as typeof import("../../azure/principal");
  return principalOf(await providerLogin());
}
