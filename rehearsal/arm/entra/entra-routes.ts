import type { Answer } from "../answer";
import { pathSegments, type ArmRequest } from "../arm-request";
import type { Tokens } from "../tokens";
import { metadataDocument, openIdConfiguration, type CloudEndpoints } from "./metadata";
import { answerTokenRequest, type Application } from "./token-endpoint";

/** What the token service and the metadata endpoint answer with. */
export interface Entra {
  readonly endpoints: CloudEndpoints;
  readonly tokens: Tokens;
  readonly application: Application;
}

/** Answers metadata, OpenID and token requests, which need no token; undefined for any other path. */
export function answerEntra(entra: Entra, request: ArmRequest): Answer | undefined {
  const segments = pathSegments(request.path)?.map((segment) => segment.toLowerCase());
  if (segments === undefined) {
    return undefined;
  }
  if (request.method === "GET" && segments.join("/") === "metadata/endpoints") {
    const apiVersion = request.query.get("api-version") ?? "2022-09-01";
    return { status: 200, body: metadataDocument(entra.endpoints, apiVersion) };
  }
  const [tenant = "", ...rest] = segments;
  return answerTenant(entra, request, tenant, rest.join("/"));
}

function answerTenant(
  { endpoints, tokens, application }: Entra,
  { method, body, headers }: ArmRequest,
  tenant: string,
  path: string,
): Answer | undefined {
  switch (`${method} ${path}`) {
    case "GET v2.0/.well-known/openid-configuration":
      return { status: 200, body: openIdConfiguration(endpoints, tenant, "v2") };
    case "GET .well-known/openid-configuration":
      return { status: 200, body: openIdConfiguration(endpoints, tenant, "v1") };
    case "GET discovery/v2.0/keys":
    case "GET discovery/keys":
      return { status: 200, body: { keys: [tokens.jsonWebKey()] } };
    case "POST oauth2/v2.0/token":
    case "POST oauth2/token":
      return answerTokenRequest(tokens, application, tenant, new URLSearchParams(body), headers.authorization);
    default:
      return undefined;
  }
}
