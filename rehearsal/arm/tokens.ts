import { createSign, createVerify, generateKeyPairSync, randomUUID, type KeyObject } from "node:crypto";

/** Who a request comes from. */
export interface Principal {
  /** Object id of the service principal or managed identity: what role assignments name. */
  readonly objectId: string;
  readonly clientId: string;
}

/** What a token says. */
export interface TokenClaims extends Principal {
  readonly audience: string;
  /** Seconds since 1970. */
  readonly expiresOn: number;
}

/** A token that is no valid token of this tenant. */
export class TokenError extends Error {
  constructor(readonly reason: "malformed" | "signature" | "expired") {
    super(`the token is not valid: ${reason}`);
    this.name = "TokenError";
  }
}

/** How long a token lives, in seconds; what Entra ID gives a service principal without continuous access evaluation. */
export const TOKEN_SECONDS = 3599;

/** Length of an ES256 signature (RFC 7518, 3.4). */
const SIGNATURE_BYTES = 64;

const KEY_ID = "azure-repair-kit-simulated-key";

/**
 * Issues and checks access tokens (JSON Web Tokens, RFC 7519, signed ES256). The key exists in memory only.
 *
 * Claims are those that Entra ID's v1.0 tokens have and that Azurite and the clients look at: aud, iss, oid, appid,
 * tid, nbf, iat, exp (the claims that Azurite checks: its README, "OAuth").
 */
export class Tokens {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #issued: string[] = [];

  constructor(readonly tenantId: string) {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  /** Issuer of every token: `https://sts.windows.net/<tenant>/`. */
  get issuer(): string {
    return `https://sts.windows.net/${this.tenantId}/`;
  }

  /** Signatures of the tokens issued so far: the part without which a token is worth nothing. */
  get issued(): readonly string[] {
    return this.#issued;
  }

  /** A token for an audience, as text and with the time it ends in seconds since 1970. */
  issue(audience: string, principal: Principal): { readonly token: string; readonly expiresOn: number } {
    const now = Math.floor(Date.now() / 1000);
    const expiresOn = now + TOKEN_SECONDS;
    const claims = {
      aud: audience,
      iss: this.issuer,
      iat: now,
      nbf: now - 300,
      exp: expiresOn,
      appid: principal.clientId,
      appidacr: "1",
      idp: this.issuer,
      idtyp: "app",
      oid: principal.objectId,
      sub: principal.objectId,
      tid: this.tenantId,
      uti: randomUUID(),
      ver: "1.0",
    };
    const content = `${encode({ alg: "ES256", typ: "JWT", kid: KEY_ID })}.${encode(claims)}`;
    const signature = createSign("SHA256").update(content).sign({ key: this.#privateKey, dsaEncoding: "ieee-p1363" });
    this.#issued.push(signature.toString("base64url"));
    return { token: `${content}.${signature.toString("base64url")}`, expiresOn };
  }

  /**
   * What a token of this tenant says.
   *
   * @throws TokenError when it cannot be read, was signed by another key, or has expired
   */
  read(token: string): TokenClaims {
    const [header, payload, signature, ...rest] = token.split(".");
    if (header === undefined || payload === undefined || signature === undefined || rest.length > 0) {
      throw new TokenError("malformed");
    }
    const bytes = Buffer.from(signature, "base64url");
    const genuine =
      // OpenSSL throws at any other length.
      bytes.length === SIGNATURE_BYTES &&
      createVerify("SHA256")
        .update(`${header}.${payload}`)
        .verify({ key: this.#publicKey, dsaEncoding: "ieee-p1363" }, bytes);
    if (!genuine) {
      throw new TokenError("signature");
    }
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, string & number>;
    if (Number(claims.exp) * 1000 <= Date.now()) {
      throw new TokenError("expired");
    }
    return {
      audience: String(claims.aud),
      objectId: String(claims.oid),
      clientId: String(claims.appid),
      expiresOn: Number(claims.exp),
    };
  }

  /** The public key as the tenant's key document shows it. */
  jsonWebKey(): Record<string, string> {
    const { kty = "", crv = "", x = "", y = "" } = this.#publicKey.export({ format: "jwk" });
    return { kty, crv, x, y, kid: KEY_ID, use: "sig", alg: "ES256" };
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
