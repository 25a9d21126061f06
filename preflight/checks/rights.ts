import { defineCheck, ok, stop, warning, type Verdict } from "../check";
import type { ScopeRights } from "../facts";
import { neededActions, type NeededAction } from "../needed-actions";
import { allows } from "../permissions";

/** How many missing actions are named in the text; all of them are in the details. */
const NAMED = 4;

/** What the caller may not do, and which role would let them. */
interface MissingRight extends NeededAction {
  readonly scopeId: string;
}

/** The caller may do everything that the kit will do in their name. */
export const RIGHTS = defineCheck({
  id: "rights",
  needs: ["rights"],
  uses: ["osDisk"],
  judge({ rights, osDisk }, plan): Verdict {
    const needed = neededActions(osDisk, plan).filter(({ scope }) => rights[scope] !== undefined);
    const unknown = Object.values(rights).filter(({ permissions }) => "unknown" in permissions);
    const missing = needed.flatMap((action): MissingRight[] => {
      const scope = rights[action.scope];
      return scope === undefined || isAllowed(action, scope) ? [] : [{ ...action, scopeId: scope.id }];
    });
    const [urgent, later] = [
      missing.filter(({ without }) => without === "up"),
      missing.filter(({ without }) => without !== "up"),
    ];
    if (urgent.length > 0) {
      return stop("be run by someone who may do it", `you may not do ${describe(urgent)}`, grants(urgent), missing);
    }
    if (unknown.length > 0) {
      return warning(
        `what you may do could not be found out: ${unknown.map(({ id, permissions }) => `${id}: ${"unknown" in permissions ? permissions.unknown : ""}`).join("; ")}`,
        "the README lists the rights needed",
      );
    }
    return later.length > 0
      ? warning(`pulumi up works; for ${purposes(later)} you may not yet do ${describe(later)}`, grants(later), missing)
      : ok(`you may do all ${needed.length} actions that are needed`);
  },
});

/** What could not be found out counts as allowed here; it is told by itself. */
function isAllowed({ action, data }: NeededAction, { permissions }: ScopeRights): boolean {
  return "unknown" in permissions || allows(permissions.value, action, data);
}

function describe(missing: readonly MissingRight[]): string {
  const named = missing.slice(0, NAMED).map(({ action, scopeId }) => `${action} on ${scopeId}`);
  const more = missing.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function purposes(missing: readonly MissingRight[]): string {
  const names = { up: "pulumi up", destroy: "pulumi destroy", "fetching the dump": "fetching the dump" };
  return [...new Set(missing.map(({ without }) => names[without]))].join(" and ");
}

function grants(missing: readonly MissingRight[]): string {
  const commands = missing.map(
    ({ role, scopeId }) => `az role assignment create --assignee YOU --role "${role}" --scope ${scopeId}`,
  );
  return `have the role given: ${[...new Set(commands)].join("; ")}`;
}
