import type { ByteSource } from "../byte-source";
import { CorruptNtfsError } from "../errors";
import { AttributeType } from "./attribute";
import type { FileName } from "./file-name";
import { readIndexBlock, readNode, type IndexEntry } from "./index-node";
import type { Mft } from "./mft";
import type { FileRecord } from "./record";
import { openStream } from "./stream";
import type { UpCase } from "./up-case";

/** An entry that stands for a file. */
export type NamedEntry = IndexEntry & { readonly key: FileName };

/** What a search found. */
export interface Search {
  readonly found: NamedEntry | null;
  /** The names before and after the place where a name that was not found should be. */
  readonly neighbours: readonly NamedEntry[];
}

/** A B-tree of NTFS is three or four levels deep; a deeper way down is a loop. */
const deepestTree = 16;

const indexName = "$I30";

/** The index of a folder: a B-tree of names. */
export class FolderIndex {
  private blocks: ByteSource | null = null;

  private constructor(
    private readonly mft: Mft,
    private readonly upCase: UpCase,
    private readonly folder: FileRecord,
    private readonly root: IndexEntry[],
    private readonly blockSize: number,
  ) {}

  /** @throws CorruptNtfsError when the record is not a folder with a readable index root */
  static async open(mft: Mft, upCase: UpCase, folder: FileRecord): Promise<FolderIndex> {
    const what = `the index of folder record ${folder.number}`;
    const [root] = await mft.attributes(folder, AttributeType.indexRoot, indexName);
    if (!root?.resident) throw new CorruptNtfsError(`Folder record ${folder.number} has no index root.`);
    const blockSize = root.value.u32(8);
    if (blockSize < 512 || blockSize > 2 * 1024 * 1024 || !Number.isInteger(Math.log2(blockSize))) {
      throw new CorruptNtfsError(`Blocks of ${what} should have ${blockSize} bytes.`);
    }
    const entries = readNode(root.value.part(16, root.value.size - 16, `The root of ${what}`));
    return new FolderIndex(mft, upCase, folder, entries, blockSize);
  }

  /**
   * Looks a name up, case aside; a name that is equal to the letter goes before one that differs in case only.
   *
   * @throws CorruptNtfsError also when the names on the way are not in order: "not found" would be a guess then
   */
  async find(name: string): Promise<Search> {
    let node = this.root;
    let similar: NamedEntry | null = null;
    let before: NamedEntry | null = null;
    let behind: NamedEntry | null = null;
    for (let depth = 0; depth < deepestTree; depth++) {
      const step = await this.search(node, name);
      // Afterwards: the table of upper case is there then if the search needed it.
      this.checkOrder([before, ...node, behind]);
      if (step.equal?.key.name === name) return { found: step.equal, neighbours: [] };
      similar ??= step.equal;
      before = step.before ?? before;
      behind = isNamed(step.next) ? step.next : behind;
      if (step.next.child === null) {
        return { found: similar, neighbours: [before, behind].filter((entry) => entry !== null) };
      }
      node = await this.block(step.next.child);
    }
    throw new CorruptNtfsError(
      `The index of folder record ${this.folder.number} is deeper than ${deepestTree} levels.`,
    );
  }

  /** All names of the folder, in order. */
  async entries(): Promise<NamedEntry[]> {
    const found: NamedEntry[] = [];
    await this.collect(this.root, found, new Set());
    this.checkOrder(found);
    return found;
  }

  /** Names that begin with a text, case aside, in order; only blocks that may hold such names are read. */
  async entriesBeginning(beginning: string): Promise<NamedEntry[]> {
    const found: NamedEntry[] = [];
    await this.collectBeginning(this.root, beginning, found, new Set());
    this.checkOrder(found);
    return found;
  }

  private async collectBeginning(
    node: IndexEntry[],
    beginning: string,
    found: NamedEntry[],
    seen: Set<number>,
  ): Promise<void> {
    for (const entry of node) {
      const start = entry.key?.name.slice(0, beginning.length);
      // The last entry of a node goes behind every name.
      const order = start === undefined ? 1 : await this.upCase.compare(start, beginning);
      if (order < 0) continue;
      if (entry.child !== null) {
        await this.collectBeginning(await this.newBlock(entry.child, seen), beginning, found, seen);
      }
      if (order > 0) break;
      if (isNamed(entry)) found.push(entry);
    }
    // Afterwards: the table of upper case is there then if a comparison needed it.
    this.checkOrder(node);
  }

  private async collect(node: IndexEntry[], found: NamedEntry[], seen: Set<number>): Promise<void> {
    for (const entry of node) {
      if (entry.child !== null) await this.collect(await this.newBlock(entry.child, seen), found, seen);
      if (isNamed(entry)) found.push(entry);
    }
  }

  /** A block on the way down that no way led to before: else a few blocks would make a tree without end. */
  private async newBlock(number: number, seen: Set<number>): Promise<IndexEntry[]> {
    if (seen.has(number)) {
      throw new CorruptNtfsError(`The index of folder record ${this.folder.number} comes back to block ${number}.`);
    }
    seen.add(number);
    return this.block(number);
  }

  /** The entry of a node that is equal to a name, the last one before it, and the one under which the search goes on. */
  private async search(
    node: IndexEntry[],
    name: string,
  ): Promise<{ equal: NamedEntry | null; before: NamedEntry | null; next: IndexEntry }> {
    let equal: NamedEntry | null = null;
    let before: NamedEntry | null = null;
    for (const entry of node) {
      if (!isNamed(entry)) return { equal, before, next: entry };
      const order = await this.upCase.compare(entry.key.name, name);
      if (order === 0 && (equal === null || entry.key.name === name)) equal = entry;
      if (order > 0 || (order === 0 && entry.key.name >= name)) return { equal, before, next: entry };
      before = entry;
    }
    throw new CorruptNtfsError(`A node of the index of folder record ${this.folder.number} has no last entry.`);
  }

  /** Checks that names ascend, as far as this can be told without reading $UpCase. */
  private checkOrder(entries: readonly (IndexEntry | null)[]): void {
    let previous: NamedEntry | null = null;
    for (const entry of entries) {
      if (!entry || !isNamed(entry)) continue;
      if (previous && (this.upCase.compareIfKnown(previous.key.name, entry.key.name) ?? 0) > 0) {
        throw new CorruptNtfsError(
          `The index of folder record ${this.folder.number} is out of order: ` +
            `${JSON.stringify(previous.key.name)} stands before ${JSON.stringify(entry.key.name)}.`,
        );
      }
      previous = entry;
    }
  }

  private async block(number: number): Promise<IndexEntry[]> {
    const what = `the index of folder record ${this.folder.number}`;
    this.blocks ??= await this.openBlocks(what);
    // A block is numbered by clusters where it has at least one, else by 512 bytes.
    const { clusterSize } = this.mft.boot;
    const offset = number * (this.blockSize < clusterSize ? 512 : clusterSize);
    if (offset + this.blockSize > this.blocks.size) {
      throw new CorruptNtfsError(`Block ${number} of ${what} is past its end (${this.blocks.size} bytes).`);
    }
    return readIndexBlock(await this.blocks.read(offset, this.blockSize), number, what);
  }

  private async openBlocks(what: string): Promise<ByteSource> {
    const pieces = await this.mft.attributes(this.folder, AttributeType.indexAllocation, indexName);
    return openStream(this.mft, pieces, what);
  }
}

function isNamed(entry: IndexEntry): entry is NamedEntry {
  return entry.key !== null;
}
