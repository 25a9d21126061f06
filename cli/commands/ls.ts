import { listingOf } from "../output/listing";
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
  for (const line of listingOf(files)) session.console.result(line);
}
