import { createPipelineRequest } from "@azure/core-rest-pipeline";
import type { FactValues, Scope } from "../../preflight/facts";
import type { Permission } from "../../preflight/permissions";
import type { Clients } from "./clients";
import { known } from "./known";

/** Resource ids of the places where the kit works; those that there are. */
export type Places = Readonly<Partial<Record<Scope, string>>>;

/** What the caller may do in each place. */
export async function readRights(places: Places, clients: Clients, signal: AbortSignal): Promise<FactValues["rights"]> {
  const given = Object.entries<string | undefined>(places).flatMap(([scope, id]) => (id ? [[scope, id] as const] : []));
  const rights = await Promise.all(
    given.map(
      async ([scope, id]) => [scope, { id, permissions: await known(permissionsAt(id, clients, signal)) }] as const,
    ),
  );
  return Object.fromEntries(rights);
}

/**
 * The caller's permissions in one place, inherited ones included (learn: authorization, permissions/list-for-resource).
 * Azure answers for a subscription too, for which its client has no method.
 */
async function permissionsAt(
  scope: string,
  { authorization, armEndpoint }: Clients,
  abortSignal: AbortSignal,
): Promise<Permission[]> {
  const permissions: Permission[] = [];
  let url: string | undefined =
    `${armEndpoint}${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
  while (url !== undefined) {
    const { status, bodyAsText } = await authorization.sendRequest(createPipelineRequest({ url, abortSignal }));
    const page = parse(bodyAsText);
    if (status !== 200)
      throw Object.assign(new Error(page.error?.message), { statusCode: status, code: page.error?.code });
    permissions.push(...(page.value ?? []));
    url = page.nextLink;
  }
  return permissions;
}

interface Page {
  readonly value?: readonly Permission[];
  readonly nextLink?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

function parse(text: string | null | undefined): Page {
  try {
    return JSON.parse(text ?? "") as Page;
  } catch {
    return { error: { message: "the answer is no JSON" } };
  }
}
