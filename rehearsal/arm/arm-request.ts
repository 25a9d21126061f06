import { InvalidRequestContent } from "./gateway-errors";
import { isObject, type JsonObject, type JsonValue } from "./json";
import { readBody, type BodyShape } from "./shapes/body-shape";

/** A request as it came in. */
export interface ArmRequest {
  readonly method: string;
  /** Path without query, as written. */
  readonly path: string;
  /** Names in lower case without a leading `$`. */
  readonly query: ReadonlyMap<string, string>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Reads the query of a URL; a parameter that is given twice counts once, the last wins. */
export function readQuery(search: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    query.set(name.toLowerCase().replace(/^\$/, ""), value);
  }
  return query;
}

/** Segments of a path, percent-decoded; null when the path cannot be decoded. */
export function pathSegments(path: string): string[] | null {
  try {
    return path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

/**
 * The JSON object in a body; an empty body is an empty object where one may be missing.
 *
 * @throws InvalidRequestContent for anything else
 */
export function readJsonBody(text: string, mayBeMissing: boolean): JsonObject {
  if (text.trim() === "") {
    if (mayBeMissing) {
      return {};
    }
    throw new InvalidRequestContent("The request body is missing");
  }
  let value: JsonValue;
  try {
    // Some clients send a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, "")) as JsonValue;
  } catch (error) {
    throw new InvalidRequestContent(error instanceof Error ? error.message : String(error));
  }
  if (!isObject(value)) {
    throw new InvalidRequestContent("Cannot deserialize the current JSON into an object. Path '', line 1, position 1");
  }
  return value;
}

/**
 * Fits a body to its model: JSON types checked, read-only members gone.
 *
 * @throws InvalidRequestContent with the path of the first member that does not fit
 */
export function fitBody(shape: BodyShape | undefined, body: JsonObject, partial: boolean): JsonObject {
  if (shape === undefined) {
    return body;
  }
  const result = readBody(shape, body, partial);
  if ("violation" in result) {
    throw new InvalidRequestContent(`${result.violation.problem} Path '${result.violation.path}'`);
  }
  return result.body;
}
