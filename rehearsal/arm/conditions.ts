import { serviceKey } from "./service-key";

/** A role that the signed-in application has. */
export interface CallerRole {
  /** Name of a built-in role. */
  readonly role: string;
  /** Resource id of what it holds for, with everything below; absent: the subscription. */
  readonly scope?: string;
}

/** A VM size that the subscription cannot have. */
export interface RestrictedSize {
  readonly size: string;
  /** Zones in which it cannot be had; absent: nowhere in any region. */
  readonly zones?: readonly string[];
}

/** What holds in the simulated subscription besides its resources; may be changed while it runs. */
export interface Conditions {
  callerRoles: readonly CallerRole[];
  /** Quotas that differ from the default, by the name of the usage: `cores`, `standardDSv5Family`, `StandardSnapshotCount`. */
  limits: Readonly<Record<string, number>>;
  restrictedSizes: readonly RestrictedSize[];
}

/** The conditions, as resource types find them. */
export const CONDITIONS = serviceKey<Conditions>("conditions");

/** What holds where nobody says otherwise: the application is Owner, quotas are wide, every size can be had. */
export function defaultConditions(): Conditions {
  return { callerRoles: [{ role: "Owner" }], limits: {}, restrictedSizes: [] };
}
