import { createRequire } from "node:module";
import { CachedSource } from "../../disk";
import { copyToFolder } from "../extract/copy-to-folder";
import type { Item } from "../extract/item";
import { selectItems, type Selection } from "../extract/select-items";
import { printable } from "../output/printable";
import { Progress } from "../output/progress";
import { sizeText } from "../output/quantities";
import type { Session } from "../session";
import { withSource } from "../source/open-source";

/** Options of `extract`. */
export interface ExtractOptions extends Omit<Selection, "paths"> {
  readonly to: string;
  readonly overwrite?: boolean;
  readonly hash?: boolean;
}

/** Copies files of a disk into a folder or a blob container, and prints the SHA-256 of each. */
export async function extract(
  sourceText: string,
  paths: readonly string[],
  options: ExtractOptions,
  session: Session,
): Promise<void> {
  const { console } = session;
  await withSource(sourceText, session, async (source) => {
    const items = await selectItems(new CachedSource(source.bytes), source.bytes, { ...options, paths }, session);
    if (/^https:\/\//i.test(options.to)) {
      // Loaded late, as everything of Azure is.
      const { copyToContainer } = createRequire(__filename)(
        "../extract/copy-to-container",
      ) as typeof import("../extract/copy-to-container");
      const how = { overwrite: options.overwrite ?? false, hash: options.hash ?? false };
      for (const item of items) await copyToContainer(item, source, options.to, how, session);
      return;
    }
    for (const item of items) await toFolder(item, options, session);
    if (items.length === 0) console.say("There is nothing to extract.");
  });
}

async function toFolder(item: Item, options: ExtractOptions, session: Session): Promise<void> {
  const { console, signal } = session;
  console.say(`${printable(item.path)}: ${sizeText(item.content.size)}`);
  const progress = new Progress(console, printable(item.name), item.content.size);
  const { path, sha256 } = await copyToFolder(item, options.to, {
    overwrite: options.overwrite ?? false,
    signal,
    onBytes: (bytes) => progress.add(bytes),
    onResume: () => console.say(`${item.name}: going on where an earlier copy stopped; what is there is checked first`),
  });
  console.result(`${sha256}  ${path}`);
}
