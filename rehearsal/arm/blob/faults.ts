/** What goes wrong. */
export type FaultKind =
  | { readonly kind: "reset" }
  | { readonly kind: "latency"; readonly milliseconds: number }
  | {
      readonly kind: "error";
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly retryAfterSeconds?: number;
    };

/** A fault and the requests it hits. */
export interface FaultRule {
  readonly fault: FaultKind;
  /** Number of requests that pass before the first is hit; absent: none. */
  readonly after?: number;
  /** Number of requests that are hit; absent: all, until the rule is removed. */
  readonly times?: number;
  /** Regular expression on `METHOD /path`, after which ` comp=page` and the like say the operation; absent: every request. */
  readonly requests?: RegExp;
}

/** The service is busy (learn: status-and-error-codes2; past the scalability targets a client has to back off). */
export const SERVER_BUSY = {
  kind: "error",
  status: 503,
  code: "ServerBusy",
  message: "The server is busy.",
  retryAfterSeconds: 1,
} as const satisfies FaultKind;

export const INTERNAL_ERROR = {
  kind: "error",
  status: 500,
  code: "InternalError",
  message: "The server encountered an internal error. Please retry the request.",
} as const satisfies FaultKind;

/** A role assignment that has not reached the data plane yet looks like this. */
export const PERMISSION_MISMATCH = {
  kind: "error",
  status: 403,
  code: "AuthorizationPermissionMismatch",
  message: "This request is not authorized to perform this operation using this permission.",
} as const satisfies FaultKind;

/** The faults to be played, in the order they were added. */
export class Faults {
  private readonly rules = new Set<{ rule: FaultRule; passing: number; left: number }>();

  /** Adds a rule; the returned function takes it away again. */
  add(rule: FaultRule): () => void {
    const entry = { rule, passing: rule.after ?? 0, left: rule.times ?? Infinity };
    this.rules.add(entry);
    return () => void this.rules.delete(entry);
  }

  /**
   * Takes the faults that hit a request and counts them down.
   *
   * @param operation value of the query's `comp`; null when it has none
   */
  take(method: string, path: string, operation: string | null = null): FaultKind[] {
    const hits: FaultKind[] = [];
    const line = `${method} ${path}${operation === null ? "" : ` comp=${operation}`}`;
    for (const entry of this.rules) {
      if (entry.rule.requests === undefined || entry.rule.requests.test(line)) {
        if (entry.passing > 0) {
          entry.passing--;
          continue;
        }
        hits.push(entry.rule.fault);
        entry.left--;
        if (entry.left <= 0) {
          this.rules.delete(entry);
        }
      }
    }
    return hits;
  }
}
