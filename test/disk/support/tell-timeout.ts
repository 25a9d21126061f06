import { setTimeout as sleep } from "node:timers/promises";

/**
 * Lets jest tell a timeout that came while a test's own work held the thread; without this such a test passes, however
 * long it took. Twice, since the first timer counts from when that work began.
 */
export async function tellTimeout(): Promise<void> {
  await sleep(1);
  await sleep(1);
}
