import { bugCheckName } from "./bug-check-names";
import { statusName } from "./status-names";

/** What stopped Windows. Numbers are hex strings like `0xC000021A`, since parameters need all 64 bits. */
export interface BugCheck {
  readonly code: string;
  /** Name of the code in Microsoft's reference; null for one that is not known. */
  readonly name: string | null;
  /** The four parameters. */
  readonly parameters: readonly string[];
  /** For 0xC000021A the NTSTATUS with which the process ended, `0xC0000428`; else null. */
  readonly status: string | null;
  /** Name of that NTSTATUS; null when there is none or it is not known. */
  readonly statusName: string | null;
}

const winlogonFatalError = 0xc000_021a;

/** A bug check by its numbers. */
export function bugCheckOf(code: number, parameters: readonly bigint[]): BugCheck {
  // An NTSTATUS has 32 bits; some dumps extend it to 64 by its sign.
  const status = code === winlogonFatalError ? Number((parameters[1] ?? 0n) & 0xffff_ffffn) : null;
  return {
    code: hex(code),
    name: bugCheckName(code),
    parameters: parameters.map(hex),
    status: status === null ? null : `0x${status.toString(16).toUpperCase().padStart(8, "0")}`,
    statusName: status === null ? null : statusName(status),
  };
}

function hex(value: number | bigint): string {
  return `0x${value.toString(16).toUpperCase()}`;
}
