import type { Azure } from "../azure";
import { CONDITIONS } from "../conditions";
import { BUILT_IN_ROLES, type BuiltInRole } from "./built-in-roles";

/** The roles that the signed-in application has in one place, inherited ones included. */
export function callerRolesAt(azure: Azure, scope: string): BuiltInRole[] {
  const subscription = `/subscriptions/${azure.subscriptionId}`;
  return azure
    .service(CONDITIONS)
    .callerRoles.filter(({ scope: given = subscription }) =>
      `${scope}/`.toLowerCase().startsWith(`${given}/`.toLowerCase()),
    )
    .map(({ role }) => {
      const found = BUILT_IN_ROLES.find(({ name }) => name === role);
      if (found === undefined) {
        throw new Error(`internal error: no built-in role "${role}"; add it to built-in-roles.ts`);
      }
      return found;
    });
}

/** Whether the signed-in application may do an action in one place (learn: role-based-access-control/overview). */
export function callerMay(azure: Azure, action: string, scope: string): boolean {
  const covers = (pattern: string): boolean =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i").test(action);
  return callerRolesAt(azure, scope).some(
    ({ actions, notActions }) => actions.some(covers) && !(notActions ?? []).some(covers),
  );
}
