/** What a role lets its holder do: one entry of Azure's list of permissions. */
export interface Permission {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly dataActions?: readonly string[];
  readonly notDataActions?: readonly string[];
}

/**
 * Whether any of the permissions allows an action. What one entry takes away with notActions another may still give:
 * that is no deny rule (learn: role-based-access-control/role-definitions, "NotActions").
 *
 * @param data true for an action on data, like reading a blob
 */
export function allows(permissions: readonly Permission[], action: string, data = false): boolean {
  return permissions.some((permission) => {
    const given = data ? permission.dataActions : permission.actions;
    const taken = data ? permission.notDataActions : permission.notActions;
    return matches(given, action) && !matches(taken, action);
  });
}

/** A `*` in a pattern stands for any text; case does not count. */
function matches(patterns: readonly string[] | undefined, action: string): boolean {
  return (patterns ?? []).some((pattern) => {
    const literal = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    return new RegExp(`^${literal.join(".*")}$`, "i").test(action);
  });
}
