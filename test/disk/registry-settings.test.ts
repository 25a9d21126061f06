import fc from "fast-check";
import { MemorySource, type WindowsVolume } from "../../disk";
import { pageFilePaths, pageFilePlaces } from "../../disk/triage/dump-places";
import { readOfflineSystem, type OfflineSystem } from "../../disk/triage/offline-registry";
import { expandText, text, texts, dword, type HiveKey } from "../../rehearsal/disks/build/hive-values";
import { writeHive } from "../../rehearsal/disks/build/hive-writer";
import { tellTimeout } from "./support/tell-timeout";

const facts = { fileName: "SYSTEM", lastWritten: new Date("2026-05-06T07:08:09Z"), sequence: 5 };

/** What triage reads of a hive with such settings. */
function systemWith(crashControl: HiveKey, memory: HiveKey = {}, variables: HiveKey = {}): Promise<OfflineSystem> {
  const control = {
    CrashControl: crashControl,
    "Session Manager": { "Memory Management": memory, Environment: variables },
  };
  const hive = writeHive({ ControlSet001: { Control: control }, Select: { Current: dword(1) } }, facts);
  const find = (path: string): unknown =>
    path.endsWith("SYSTEM") ? { open: () => Promise.resolve(new MemorySource(hive)) } : null;
  const volume = { find: (path: string) => Promise.resolve(find(path)) };
  return readOfflineSystem({ systemRoot: "\\Windows", volume } as unknown as WindowsVolume);
}

describe("settings of the broken Windows", () => {
  it("are read whole where Windows wrote them", async () => {
    const longest = `C:\\${"x".repeat(32_764)}`;
    const paging = Array.from({ length: 32 }, (_, index) => `C:\\page${index}.sys 0 0`);
    const system = await systemWith({ DumpFile: expandText(longest) }, { PagingFiles: texts(paging) });
    expect(system.problem).toBeNull();
    expect(system.problems).toStrictEqual([]);
    expect(system.crashControl).toMatchObject({ dumpFile: longest, pagingFiles: paging });
  });

  it("are cut where they are longer than any path, and that is said", async () => {
    const long = "x".repeat(1_000_000);
    const system = await systemWith(
      { DumpFile: text(long), DedicatedDumpFile: expandText("C:\\dedicated.sys") },
      { ExistingPageFiles: texts([`C:${" ".repeat(1_000_000)}x`, "D:\\pagefile.sys"]) },
    );
    expect(system.problem).toBeNull();
    expect(system.crashControl).toMatchObject({
      dumpFile: long.slice(0, 32_767),
      dedicatedDumpFile: "C:\\dedicated.sys",
    });
    expect(system.existingPageFiles[0]!.length).toBeLessThanOrEqual(32_767);
    // The settings are read side by side.
    expect(system.problems.toSorted()).toStrictEqual([
      'Registry value "DumpFile" is longer than Windows writes it; only its beginning was used.',
      'Registry value "ExistingPageFiles" is longer than Windows writes it; only its beginning was used.',
    ]);
  });

  it("name so many page files and no more, and that is said", async () => {
    const paging = Array.from({ length: 1000 }, (_, index) => `C:\\page${index}.sys 0 0`);
    const system = await systemWith({}, { PagingFiles: texts(paging) });
    expect(system.crashControl?.pagingFiles).toStrictEqual(paging.slice(0, 32));
    expect(pageFilePlaces(system, "C:\\Windows")).toHaveLength(33);
    expect(system.problems).toStrictEqual([
      'Registry value "PagingFiles" is longer than Windows writes it; only its beginning was used.',
    ]);
  });

  it("name so many variables and no more, and that is said", async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `v${index}`);
    const variables = Object.fromEntries(names.map((name) => [name, text(`%${name}x%`)]));
    const path = names.map((name) => `%${name}%`).join("");
    const system = await systemWith({ DumpFile: expandText(path) }, {}, variables);
    expect(names.filter((name) => system.variable(name) !== null)).toStrictEqual(names.slice(0, 32));
    expect(system.problems).toStrictEqual([
      "Paths in the registry name more than 32 variables; the others were not looked up.",
    ]);
  });
});

describe("the path of a page file", () => {
  const pathOf = (entry: string): string | undefined =>
    pageFilePaths({ crashControl: { pagingFiles: [entry] }, existingPageFiles: [] } as unknown as OfflineSystem)[0];

  it.each([
    ["C:\\pagefile.sys 0 0", "C:\\pagefile.sys"],
    ["C:\\pagefile.sys 4096", "C:\\pagefile.sys"],
    ["?:\\pagefile.sys", "?:\\pagefile.sys"],
    ["\\??\\D:\\page file 2.sys  16 \t 4096 ", "D:\\page file 2.sys"],
    ["C:\\page 1 2 3", "C:\\page 1"],
  ])("in %j is %j", (entry, path) => {
    expect(pathOf(entry)).toBe(path);
  });

  it("ends before the last two numbers, as an expression has it", () => {
    const entry = fc.string({ unit: fc.constantFrom(" ", "\t", "\u00a0", "1", "23", "a", "\\"), maxLength: 12 });
    fc.assert(
      fc.property(entry, (one) => {
        const path = `C${one}`.replace(/(\s+\d+){1,2}\s*$/, "");
        expect(pathOf(`C${one}`)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });

  it("is found within the time of a test behind any number of spaces", async () => {
    const entry = `C:${" ".repeat(400_000)}x`;
    expect(pathOf(entry)).toBe(entry);
    await tellTimeout();
  });
});
