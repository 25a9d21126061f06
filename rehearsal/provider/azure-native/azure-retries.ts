import {
  retryPolicy,
  type HttpHeaders,
  type Pipeline,
  type PipelineResponse,
  type RetryStrategy,
} from "@azure/core-rest-pipeline";

import { parseBody } from "./azure-error";

const MAX_RETRIES = 3;
const BASE_DELAY_MILLISECONDS = 20_000;
const MAX_DELAY_MILLISECONDS = 120_000;
const RETRIED_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/** Retries as the real plugin's client is set to (pulumi-azure-native, client_azcore.go), instead of the SDK's own rule. */
export function addAzureRetries(pipeline: Pipeline): void {
  pipeline.removePolicy({ name: "defaultRetryPolicy" });
  pipeline.addPolicy(retryPolicy([strategy], { maxRetries: MAX_RETRIES }), { phase: "Retry" });
}

const strategy: RetryStrategy = {
  name: "azure-native",
  retry({ retryCount, response, responseError }) {
    // A simulated Azure that is gone does not come back; the real plugin would wait for it for minutes.
    if (responseError?.code === "ECONNREFUSED") return { skipStrategy: true };
    if (response !== undefined && !isRetried(response)) return { skipStrategy: true };
    // azcore waits base * (2^n - 1) before attempt n, with up to 30 % of jitter, which is left out here.
    const backoff = Math.min(BASE_DELAY_MILLISECONDS * (2 ** (retryCount + 1) - 1), MAX_DELAY_MILLISECONDS);
    return { retryAfterInMs: (response && retryAfterMilliseconds(response.headers)) ?? backoff };
  },
};

function isRetried(response: PipelineResponse): boolean {
  if (response.status !== 409) return RETRIED_STATUS.has(response.status);
  const body = parseBody(response.bodyAsText ?? "") as { error?: { code?: string } } | undefined;
  return body?.error?.code === "AnotherOperationInProgress";
}

/**
 * How long a response asks to wait, in azcore's order of headers; undefined where it does not say.
 *
 * @see https://github.com/Azure/azure-sdk-for-go sdk/azcore/internal/shared, RetryAfter
 */
export function retryAfterMilliseconds(headers: Pick<HttpHeaders, "get">): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const milliseconds = Number(headers.get(name) ?? Number.NaN);
    if (milliseconds >= 0) return milliseconds;
  }
  const value = headers.get("retry-after");
  if (value === undefined) return undefined;
  const seconds = Number(value);
  if (!Number.isNaN(seconds)) return seconds * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
