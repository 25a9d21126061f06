import { AsyncLocalStorage } from "node:async_hooks";

const purposes = new AsyncLocalStorage<string>();

/** Runs work whose reads are for a purpose, in words; reads that go on side by side keep theirs. */
export function forPurpose<Result>(purpose: string, work: () => Promise<Result>): Promise<Result> {
  return purposes.run(purpose, work);
}

/** What the read under way is for; empty when nothing was said. */
export function currentPurpose(): string {
  return purposes.getStore() ?? "";
}
