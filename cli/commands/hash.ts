import { printable } from "../output/printable";
import { Progress } from "../output/progress";
import { hashOf } from "../extract/hash-of";
import type { Session } from "../session";
import { withSource } from "../source/open-source";
import { findFile } from "../volume/find-file";
import { openVolume } from "../volume/open-volume";
import type { VolumeOptions } from "./ls";

/** Prints the SHA-256 of files, in lines as sha256sum writes them. */
export async function hash(
  sourceText: string,
  paths: readonly string[],
  options: VolumeOptions,
  session: Session,
): Promise<void> {
  await withSource(sourceText, session, async (source) => {
    const { volume } = await openVolume(source.bytes, options.partition ?? null);
    for (const path of paths) {
      const { file, stream } = await findFile(volume, path);
      const content = await file.open(stream);
      const progress = new Progress(session.console, printable(file.name), content.size);
      const sha256 = await hashOf(content, session.signal, (bytes) => progress.add(bytes));
      session.console.result(`${sha256}  ${printable(path)}`);
    }
  });
}
