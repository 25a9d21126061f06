import type { PropertyMap } from "../property-values";

/** What an operation of an SDK client answered. */
export interface AzureResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** Resource Manager refused or failed. The message has the form of the real plugin's: `Status=409 Code="…" Message="…"`. */
export class AzureError extends Error {
  override readonly name = "AzureError";

  constructor(
    readonly status: number,
    readonly code: string | undefined,
    readonly detail: string,
  ) {
    super(`Status=${status}${code === undefined ? "" : ` Code="${code}"`} Message="${detail}"`);
  }

  /** The error that a response carries: of a refused request, or of a failed long-running operation. */
  static of(response: AzureResponse): AzureError {
    const body = parseBody(response.text) as { code?: string; error?: { code?: string; message?: string } } | undefined;
    const code = response.header("x-ms-error-code") ?? body?.error?.code ?? body?.code;
    return new AzureError(response.status, code, body?.error?.message ?? response.text);
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }
}

/** The JSON object of a response; undefined where there is none. */
export function parseBody(text: string): PropertyMap | undefined {
  try {
    const body = JSON.parse(text.replace(/^\uFEFF/, "")) as PropertyMap | null;
    return typeof body === "object" && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
