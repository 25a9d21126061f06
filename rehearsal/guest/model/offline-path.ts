import type { DriveMap } from "./drive-letters";
import type { OfflineSystem } from "./offline-system";

/** Where a path of the broken Windows is. */
export interface OfflinePath {
  /** On the repair VM when it can be reached there, else as the broken Windows has it. */
  readonly path: string;
  /** Letter in the broken Windows, such as `D:`, of a volume that is not on this disk. */
  readonly drive: string | null;
  /** Letter in the broken Windows of a volume of this disk that has no letter on the repair VM. */
  readonly closed: string | null;
  /** True when it is no full path. */
  readonly unclear: boolean;
}

/** Finds where a path is that the broken Windows writes. */
export function convertOfflinePath(
  path: string,
  system: OfflineSystem,
  drives: DriveMap,
  windowsRoot: string,
): OfflinePath {
  const [own, folder] = [`${drives.windows}:`, windowsRoot.slice(2)];
  let expanded = expand(path, system, own, folder)
    .replace(/^\\\?\?\\/, "")
    .replace(/^\?:/, own);
  if (/^\\SystemRoot\\/i.test(expanded)) expanded = own + folder + expanded.slice("\\SystemRoot".length);
  if (/^\\[^\\?.]/.test(expanded)) expanded = own + expanded;
  const nowhere = { path: expanded, drive: null, closed: null, unclear: false };
  const letter = /^([A-Za-z]):\\/.exec(expanded)?.[1]?.toUpperCase();
  if (!letter) return { ...nowhere, unclear: true };
  const rest = expanded.slice(2);
  if (letter === drives.windows) return { ...nowhere, path: windowsRoot.slice(0, 2) + rest };
  const partition = drives.letters.get(letter);
  if (!partition) return { ...nowhere, drive: `${letter}:` };
  return partition.letter === null
    ? { ...nowhere, closed: `${letter}:` }
    : { ...nowhere, path: `${partition.letter}:${rest}` };
}

/** Puts in the variables of the broken Windows; one that is not known stays. */
function expand(path: string, system: OfflineSystem, drive: string, folder: string): string {
  const valueOf = (whole: string, name: string): string => {
    if (/^(systemroot|windir)$/i.test(name)) return drive + folder;
    if (/^systemdrive$/i.test(name)) return drive;
    return system.variable(name) ?? whole;
  };
  let expanded = path;
  for (let round = 0; round < 5 && /%[^%]+%/.test(expanded); round++) {
    expanded = expanded.replace(/%([^%]+)%/g, valueOf);
  }
  return expanded;
}
