import type { ArmRequest } from "../arm-request";
import type { Azure } from "../azure";
import type { JsonObject, JsonValue } from "../json";
import type { Principal } from "../tokens";

/** A call that ARM answers itself, or a provider without a resource. */
export interface ArmRoute {
  readonly method: "GET" | "POST";
  /** Whole path, `{name}` standing for any segment. */
  readonly path: string;
  readonly apiVersions: readonly string[];
  /** Type as api-version errors name it. */
  readonly type: string;
  readonly run: (call: ArmRouteCall) => JsonValue | undefined | Promise<JsonValue | undefined>;
}

/** A call of an ArmRoute. */
export interface ArmRouteCall {
  readonly azure: Azure;
  readonly request: ArmRequest;
  /** Values of the path's `{name}` segments. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly body: JsonObject;
  readonly apiVersion: string;
  readonly principal: Principal;
}

/** Values of a pattern's `{name}` segments, or null when the path does not fit. */
export function matchPath(pattern: string, segments: readonly string[]): ReadonlyMap<string, string> | null {
  const expected = pattern.split("/").filter((segment) => segment !== "");
  if (expected.length !== segments.length) {
    return null;
  }
  const parameters = new Map<string, string>();
  for (const [index, part] of expected.entries()) {
    const segment = segments[index] ?? "";
    if (part.startsWith("{")) {
      parameters.set(part.slice(1, -1), segment);
    } else if (part.toLowerCase() !== segment.toLowerCase()) {
      return null;
    }
  }
  return parameters;
}
