import { withoutQueries } from "./redact";

/** Azure refused, or could not be asked; the message says what was tried and what to do. */
export class AzureFailure extends Error {
  /** Code that the service gave, such as `AuthorizationPermissionMismatch`; null when it gave none. */
  readonly code: string | null;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AzureFailure";
    const { code } = (options?.cause ?? {}) as { code?: unknown };
    this.code = typeof code === "string" ? code : null;
  }
}

/** What the clients of Azure throw. */
interface ClientError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
}

const signInErrors = [
  "AggregateAuthenticationError",
  "AuthenticationError",
  "CredentialUnavailableError",
  "AuthenticationRequiredError",
];

/** Turns what a client of Azure threw into an error that says what was tried and what to do. */
export function azureFailure(
  tried: string,
  cause: unknown,
  remedies: Readonly<Record<number, string>> = {},
): AzureFailure {
  const { name, statusCode, code, message } = cause as ClientError;
  const [line = ""] = withoutQueries(message).split("\n");
  if (signInErrors.includes(name)) {
    return new AzureFailure(
      `${tried}: signing in failed: ${line} Run az login, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID.`,
      { cause },
    );
  }
  const what = [statusCode, code].filter((part) => part !== undefined).join(" ");
  const remedy = statusCode === undefined ? "" : (remedies[statusCode] ?? "");
  return new AzureFailure(`${tried}: ${[what, line].filter((part) => part !== "").join(": ")} ${remedy}`.trimEnd(), {
    cause,
  });
}
