import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";

import { startCore, type CoreFixture } from "./core-fixture";

let azure: CoreFixture;

beforeAll(async () => {
  azure = await startCore();
});

afterAll(() => azure.stop());

const form = { "Content-Type": "application/x-www-form-urlencoded" };

function tokenRequest(fields: Record<string, string>): { text: string; headers: typeof form; token: null } {
  return { text: new URLSearchParams(fields).toString(), headers: form, token: null };
}

function credentials(): Record<string, string> {
  const { clientId, clientSecret } = azure.core;
  return { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
}

function claims(token: string): any {
  return JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString());
}

describe("metadata endpoint", () => {
  it("names one cloud in the 2022-09-01 form, all of it on the ARM endpoint", async () => {
    const { status, body } = await azure.raw("GET", "/metadata/endpoints?api-version=2022-09-01", { token: null });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      resourceManager: azure.core.armEndpoint,
      authentication: {
        loginEndpoint: azure.core.armEndpoint,
        audiences: expect.arrayContaining([azure.core.armEndpoint]),
      },
      suffixes: { storage: "core.windows.net", keyVaultDns: expect.any(String) },
      microsoftGraphResourceId: expect.any(String),
      name: expect.any(String),
    });
  });

  it("lists clouds in the 2019-05-01 form", async () => {
    const { body } = await azure.raw("GET", "/metadata/endpoints?api-version=2019-05-01", { token: null });

    expect(body).toEqual([expect.objectContaining({ resourceManager: azure.core.armEndpoint })]);
  });
});

describe("OpenID configuration", () => {
  it.each(["/v2.0/.well-known/openid-configuration", "/.well-known/openid-configuration"])(
    "has an issuer with the authority's scheme, host and port at %s",
    async (where) => {
      const { body } = await azure.raw("GET", `/${azure.core.tenantId}${where}`, { token: null });

      expect(new URL(body.issuer).origin).toBe(azure.core.armEndpoint);
      expect(new URL(body.token_endpoint).origin).toBe(azure.core.armEndpoint);
    },
  );
});

describe("token endpoint", () => {
  it("issues a token for the audience of a v2.0 scope", async () => {
    const request = tokenRequest({ ...credentials(), scope: "https://storage.azure.com/.default" });

    const { status, body } = await azure.raw("POST", `/${azure.core.tenantId}/oauth2/v2.0/token`, request);

    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3599 });
    expect(claims(body.access_token)).toMatchObject({
      aud: "https://storage.azure.com",
      iss: `https://sts.windows.net/${azure.core.tenantId}/`,
      oid: azure.core.objectId,
      tid: azure.core.tenantId,
    });
    expect(claims(body.access_token).exp * 1000).toBeGreaterThan(Date.now());
  });

  it("keeps the audience's own slash of a double slash", async () => {
    const request = tokenRequest({ ...credentials(), scope: "https://management.azure.com//.default" });

    const { body } = await azure.raw("POST", `/${azure.core.tenantId}/oauth2/v2.0/token`, request);

    expect(claims(body.access_token).aud).toBe("https://management.azure.com/");
  });

  it("issues a token for the resource of a v1 request", async () => {
    const request = tokenRequest({ ...credentials(), resource: "https://management.azure.com/" });

    const { body } = await azure.raw("POST", `/${azure.core.tenantId}/oauth2/token`, request);

    expect(body).toMatchObject({ resource: "https://management.azure.com/", expires_on: expect.any(String) });
  });

  it.each([
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client", 7000215],
    [
      "an unknown application",
      { client_id: "00000000-0000-0000-0000-000000000001" },
      400,
      "unauthorized_client",
      700016,
    ],
    ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type", 70003],
    ["no scope", { scope: "" }, 400, "invalid_request", 90014],
  ])("refuses %s", async (_what, wrong, status, error, number) => {
    const request = tokenRequest({ ...credentials(), scope: "https://x/.default", ...wrong });

    const answer = await azure.raw("POST", `/${azure.core.tenantId}/oauth2/v2.0/token`, request);

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [number] });
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${number}: `));
  });

  it("refuses another tenant", async () => {
    const request = tokenRequest({ ...credentials(), scope: "https://x/.default" });

    const { status, body } = await azure.raw("POST", "/elsewhere/oauth2/v2.0/token", request);

    expect(status).toBe(400);
    expect(body.error_codes).toEqual([90002]);
  });
});

describe("authentication of ARM requests", () => {
  const url = "/subscriptions?api-version=2022-12-01";

  it.each([
    ["no header", null, {}, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."],
    [
      "another scheme",
      null,
      { Authorization: "Basic abc" },
      "AuthenticationFailedInvalidHeader",
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    ],
    ["no token", "nonsense", {}, "InvalidAuthenticationToken", "The access token is invalid."],
    ["a forged token", "e30.e30.e30", {}, "InvalidAuthenticationToken", "The access token is invalid."],
  ])("refuses %s", async (_what, token, headers, code, message) => {
    const answer = await azure.raw("GET", url, { token, headers });

    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: { code, message } });
    expect(answer.headers["www-authenticate"]).toContain(
      `Bearer authorization_uri="${azure.core.armEndpoint}/${azure.core.tenantId}"`,
    );
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
  });

  it("refuses a token for another audience", async () => {
    const { token } = azure.core.azure.tokens.issue("https://storage.azure.com", azure.core);

    const { status, body } = await azure.raw("GET", url, { token });

    expect(status).toBe(401);
    expect(body.error.code).toBe("InvalidAuthenticationTokenAudience");
  });

  it("refuses a token after its hour", async () => {
    const now = jest.spyOn(Date, "now");
    now.mockReturnValueOnce(Date.now() - 3_600_000);
    const { token } = azure.core.azure.tokens.issue(azure.core.armEndpoint, azure.core);
    now.mockRestore();

    const { status, body } = await azure.raw("GET", url, { token });

    expect(status).toBe(401);
    expect(body.error.code).toBe("ExpiredAuthenticationToken");
  });

  it("gives a managed identity no rights on the control plane", async () => {
    const identity = { objectId: "oid", clientId: "cid" };
    const { token } = azure.core.azure.tokens.issue("https://management.azure.com/", identity);

    const { status, body } = await azure.raw("GET", `${azure.group}?api-version=2024-03-01`, { token });

    expect(status).toBe(403);
    expect(body.error).toEqual({
      code: "AuthorizationFailed",
      message:
        "The client 'cid' with object id 'oid' does not have authorization to perform action " +
        `'Microsoft.Resources/subscriptions/read' over scope '${azure.group}' or the scope is invalid. ` +
        "If access was recently granted, please refresh your credentials.",
    });
  });
});

describe("official clients", () => {
  it("sign in with a secret and list their subscription's groups", async () => {
    const client = new ResourceManagementClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);

    const names: (string | undefined)[] = [];
    for await (const group of client.resourceGroups.list()) {
      names.push(group.name);
    }

    expect(names).toContain("rg");
  });

  it("are told of a wrong secret", async () => {
    const { tenantId, clientId, armEndpoint, certificate } = azure.core;
    const options = { authorityHost: armEndpoint, disableInstanceDiscovery: true, tlsOptions: { ca: certificate.ca } };
    const credential = new ClientSecretCredential(tenantId, clientId, "wrong", options);

    await expect(credential.getToken("https://management.azure.com/.default")).rejects.toThrow("AADSTS7000215");
  });
});
