import { createRequire } from "node:module";
import { CachedSource } from "../../disk";
import type { Item } from "../../extraction/items/item";
import { chosenDumps, selectItems, type Selection } from "../../extraction/items/select-items";
import { copyToFolder } from "../../extraction/to-folder/copy-to-folder";
import { printable } from "../../disk/printable";
import { UsageError } from "../errors";
import { Progress } from "../output/progress";
import { sizeText } from "../output/quantities";
import { layoutText, recorded } from "../output/read-plan";
import type { Session } from "../session";
import { withSource, type OpenedSource } from "../source/open-source";

/** Options of `extract`. */
export interface ExtractOptions extends Omit<Selection, "paths"> {
  readonly to: string;
  readonly overwrite?: boolean;
  readonly hash?: boolean;
  /** Tells each read of the search, and where the files lie. */
  readonly verbose?: boolean;
}

/** Copies files of a disk into a folder or a blob container, and prints the SHA-256 of each. */
export async function extract(
  sourceText: string,
  paths: readonly string[],
  options: ExtractOptions,
  session: Session,
): Promise<void> {
  const { console } = session;
  if (options.to.includes("?")) console.secrets.add(options.to);
  const intoContainer = isContainer(options.to);
  refuseDumpOfPartition(paths, options);
  await withSource(sourceText, session, async (source) => {
    const onNote = (note: string): void => console.say(printable(`note: ${note}`));
    const searched = new CachedSource(recorded(source.bytes, console, options.verbose));
    const items = await selectItems(searched, source.bytes, { ...options, paths }, onNote);
    if (options.verbose) {
      for (const { path, content, extents } of items) console.say(layoutText(path, content.size, extents));
    }
    if (intoContainer) {
      // Loaded late, as everything of Azure is.
      const { toContainer } = createRequire(__filename)("./to-container") as typeof import("./to-container");
      await toContainer(items, source, options, session);
    } else {
      for (const item of items) await toFolder(item, source, options, session);
    }
    if (items.length === 0) console.say("There is nothing to extract.");
  });
}

/** @throws UsageError where dumps of one partition are asked for: Windows tells where its dumps are, on any of them */
function refuseDumpOfPartition(paths: readonly string[], options: ExtractOptions): void {
  const { dump, minidumps } = chosenDumps({ ...options, paths });
  if (options.partition === undefined || !(dump || minidumps)) return;
  throw new UsageError(
    "--partition goes with paths and --evidence, not with a dump: that is taken from wherever Windows wrote it. " +
      `Name its file instead: --partition ${options.partition} 'C:\\Windows\\MEMORY.DMP'`,
  );
}

/**
 * Whether a target is a container and not a folder.
 *
 * @throws UsageError for an address that no container has: as a folder's name, its signature would be seen
 */
function isContainer(to: string): boolean {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(to)) return false;
  if (/^https:/i.test(to) && URL.canParse(to)) return true;
  const [shown = ""] = to.split("?");
  throw new UsageError(
    `--to must be a folder, or the https address of a blob container, such as https://ACCOUNT.blob.core.windows.net/CONTAINER; ${shown} is neither.`,
  );
}

async function toFolder(item: Item, source: OpenedSource, options: ExtractOptions, session: Session): Promise<void> {
  const { console, signal } = session;
  console.say(`${printable(item.path)}: ${sizeText(item.content.size)}`);
  const progress = new Progress(console, printable(item.name), item.content.size);
  const { path, sha256 } = await copyToFolder(item, options.to, {
    overwrite: options.overwrite ?? false,
    isLocal: source.kind === "file",
    signal,
    onBytes: (bytes) => progress.add(bytes),
    onResume: () => console.say(`${item.name}: going on where an earlier copy stopped; what is there is checked first`),
  });
  console.result(`${sha256}  ${path}`);
}
