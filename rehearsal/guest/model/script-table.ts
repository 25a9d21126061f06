/**
 * A table of a guest script, `$NAME = @{ 'key' = 'value' … }` with one entry a line, and what its parts add (`$NAME += …`).
 *
 * The models read sentences and names from the scripts, so that each stands in one place.
 *
 * @throws Error when the script has no such table
 */
export function scriptTable(script: string, name: string): ReadonlyMap<string, string> {
  const bodies = [...script.matchAll(new RegExp(`^\\$${name} \\+?= @\\{\\r?\\n([^]*?)^\\}`, "gm"))];
  if (bodies.length === 0) throw new Error(`internal error: the script has no table $${name}`);
  const entries = bodies.flatMap(([, body = ""]) => [...body.matchAll(/^\s*'([^']+)'\s*=\s*'((?:[^']|'')*)'\s*$/gm)]);
  return new Map(entries.map(([, key = "", value = ""]) => [key, value.replaceAll("''", "'")]));
}
