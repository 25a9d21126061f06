import type { JsonObject } from "./json";

/** What an error says besides code, status and message. */
export interface AzureErrorDetail {
  readonly target?: string;
  /** Absent: no `details` member at all; Network always sends one, even if empty (azure-arm.md 6). */
  readonly details?: readonly JsonObject[];
  readonly additionalInfo?: readonly JsonObject[];
  /** Extra headers of the answer, for example Retry-After-Ms. */
  readonly headers?: Readonly<Record<string, string>>;
  /** ARM itself refused, not a resource provider: answered with `x-ms-failure-cause: gateway` (azure-arm.md 2). */
  readonly gateway?: boolean;
}

/**
 * An error as Azure words it. One subclass a code; the subclass owns status and message, so that whoever throws it
 * gives facts (ids, names) and never a sentence.
 */
export abstract class AzureError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: AzureErrorDetail = {},
  ) {
    super(message);
    this.name = new.target.name;
  }

  /** `{"error":{code, message, target, details, additionalInfo}}` (azure-arm.md 2). */
  toBody(): JsonObject {
    return { error: this.toError() };
  }

  /** The inner object, as operation documents carry it. */
  toError(): JsonObject {
    const { target, details, additionalInfo } = this.detail;
    return {
      code: this.code,
      message: this.message,
      ...(target === undefined ? {} : { target }),
      ...(details === undefined ? {} : { details: [...details] }),
      ...(additionalInfo === undefined ? {} : { additionalInfo: [...additionalInfo] }),
    };
  }
}
