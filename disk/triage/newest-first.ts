import type { NtfsFile } from "../ntfs/ntfs-file";

/** Orders files by the time of their last change, the newest first, and by path where that is equal. */
export function newestFirst(one: NtfsFile, other: NtfsFile): number {
  return (other.modified ?? "").localeCompare(one.modified ?? "") || one.path.localeCompare(other.path);
}
