/**
 * Upper case of a key or value name, code unit by code unit, as the kernel compares them.
 *
 * The kernel has its own table; JavaScript's agrees but for characters whose upper case has several code units, which
 * the kernel leaves alone.
 */
export function upperName(name: string): string {
  let upper = "";
  for (let index = 0; index < name.length; index++) upper += upperUnit(name.charAt(index));
  return upper;
}

/** The hash of a key name in an "lh" list: 37 times what came before, plus the upper case of the code unit. */
export function nameHash(name: string): number {
  let hash = 0;
  const upper = upperName(name);
  for (let index = 0; index < upper.length; index++) hash = (Math.imul(hash, 37) + upper.charCodeAt(index)) >>> 0;
  return hash;
}

/** Whether a name is ASCII, so that its upper case and hash are beyond doubt. */
export function isPlainName(name: string): boolean {
  return /^[\x20-\x7e]*$/.test(name);
}

function upperUnit(unit: string): string {
  const upper = unit.toUpperCase();
  return upper.length === 1 ? upper : unit;
}
