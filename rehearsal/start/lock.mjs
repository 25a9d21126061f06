import { randomUUID } from "node:crypto";
import { mkdir, rename, rmdir, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const beatMilliseconds = 1000;
const staleMilliseconds = 5000;
const retryMilliseconds = 300;
const reportMilliseconds = 5000;

/**
 * Runs `work` while this process alone holds the lock folder. The holder keeps its time fresh; one that has not been fresh
 * for five seconds belonged to a process that was killed, and is taken over.
 */
export async function withLock(lockFolder, purpose, say, work) {
  await acquire(lockFolder, purpose, say);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(lockFolder, now, now).catch(() => undefined);
  }, beatMilliseconds);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rmdir(lockFolder).catch(() => undefined);
  }
}

async function acquire(lockFolder, purpose, say) {
  await mkdir(dirname(lockFolder), { recursive: true });
  let reported = 0;
  for (;;) {
    try {
      return await mkdir(lockFolder);
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const age = await ageOf(lockFolder);
    if (age > staleMilliseconds) {
      await takeAway(lockFolder);
      continue;
    }
    if (Date.now() - reported > reportMilliseconds) {
      reported = Date.now();
      say(`waiting for another process that is about to ${purpose}`);
    }
    await delay(retryMilliseconds);
  }
}

/** Of several that find a lock stale, only one moves it away: the others would remove the lock of who came first. */
async function takeAway(lockFolder) {
  const stale = `${lockFolder}.${randomUUID()}`;
  await rename(lockFolder, stale).catch(() => undefined);
  // Another one took it away, and holds its own by now: that one was moved, and goes back.
  if ((await ageOf(stale)) < staleMilliseconds) await rename(stale, lockFolder).catch(() => undefined);
  else await rmdir(stale).catch(() => undefined);
}

/** Milliseconds since the lock was last fresh; 0 when it has just gone. */
async function ageOf(lockFolder) {
  try {
    return Date.now() - (await stat(lockFolder)).mtimeMs;
  } catch {
    return 0;
  }
}
