import { CachedSource, CorruptHiveError, DiskError, MemorySource, RegistryHive, RegistryType } from "../../disk";
import { isDirty, readBaseBlock } from "../../disk/registry/base-block";
import { openLog, readEntries } from "../../disk/registry/transaction-log";
import { corpusEntries, describeCorpus, unpack, type CorpusEntry } from "./support/corpus";
import { sha256 } from "./support/hash";
import { hiveTree } from "./support/tree";

/** Hives that some reader of the corpus refuses, and this one too: damaged on purpose. */
const refused = new Set([
  "regipy-corrupted_system_hive",
  "yarp-BadListHive",
  "yarp-TruncatedHive",
  "yarp-TruncatedDirtyHive",
]);

function source(file: string): CachedSource {
  return new CachedSource(new MemorySource(unpack(file)));
}

function logsOf(entry: CorpusEntry): CachedSource[] {
  return (entry.companions ?? []).filter((one) => one.role.startsWith("log")).map((one) => source(one.file));
}

describeCorpus("hives of the corpus", corpusEntries("hive"), (entry) => {
  const { tools, afterReplay, header, values, pickedValues } = entry.facts;

  it(`${entry.id} and its logs have the base blocks and entries of the index`, async () => {
    expect(baseFacts(unpack(entry.file))).toStrictEqual(header);
    for (const [index, fact] of (entry.facts.logs ?? []).entries()) {
      const { file } = entry.companions!.filter((one) => one.role.startsWith("log"))[index]!;
      const bytes = unpack(file);
      if (fact.empty) expect(bytes).toHaveLength(0);
      if (!fact.header) continue;
      expect(baseFacts(bytes)).toStrictEqual(fact.header);
      const log = await openLog(new MemorySource(bytes));
      if (!fact.format) {
        expect(log).toBeNull();
        continue;
      }
      const entries = await readEntries(log!);
      const sectors = entries.flatMap((one) => one.pages).reduce((sum, page) => sum + page.bytes.length / 512, 0);
      expect(log!.format).toBe(fact.format);
      if (fact.format === "old") expect(sectors).toBe(fact.dirtyPages);
      else {
        expect([
          entries.length,
          entries[0]!.sequence,
          entries.at(-1)!.sequence,
          entries.at(-1)!.binsSize,
        ]).toStrictEqual([fact.entries, fact.firstEntrySequence, fact.lastEntrySequence, fact.lastHiveBinsSize]);
        expect(entries.reduce((sum, one) => sum + one.pages.length, 0)).toBe(fact.dirtyPages);
      }
    }
  });

  if (refused.has(entry.id)) {
    it(`${entry.id} is refused with a typed error`, async () => {
      const walk = RegistryHive.open(source(entry.file)).then(hiveTree);
      await expect(walk).rejects.toThrow(CorruptHiveError);
      await expect(walk).rejects.toBeInstanceOf(DiskError);
    });
    return;
  }

  it(`${entry.id} has the tree and values that other readers see`, async () => {
    const hive = await RegistryHive.open(source(entry.file));
    expect(hive.dirty).toBe(header.dirty);
    const readers = [tools.yarp, tools.hivex, tools["dissect.regf"]].filter((one) => one.treeSha256);
    const tree = await hiveTree(hive);
    expect(tree).toStrictEqual({ ...readers[0] });
    for (const [path, wanted] of Object.entries(values ?? {})) await checkValues(hive, path, wanted);
    for (const picked of Object.values<any>(pickedValues ?? {})) {
      const found = await (await hive.key(picked.key))!.value(picked.name);
      expect([picked.key, found?.type, found?.data.length]).toStrictEqual([picked.key, picked.type, picked.size]);
      expect(sha256(found!.data)).toBe(picked.rawSha256);
    }
  });

  if (!afterReplay) return;
  it(`${entry.id} is after replay what ${afterReplay.error ? "it was before, and says so" : "Windows makes of it"}`, async () => {
    const hive = await RegistryHive.open(source(entry.file), logsOf(entry));
    const tree = await hiveTree(hive);
    if (afterReplay.error) {
      expect([hive.replayedEntries, tree.treeSha256]).toStrictEqual([0, tools.hivex.treeSha256]);
      expect(hive.problems).toStrictEqual([expect.stringContaining("no transaction log is whole and newer")]);
      return;
    }
    const bins = await hive.bytes.read(4096, hive.bytes.size - 4096);
    expect({ ...tree, hiveBinsSize: bins.length, hiveBinsSha256: sha256(bins) }).toStrictEqual({
      keys: afterReplay.keys,
      values: afterReplay.values,
      treeSha256: afterReplay.treeSha256,
      hiveBinsSize: afterReplay.hiveBinsSize,
      hiveBinsSha256: afterReplay.hiveBinsSha256,
    });
    for (const [path, wanted] of Object.entries(afterReplay.valuesAfter ?? {})) await checkValues(hive, path, wanted);
    const byWindows = entry.companions!.find((one) => one.role === "recoveredByWindows");
    if (byWindows)
      expect((await hiveTree(await RegistryHive.open(source(byWindows.file)))).treeSha256).toBe(tree.treeSha256);
  });
});

/** A base block in the words of the index; it calls a hive dirty as this reader does. */
function baseFacts(bytes: Uint8Array): Record<string, unknown> {
  const base = readBaseBlock(bytes);
  const { primarySequence, secondarySequence, version, fileType, rootCell, binsSize, checksumValid } = base;
  return {
    primarySequence,
    secondarySequence,
    dirty: isDirty(base),
    version,
    fileType,
    rootCell,
    hiveBinsSize: binsSize,
    lastWrittenFiletime: Number(base.lastWritten),
    embeddedName: base.fileName,
    checksumValid,
  };
}

async function checkValues(hive: RegistryHive, path: string, wanted: any): Promise<void> {
  if (typeof wanted !== "object") return;
  const key = await hive.key(path);
  for (const [name, fact] of Object.entries<any>(wanted)) {
    const value = await key!.value(name);
    expect([path, name, value?.type, value?.data.length]).toStrictEqual([path, name, fact.type, fact.size]);
    if (fact.hex !== undefined) expect(Buffer.from(value!.data).toString("hex")).toBe(fact.hex);
    if (fact.sha256 !== undefined) expect(sha256(value!.data)).toBe(fact.sha256);
    if (fact.value === undefined) continue;
    const own =
      value!.type === RegistryType.multiString
        ? value!.asStrings()
        : typeof fact.value === "number"
          ? value!.asNumber()
          : value!.asString();
    expect([path, name, own]).toStrictEqual([path, name, fact.value]);
  }
}
