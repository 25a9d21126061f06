import { printable } from "../../disk/printable";
import { Progress } from "../output/progress";
import { hashOf } from "../../extraction/hash-of";
import { layoutText, recorded } from "../output/read-plan";
import type { Session } from "../session";
import { withSource } from "../source/open-source";
import { contentOf } from "../../extraction/volume/content-of";
import { findFile } from "../../extraction/volume/find-file";
import { openVolume } from "../../extraction/volume/open-volume";
import type { VolumeOptions } from "./ls";

/** Prints the SHA-256 of files, in lines as sha256sum writes them. */
export async function hash(
  sourceText: string,
  paths: readonly string[],
  options: VolumeOptions,
  session: Session,
): Promise<void> {
  await withSource(sourceText, session, async (source) => {
    const searched = recorded(source.bytes, session.console, options.verbose);
    const { volume, partition } = await openVolume(searched, options.partition ?? null);
    for (const path of paths) {
      const named = await findFile(volume, path);
      const { bytes, extents } = await contentOf(named, source.bytes, partition.offset);
      if (options.verbose) session.console.say(layoutText(path, bytes.size, extents));
      const progress = new Progress(session.console, printable(named.file.name), bytes.size);
      const sha256 = await hashOf(bytes, session.signal, (count) => progress.add(count));
      session.console.result(`${sha256}  ${printable(path)}`);
    }
  });
}
