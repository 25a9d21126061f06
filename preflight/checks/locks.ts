import { defineCheck, ok, stop, warning } from "../check";
import type { Lock } from "../facts";

/**
 * Management locks, and which of them matter. A lock holds for its scope and everything below; what the kit makes lies
 * in groups of its own, so of the locks above it only those of the subscription count. Source: learn: lock-resources.
 */
export const LOCKS = defineCheck({
  id: "locks",
  needs: ["locks", "vm"],
  judge({ locks, vm }, { dumpStoreId, subnetId }) {
    const subscription = /^\/subscriptions\/[^/]+/i.exec(vm?.id ?? "")?.[0];
    if (subscription === undefined) {
      return undefined;
    }
    const here = (level: string, ...scopes: (string | undefined)[]) =>
      locks.filter((lock) => lock.level === level && scopes.some((scope) => scope !== undefined && holds(lock, scope)));
    const closed = here("ReadOnly", subscription, dumpStoreId);
    if (closed.length > 0) {
      return stop(
        "be free of ReadOnly locks",
        `${describe(closed)}: nothing can be made there, nor a role given`,
        `have it removed while the environment is up: ${closed.map(removal).join("; ")}`,
      );
    }
    const kept = here("CanNotDelete", subscription, dumpStoreId);
    if (kept.length > 0) {
      return warning(
        `${describe(kept)}: pulumi up works, pulumi destroy cannot delete what lies below it, roles included`,
        `have it removed before pulumi destroy: ${kept.map(removal).join("; ")}`,
      );
    }
    const read = [vm?.id, vm?.storageProfile?.osDisk?.managedDisk?.id];
    const source = locks.filter((lock) => read.some((id) => id !== undefined && holds(lock, id)));
    const unclear = [...source.filter(({ level }) => level === "ReadOnly"), ...here("ReadOnly", subnetId)];
    if (unclear.length > 0) {
      return warning(
        `${describe(unclear)}: the kit writes nothing there, and Azure does not say whether such a lock refuses a snapshot or a network interface elsewhere that uses what is locked`,
        `if pulumi up fails with ScopeLocked, have it removed for that time: ${unclear.map(removal).join("; ")}`,
      );
    }
    return ok(
      source.length === 0 ? "no lock is in the way" : `${describe(source)}: no matter, the kit deletes nothing there`,
    );
  },
});

/** Whether a lock holds for a resource: it lies on it, or on what it lies in. */
function holds({ scope }: Lock, id: string): boolean {
  return `${id}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());
}

function describe(locks: readonly Lock[]): string {
  return locks.map(({ name, level, scope }) => `the ${level} lock ${name} on ${scope}`).join(", ");
}

function removal({ name, scope }: Lock): string {
  return `az lock delete --ids ${scope}/providers/Microsoft.Authorization/locks/${name}`;
}
