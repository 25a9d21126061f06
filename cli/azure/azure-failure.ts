import { CommandError } from "../errors";

/** What the clients of Azure throw. */
interface AzureError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
}

/** Turns what a client of Azure threw into an error that says what was tried and what to do. */
export function azureFailure(
  tried: string,
  cause: unknown,
  remedies: Readonly<Record<number, string>> = {},
): CommandError {
  const { name, statusCode, code, message } = cause as AzureError;
  const [line = ""] = message.split("\n");
  const isSignIn = [
    "AggregateAuthenticationError",
    "AuthenticationError",
    "CredentialUnavailableError",
    "AuthenticationRequiredError",
  ].includes(name);
  if (isSignIn) {
    return new CommandError(
      `${tried}: signing in failed: ${line} Run az login, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID.`,
      { cause },
    );
  }
  const what = [statusCode, code].filter((part) => part !== undefined).join(" ");
  const remedy = statusCode === undefined ? "" : (remedies[statusCode] ?? "");
  return new CommandError(`${tried}: ${[what, line].filter((part) => part !== "").join(": ")} ${remedy}`.trimEnd(), {
    cause,
  });
}
