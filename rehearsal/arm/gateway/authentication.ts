import {
  AuthenticationFailed,
  AuthenticationFailedInvalidHeader,
  ExpiredAuthenticationToken,
  InvalidAuthenticationToken,
  InvalidAuthenticationTokenAudience,
} from "./authentication-errors";
import { TokenError, type Principal, type TokenClaims, type Tokens } from "../tokens";

/** Audiences that ARM accepts besides its own endpoint: what clients of the public cloud ask for. */
const PUBLIC_AUDIENCES = ["https://management.core.windows.net/", "https://management.azure.com/"];

/**
 * Who sent a request.
 *
 * @throws the 401s of azure-arm.md 6: no header, no bearer token, unreadable or foreign, expired, for another audience
 */
export function authenticate(header: string | undefined, tokens: Tokens, armEndpoint: string): Principal {
  const { tenantId } = tokens;
  if (header === undefined || header.trim() === "") {
    throw new AuthenticationFailed(armEndpoint, tenantId);
  }
  const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  if (token === undefined) {
    throw new AuthenticationFailedInvalidHeader(armEndpoint, tenantId);
  }
  const claims = readToken(tokens, token, armEndpoint);
  const audiences = [armEndpoint, ...PUBLIC_AUDIENCES];
  if (!audiences.some((audience) => withoutSlash(audience) === withoutSlash(claims.audience))) {
    throw new InvalidAuthenticationTokenAudience(armEndpoint, tenantId, claims.audience, audiences);
  }
  return claims;
}

function readToken(tokens: Tokens, token: string, armEndpoint: string): TokenClaims {
  try {
    return tokens.read(token);
  } catch (error) {
    if (error instanceof TokenError) {
      throw error.reason === "expired"
        ? new ExpiredAuthenticationToken(armEndpoint, tokens.tenantId)
        : new InvalidAuthenticationToken(armEndpoint, tokens.tenantId);
    }
    throw error;
  }
}

function withoutSlash(audience: string): string {
  return audience.replace(/\/$/, "");
}
