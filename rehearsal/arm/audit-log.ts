import { appendFileSync, closeSync, openSync } from "node:fs";

/** One line of the audit log. */
export interface AuditRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly method: string;
  /** Without query: polling URLs and shared access signatures carry secrets there. */
  readonly path: string;
  readonly apiVersion: string | null;
  readonly status: number;
  /** Whether the request could change something in Azure. */
  readonly write: boolean;
  /** Object id of the caller; null for requests without a valid token. */
  readonly principal: string | null;
  readonly clientRequestId: string | null;
  readonly userAgent: string | null;
  /** Modelled seconds of the work that the request began; 0 for reads. */
  readonly virtualSeconds: number;
}

/** JSON lines, each written to the file before the request is answered, so that a killed simulator loses none. */
export class AuditLog {
  readonly #file: number;

  constructor(readonly path: string) {
    // Readable by this user only: resource names and ids are nobody else's business.
    this.#file = openSync(path, "a", 0o600);
  }

  append(record: AuditRecord): void {
    appendFileSync(this.#file, `${JSON.stringify(record)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
