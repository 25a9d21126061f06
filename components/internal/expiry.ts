import * as pulumi from "@pulumi/pulumi";
import { RandomUuid7 } from "@pulumi/random";

import { checked } from "./validate";

const DAY = 24 * 60 * 60 * 1000;

/** How long a repair environment is expected to be needed, in days. */
const USUAL_DAYS = 14;

/** What is wrong with a number of days until an environment expires, or undefined. */
export function daysProblem(days: number): string | undefined {
  return Number.isInteger(days) && days >= 1 && days <= 365
    ? undefined
    : `expiresAfterDays must be a whole number of days from 1 to 365, got ${days}`;
}

/**
 * The date, like `2026-12-24`, that lies some days after a version 7 UUID was made.
 *
 * @param uuid its first 48 bits are the time in milliseconds since 1970 (RFC 9562, 5.7)
 */
export function dateAfter(uuid: string, days: number): string {
  const made = Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16);
  return new Date(made + days * DAY).toISOString().slice(0, 10);
}

/**
 * The tag that says until when an environment is needed.
 *
 * The time of the first `up` has to be the same in every later one, so it is kept in the state: as a UUID that holds it.
 */
export function expiryTag(
  name: string,
  days: pulumi.Input<number> | undefined,
  parent: pulumi.Resource,
): pulumi.Output<{ "expires-on": string }> {
  const given = checked(days ?? USUAL_DAYS, parent, daysProblem);
  const made = new RandomUuid7(name, {}, { parent });
  return pulumi.all([made.result, given]).apply(([uuid, after]) => ({ "expires-on": dateAfter(uuid, after) }));
}
