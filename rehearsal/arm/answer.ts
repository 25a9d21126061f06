import type { JsonValue } from "./json";
import type { AzureError } from "./azure-error";

/** An answer to an ARM request, before the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Absent: an empty body. */
  readonly body?: JsonValue;
  /** Modelled seconds that the request's work takes, for the audit log. */
  readonly virtualSeconds?: number;
  /** ARM itself refused. */
  readonly gateway?: boolean;
}

/** The answer that tells of an error. */
export function errorAnswer(error: AzureError): Answer {
  const { headers, gateway } = error.detail;
  return {
    status: error.status,
    body: error.toBody(),
    ...(headers === undefined ? {} : { headers }),
    ...(gateway === undefined ? {} : { gateway }),
  };
}
