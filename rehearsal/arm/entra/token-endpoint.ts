import { randomUUID } from "node:crypto";

import type { Answer } from "../answer";
import type { Principal, Tokens } from "../tokens";
import { TOKEN_SECONDS } from "../tokens";

/** An application that may ask for tokens. */
export interface Application extends Principal {
  readonly clientSecret: string;
}

/** An error of the token service as Entra ID words it: `{error, error_description: "AADSTS…", error_codes}`. */
class TokenRequestError extends Error {
  constructor(
    readonly status: number,
    readonly error: string,
    readonly number: number,
    message: string,
  ) {
    super(`AADSTS${number}: ${message}`);
    this.name = "TokenRequestError";
  }
}

/**
 * Answers the token endpoint for client credentials, v2.0 (`scope`) and v1 (`resource`) (azure-arm.md 10.2).
 *
 * Error numbers are Entra ID's documented ones; their wording is modelled.
 */
export function answerTokenRequest(
  tokens: Tokens,
  application: Application,
  tenant: string,
  form: URLSearchParams,
  authorization?: string,
): Answer {
  try {
    checkTenant(tokens, tenant);
    checkClient(application, tokens, withBasic(form, authorization));
    const { token, expiresOn } = tokens.issue(audienceOf(form), application);
    const v1 = form.get("scope") === null;
    return {
      status: 200,
      headers: { "Cache-Control": "no-store, no-cache" },
      body: {
        token_type: "Bearer",
        expires_in: v1 ? String(TOKEN_SECONDS) : TOKEN_SECONDS,
        ext_expires_in: v1 ? String(TOKEN_SECONDS) : TOKEN_SECONDS,
        ...(v1 ? { expires_on: String(expiresOn), resource: form.get("resource") } : {}),
        access_token: token,
      },
    };
  } catch (error) {
    if (error instanceof TokenRequestError) {
      return errorAnswer(error);
    }
    throw error;
  }
}

function checkTenant(tokens: Tokens, tenant: string): void {
  if (tenant.toLowerCase() !== tokens.tenantId.toLowerCase()) {
    throw new TokenRequestError(
      400,
      "invalid_request",
      90002,
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    );
  }
}

function checkClient(application: Application, tokens: Tokens, form: URLSearchParams): void {
  const grant = form.get("grant_type");
  if (grant !== "client_credentials") {
    throw new TokenRequestError(
      400,
      "unsupported_grant_type",
      70003,
      `The app requested an unsupported grant type '${grant ?? ""}'.`,
    );
  }
  const clientId = form.get("client_id");
  if (clientId?.toLowerCase() !== application.clientId.toLowerCase()) {
    throw new TokenRequestError(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId ?? ""}' was not found in the directory '${tokens.tenantId}'.`,
    );
  }
  if (form.get("client_secret") !== application.clientSecret) {
    throw new TokenRequestError(
      401,
      "invalid_client",
      7000215,
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, " +
        `not the client secret ID, for a secret added to app '${application.clientId}'.`,
    );
  }
}

/** Go and Python send client id and secret in the form; some clients send them as Basic credentials (RFC 6749 2.3.1). */
function withBasic(form: URLSearchParams, authorization: string | undefined): URLSearchParams {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) {
    return form;
  }
  const [id = "", secret = ""] = Buffer.from(encoded, "base64").toString().split(":");
  const merged = new URLSearchParams(form);
  merged.set("client_id", decode(id));
  merged.set("client_secret", decode(secret));
  return merged;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `{audience}/.default` means the audience; one slash of two is the audience's own (azure-arm.md 12.2). */
function audienceOf(form: URLSearchParams): string {
  const scope = form
    .get("scope")
    ?.split(" ")
    .find((name) => name.endsWith("/.default"));
  const audience = scope?.slice(0, -"/.default".length) ?? form.get("resource");
  if (audience === null || audience === "") {
    throw new TokenRequestError(
      400,
      "invalid_request",
      90014,
      "The required field 'scope' is missing from the credential. Ensure that you have all the necessary parameters for the login request.",
    );
  }
  return audience;
}

function errorAnswer(error: TokenRequestError): Answer {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = new Date().toISOString().replace("T", " ").replace(/\.\d+/, "");
  return {
    status: error.status,
    headers: { "Cache-Control": "no-store, no-cache" },
    body: {
      error: error.error,
      error_description: `${error.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [error.number],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
    },
  };
}
