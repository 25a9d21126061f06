import type { NtfsFile } from "../../disk";
import { printable } from "../../disk/printable";
import { recorded } from "../output/read-plan";
import type { Session } from "../session";
import { withSource } from "../source/open-source";
import { findFile } from "../../extraction/volume/find-file";
import { openVolume } from "../../extraction/volume/open-volume";

/** Options of commands that read files. */
export interface VolumeOptions {
  readonly partition?: number;
  /** Tells each read, and what it is for. */
  readonly verbose?: boolean;
}

/** Lists a folder, or one file. */
export async function ls(sourceText: string, path: string, options: VolumeOptions, session: Session): Promise<void> {
  const files = await withSource(sourceText, session, async (source) => {
    const bytes = recorded(source.bytes, session.console, options.verbose);
    const { volume } = await openVolume(bytes, options.partition ?? null);
    const { file } = await findFile(volume, path);
    return file.isDirectory ? volume.list(file.path) : [file];
  });
  const width = Math.max(0, ...files.map((file) => String(file.size).length));
  for (const file of files) session.console.result(lineOf(file, width));
}

function lineOf(file: NtfsFile, width: number): string {
  const isLink = file.reparse !== null && file.reparse.kind !== "wof";
  const kind = isLink ? "link" : file.isDirectory ? "folder" : "file";
  const modified = file.modified ? `${file.modified.slice(0, 19)}Z` : "-".padEnd(20);
  const target = file.reparse?.target ? ` -> ${printable(file.reparse.target)}` : "";
  return `${kind.padEnd(6)} ${String(file.size).padStart(width)} ${modified} ${printable(file.name)}${target}`;
}
