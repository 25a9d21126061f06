import type { AzureError } from "./azure-error";
import type { JsonValue } from "./json";
import type { OperationStyle } from "./long-running";
import type { ResourceId } from "./resource-id";

/** A long-running operation, as its polling URLs show it. */
export interface Operation {
  /** A GUID. */
  readonly id: string;
  readonly style: OperationStyle;
  readonly subscriptionId: string;
  /** Region in the polling URL, for example `westus2`. */
  readonly location: string;
  readonly apiVersion: string;
  readonly verb: "PUT" | "PATCH" | "DELETE" | "POST";
  readonly resourceId: ResourceId;
  /** Lower-cased ids whose other writes are refused while this runs. */
  readonly holds: readonly string[];
  readonly startTime: Date;
  readonly endTime: Date | undefined;
  readonly status: "InProgress" | "Succeeded" | "Failed" | "Canceled";
  readonly error: AzureError | undefined;
  /** Result of an action, or the resource as it was when a PUT or PATCH ended. */
  readonly output: JsonValue | undefined;
  /** Settles when the operation has ended, however it did; never rejects. */
  readonly ended: Promise<void>;
  /** Asks the work to stop; the operation ends as Canceled. */
  cancel(): void;
}
