import type { Azure } from "../azure";
import { AzureError } from "../azure-error";
import { textAt } from "../json";
import { liesIn, type ResourceId } from "../resource-id";

const LOCK_TYPE = "microsoft.authorization/locks";

/** 409 (azure-arm.md 6; for writes: azure-docs, automation update-management troubleshooting). */
export class ScopeLocked extends AzureError {
  constructor(id: ResourceId, verb: "write" | "delete", locked: readonly ResourceId[]) {
    super(
      409,
      "ScopeLocked",
      `The scope '${id.text}' cannot perform ${verb} operation because following scope(s) are locked: ` +
        `'${locked.map(({ text }) => text).join("','")}'. Please remove the lock and try again.`,
      { gateway: true },
    );
  }
}

/**
 * Refuses what a management lock forbids: ReadOnly every write, action and deletion at its scope and below, CanNotDelete
 * every deletion; a group with a lock anywhere in it is not deleted either (learn: lock-resources). Locks themselves are
 * exempt, or nobody could remove one.
 *
 * @throws ScopeLocked
 */
export function checkLocks(azure: Azure, method: string, id: ResourceId): void {
  if (method === "GET" || method === "HEAD" || id.type.toLowerCase() === LOCK_TYPE) {
    return;
  }
  const isGroup = id.type === "Microsoft.Resources/resourceGroups";
  const locked = azure.store
    .ofType(LOCK_TYPE)
    .filter((lock) => {
      const above = liesIn(id, lock.id.parent);
      const below = isGroup && method === "DELETE" && liesIn(lock.id, id);
      return (above || below) && (method === "DELETE" || textAt(lock.body, "properties", "level") === "ReadOnly");
    })
    .flatMap((lock) => (lock.id.parent === null ? [] : [lock.id.parent]));
  if (locked.length > 0) {
    throw new ScopeLocked(id, method === "DELETE" ? "delete" : "write", locked);
  }
}
