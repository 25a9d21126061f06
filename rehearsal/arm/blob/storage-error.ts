import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";

/** An error answer of the blob service. */
export interface StorageError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends an error as the blob service does: XML, with the code repeated in `x-ms-error-code` (learn: status-and-error-codes2). */
export function sendStorageError(response: ServerResponse, error: StorageError): void {
  const requestId = randomUUID();
  const text = `${error.message}\nRequestId:${requestId}\nTime:${new Date().toISOString()}`;
  const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${error.code}</Code><Message>${escape(text)}</Message></Error>`;
  response.writeHead(error.status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    "x-ms-request-id": requestId,
    "x-ms-version": "2025-11-05",
    "x-ms-error-code": error.code,
    ...error.headers,
  });
  response.end(body);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
