/**
 * A table of a guest script, `$NAME = @{ 'key' = 'value' … }` with one entry a line.
 *
 * The models read sentences and names from the scripts, so that each stands in one place.
 *
 * @throws Error when the script has no such table
 */
export function scriptTable(script: string, name: string): ReadonlyMap<string, string> {
  const body = new RegExp(`^\\$${name} = @\\{\\r?\\n([^]*?)^\\}`, "m").exec(script)?.[1];
  if (body === undefined) throw new Error(`internal error: the script has no table $${name}`);
  const entries = body.matchAll(/^\s*'([^']+)'\s*=\s*'((?:[^']|'')*)'\s*$/gm);
  return new Map([...entries].map(([, key = "", value = ""]) => [key, value.replaceAll("''", "'")]));
}
