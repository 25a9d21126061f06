import type { NtfsFile } from "../../disk";
import { printable } from "../../disk/printable";

/** What a line tells of a file. */
export type ListedFile = Pick<NtfsFile, "name" | "size" | "modified" | "isDirectory" | "reparse">;

/** A line for each file, in columns. */
export function listingOf(files: readonly ListedFile[]): string[] {
  const largest = files.reduce((size, file) => Math.max(size, file.size), 0);
  const width = String(largest).length;
  return files.map((file) => lineOf(file, width));
}

function lineOf(file: ListedFile, width: number): string {
  const isLink = file.reparse !== null && file.reparse.kind !== "wof";
  const kind = isLink ? "link" : file.isDirectory ? "folder" : "file";
  const modified = file.modified ? `${file.modified.slice(0, 19)}Z` : "-".padEnd(20);
  const target = file.reparse?.target ? ` -> ${printable(file.reparse.target)}` : "";
  return `${kind.padEnd(6)} ${String(file.size).padStart(width)} ${modified} ${printable(file.name)}${target}`;
}
