import { setTimeout as delay } from "node:timers/promises";
import { lacksRole, type Destination } from "./destination";

/** How long to wait for a role, and how often to ask, in milliseconds. */
export interface RolePatience {
  readonly total: number;
  readonly pause: number;
}

/** Azure says that a new role may take up to ten minutes to be known everywhere (Azure RBAC limits, Microsoft Learn). */
const rolePatience: RolePatience = { total: 600_000, pause: 10_000 };

/**
 * Waits until a role that was given just now is known where the blobs are.
 *
 * @param onWait told before each pause
 * @throws AzureFailure when it is not known in time, or something else is the matter
 */
export async function whenAllowed(
  destination: Destination,
  onWait: () => void,
  { total, pause }: RolePatience = rolePatience,
): Promise<void> {
  const end = Date.now() + total;
  for (;;) {
    try {
      await destination.ask(() => destination.blob.exists());
      return;
    } catch (error) {
      if (!lacksRole(error) || Date.now() > end) throw error;
      onWait();
      await delay(pause);
    }
  }
}
