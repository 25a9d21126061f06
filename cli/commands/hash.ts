import { CachedSource, type ByteSource, type Extent } from "../../disk";
import { printable } from "../../disk/printable";
import { UsageError } from "../errors";
import { Progress } from "../output/progress";
import { hashOf } from "../../extraction/hash-of";
import { chosenDumps, selectItems } from "../../extraction/items/select-items";
import { layoutText, recorded } from "../output/read-plan";
import type { Session } from "../session";
import { withSource } from "../source/open-source";
import { contentOf } from "../../extraction/volume/content-of";
import { findFile } from "../../extraction/volume/find-file";
import { openVolume } from "../../extraction/volume/open-volume";
import type { VolumeOptions } from "./ls";

/** Options of `hash`. */
export interface HashOptions extends VolumeOptions {
  /** The dump as `extract` takes it, which is not the whole page file that it may lie in. */
  readonly dump?: boolean;
}

/** Prints the SHA-256 of files, in lines as sha256sum writes them. */
export async function hash(
  sourceText: string,
  paths: readonly string[],
  options: HashOptions,
  session: Session,
): Promise<void> {
  const { partition: number, verbose } = options;
  const { dump } = chosenDumps({ ...options, paths });
  if (dump && (paths.length > 0 || number !== undefined)) {
    throw new UsageError("--dump takes the dump wherever it lies: give neither paths nor --partition with it.");
  }
  await withSource(sourceText, session, async (source) => {
    const searched = recorded(source.bytes, session.console, verbose);
    const print = async (path: string, bytes: ByteSource, extents: readonly Extent[] | null): Promise<void> => {
      if (verbose) session.console.say(layoutText(path, bytes.size, extents));
      const progress = new Progress(session.console, printable(path.split("\\").at(-1) ?? path), bytes.size);
      const sha256 = await hashOf(bytes, session.signal, (count) => progress.add(count));
      session.console.result(`${sha256}  ${printable(path)}`);
    };
    if (dump) {
      const items = await selectItems(new CachedSource(searched), source.bytes, { dump, paths });
      for (const { path, content, extents } of items) await print(path, content, extents);
      return;
    }
    const { volume, partition } = await openVolume(searched, number ?? null);
    for (const path of paths) {
      const { bytes, extents } = await contentOf(await findFile(volume, path), source.bytes, partition.offset);
      await print(path, bytes, extents);
    }
  });
}
