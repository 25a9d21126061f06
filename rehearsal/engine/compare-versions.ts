/**
 * Compares two dotted versions number by number: negative when `a` is older, 0 when equal, positive when newer.
 * A leading v is ignored, missing numbers count as 0, and a pre-release (`1.2.3-alpha`, `1.26rc1`) is older than its release.
 *
 * @throws Error when one of them does not start with a number.
 */
export function compareVersions(a: string, b: string): number {
  const left = parse(a);
  const right = parse(b);
  for (let index = 0; index < 3; index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(right.preRelease) - Number(left.preRelease);
}

function parse(version: string): { numbers: number[]; preRelease: boolean } {
  const found = /^v?(\d+(?:\.\d+){0,2})(.*)$/.exec(version.trim());
  if (found?.[1] === undefined) throw new Error(`"${version}" is not a version such as 3.259.0.`);
  return { numbers: found[1].split(".").map(Number), preRelease: /^[-a-z]/i.test(found[2] ?? "") };
}
