import { withoutQueries } from "./redact";

/** Azure refused, or could not be asked; the message says what was tried and what to do. */
export class AzureFailure extends Error {
  /** Code that the service gave, such as `AuthorizationPermissionMismatch`; null when it gave none. */
  readonly code: string | null;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AzureFailure";
    this.code = codeOf(options?.cause) ?? null;
  }
}

/** What the clients of Azure throw. */
interface ClientError extends Error {
  readonly statusCode?: number;
  readonly code?: unknown;
  /** What the headers of the answer say. */
  readonly details?: { readonly errorCode?: unknown };
}

/**
 * Code that a service gave for an error that its client threw, such as `AuthorizationPermissionMismatch`. The answer to
 * a HEAD has no body, so that it stands in a header alone (`x-ms-error-code`: "Status and error codes", Microsoft Learn).
 */
export function codeOf(error: unknown): string | undefined {
  const { code, details } = (error ?? {}) as Partial<ClientError>;
  return [code, details?.errorCode].find((one) => typeof one === "string");
}

/** What an error of a client says: status and code, like `403 AuthorizationFailure`, and its first line without signatures. */
export function saidBy(error: unknown): { readonly what: string; readonly line: string } {
  const { statusCode, message } = error as ClientError;
  const [line = ""] = withoutQueries(message).split("\n");
  return { what: [statusCode, codeOf(error)].filter((part) => part !== undefined).join(" "), line };
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
  const { name, statusCode } = cause as ClientError;
  const { what, line } = saidBy(cause);
  if (signInErrors.includes(name)) {
    return new AzureFailure(
      `${tried}: signing in failed: ${line} Run az login, or set ARM_CLIENT_ID, ARM_CLIENT_SECRET and ARM_TENANT_ID.`,
      { cause },
    );
  }
  const remedy = statusCode === undefined ? "" : (remedies[statusCode] ?? "");
  return new AzureFailure(`${tried}: ${[what, line].filter((part) => part !== "").join(": ")} ${remedy}`.trimEnd(), {
    cause,
  });
}
