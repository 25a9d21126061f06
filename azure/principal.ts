import { azureFailure, AzureFailure } from "./azure-failure";
import type { SignedIn } from "./sign-in";

/** Who is signed in, as role assignments name them. */
export interface Principal {
  readonly objectId: string;
  readonly type: "ServicePrincipal" | "User";
}

/**
 * Who is signed in, by the claims of a token: the Pulumi provider finds it out in the same way.
 * Source: "Access token claims reference" (Microsoft Learn): `oid`, and `scp` in tokens of users only.
 *
 * @throws AzureFailure when signing in fails
 */
export async function principalOf({ credential, armEndpoint }: SignedIn): Promise<Principal> {
  const token = await credential
    .getToken(`${armEndpoint}/.default`)
    .catch((error: unknown) => Promise.reject(azureFailure("Who is signed in is not known", error)));
  const { oid, scp } = claimsOf(token?.token ?? "");
  if (typeof oid !== "string") throw new AzureFailure("The token of who is signed in does not say who that is (oid).");
  return { objectId: oid, type: scp === undefined ? "ServicePrincipal" : "User" };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}
