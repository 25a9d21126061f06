import type { ArmRequest } from "../arm-request";

const VERBS: Readonly<Record<string, string>> = { GET: "read", HEAD: "read", DELETE: "delete", POST: "action" };

/**
 * The action that a request is, as roles name it: `Microsoft.Compute/disks/beginGetAccess/action`; undefined for what
 * nobody needs a role for (learn: role-based-access-control/role-definitions, "Actions format").
 */
export function actionOf({ method, path }: ArmRequest): string | undefined {
  const verb = VERBS[method] ?? "write";
  const segments = path.split("/").filter((segment) => segment !== "");
  const provider = segments.map((segment) => segment.toLowerCase()).lastIndexOf("providers");
  if (provider < 0 || segments[provider + 1] === undefined) {
    const isGroup = segments[2]?.toLowerCase() === "resourcegroups" && segments.length <= 4;
    return isGroup ? `Microsoft.Resources/subscriptions/resourceGroups/${verb}` : undefined;
  }
  const [namespace = "", ...rest] = segments.slice(provider + 1);
  // Polling, registration, and the list of one's own permissions are open to whoever has signed in (modelled).
  if (rest.length === 0 || /^(locations|operations|permissions|register)$/i.test(rest[0] ?? "")) {
    return undefined;
  }
  const types = rest.filter((_, index) => index % 2 === 0);
  return `${[namespace, ...types].join("/")}/${verb}`;
}
