import { loginSettings } from "../../azure/login-settings";
import { LoginFallback, signIn as signInBy, type SignedIn } from "../../azure/sign-in";

export type { SignedIn } from "../../azure/sign-in";

/**
 * Signs in as the Pulumi provider would: as the variables ARM_* say, else whatever DefaultAzureCredential finds (az login,
 * a managed identity, …). ARM_METADATA_HOSTNAME names another Azure.
 *
 * @throws AzureFailure when that Azure cannot be asked where it is
 */
export function signIn(environment: Readonly<Record<string, string | undefined>>): Promise<SignedIn> {
  return signInBy(loginSettings(environment), LoginFallback.Any);
}
