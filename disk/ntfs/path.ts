/** Parts of a path; a slash counts as a backslash, since no name holds one. */
export function partsOf(path: string): string[] {
  return path.split(/[\\/]/).filter((part) => part !== "");
}

/** Parts of a path that a relative link leads to. */
export function resolvePath(base: readonly string[], target: string): string[] {
  const parts = [...base];
  for (const part of partsOf(target)) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts;
}
