import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  CorruptHiveError,
  DiskError,
  findWindows,
  MemorySource,
  NotAHiveError,
  openHive,
  RegistryHive,
  RegistryType,
  RegistryTypeError,
  type RegistryKey,
} from "../../disk";
import {
  binary,
  dword,
  expandText,
  HiveValue,
  qword,
  text,
  texts,
  type HiveKey,
} from "../../rehearsal/disks/build/hive-values";
import { writeHive } from "../../rehearsal/disks/build/hive-writer";
import { itWith, tool } from "./support/oracle";
import { expectedOf, openSample } from "./support/samples";

const facts = {
  fileName: "\\SystemRoot\\System32\\Config\\TEST",
  lastWritten: new Date("2026-01-02T03:04:05Z"),
  sequence: 7,
};

const folder = mkdtempSync(join(tmpdir(), "hive-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

function open(root: HiveKey): Promise<RegistryHive> {
  return RegistryHive.open(new MemorySource(writeHive(root, facts)));
}

describe.each(["gen2-dump", "gen1-no-dump"])("the hives of sample %s", (name) => {
  async function hive(which: string): Promise<RegistryHive> {
    const windows = await findWindows(await openSample(name));
    return (await openHive(windows!, which))!;
  }

  async function extracted(which: string): Promise<string> {
    const { bytes } = await hive(which);
    const file = join(folder, `${name}-${which}`);
    writeFileSync(file, await bytes.read(0, bytes.size));
    return file;
  }

  it("hold what the recipe says", async () => {
    const expected = expectedOf(name);
    const system = await hive("SYSTEM");
    const current = (await (await system.key("Select"))!.value("Current"))!.asNumber();
    const set = `ControlSet00${current}`;
    expect(set).toBe(expected.windows.controlSet);
    const crash = (await system.key(`${set}\\Control\\CrashControl`))!;
    const memory = (await system.key(`${set}\\control\\SESSION MANAGER\\memory management`))!;
    const computer = (await system.key(`${set}\\Control\\ComputerName\\ComputerName`))!;
    const version = (await (await hive("SOFTWARE")).key("Microsoft\\Windows NT\\CurrentVersion"))!;
    expect({
      windows: {
        partition: expected.windows.partition,
        computerName: (await computer.value("ComputerName"))!.asString(),
        productName: (await version.value("ProductName"))!.asString(),
        build: Number((await version.value("CurrentBuild"))!.asString()),
        controlSet: set,
      },
      crashControl: {
        dumpEnabled: (await crash.value("CrashDumpEnabled"))!.asNumber(),
        dumpFile: (await crash.value("dumpfile"))!.asString(),
        minidumpDir: (await crash.value("MinidumpDir"))!.asString(),
        autoReboot: (await crash.value("AutoReboot"))!.asNumber(),
      },
      pagingFiles: (await memory.value("PagingFiles"))!.asStrings(),
      dirty: system.dirty,
      problems: system.problems,
    }).toStrictEqual({
      windows: expected.windows,
      crashControl: expected.crashControl,
      pagingFiles: expected.pagingFiles,
      dirty: false,
      problems: [],
    });
  });

  itWith(["hivexget"], "hold the values that hivexget prints", async () => {
    const path = `${expectedOf(name).windows.controlSet}\\Control\\CrashControl`;
    const printed = await tool("hivexget", await extracted("SYSTEM"), path);
    const values = await (await (await hive("SYSTEM")).key(path))!.values();
    const own = values.map((value) =>
      value.type === RegistryType.dword
        ? `"${value.name}"=dword:${value.asNumber().toString(16).padStart(8, "0")}`
        : `"${value.name}"=str(2):"${value.asString().replaceAll("\\", "\\\\")}"`,
    );
    expect(own.sort()).toStrictEqual(printed.trim().split("\n").sort());
  });

  itWith(["reglookup"], "hold all keys and values that reglookup prints", async () => {
    for (const which of ["SYSTEM", "SOFTWARE"]) {
      const printed = (await tool("reglookup", await extracted(which))).trim().split("\n").slice(1);
      const rows = printed.map((line) => decodeURIComponent(line.split(",").slice(0, 2).join(",")));
      expect((await lines((await hive(which)).root)).sort()).toStrictEqual(rows.sort());
    }
  });
});

const typeNames: Record<number, string> = {
  1: "SZ",
  2: "EXPAND_SZ",
  3: "BINARY",
  4: "DWORD",
  7: "MULTI_SZ",
  11: "QWORD",
};

/** Keys and values in reglookup's form: path with slashes, type. */
async function lines(key: RegistryKey): Promise<string[]> {
  const path = key.path === "" ? "" : `/${key.path.replaceAll("\\", "/")}`;
  const own = [`${path || "/"},KEY`];
  for (const value of await key.values()) {
    own.push(`${path}/${value.name.replaceAll("/", "%2F")},${typeNames[value.type]}`.replaceAll("%2F", "/"));
  }
  for (const child of await key.keys()) own.push(...(await lines(child)));
  return own;
}

const name = fc
  .string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."a A b B z Z 0 9 _ . { } ä Ö ß → Ж".split(" ")) })
  .filter((one) => one.trim() === one);
const value = fc.oneof(
  fc.nat(2 ** 31).map(dword),
  fc.bigInt(0n, 2n ** 64n - 1n).map(qword),
  fc.string().map(text),
  fc.string().map(expandText),
  fc.array(fc.string({ minLength: 1, unit: "grapheme-ascii" }), { maxLength: 4 }).map(texts),
  fc.uint8Array({ maxLength: 300 }).map(binary),
  fc.constantFrom(4, 5, 16_343, 16_344, 16_345, 32_689, 81_725).map((length) => binary(Buffer.alloc(length, "data"))),
);
const { tree } = fc.letrec<{ tree: HiveKey }>((tie) => ({
  tree: fc
    .uniqueArray(fc.tuple(name, fc.oneof({ depthSize: "small" }, value, tie("tree"))), {
      maxLength: 6,
      selector: ([key]) => key.toUpperCase(),
    })
    .map((entries) => Object.fromEntries(entries)),
}));

async function readBack(key: RegistryKey): Promise<HiveKey> {
  const values = (await key.values()).map((one) => [one.name, new HiveValue(one.type, Buffer.from(one.data))] as const);
  const keys = [];
  for (const child of await key.keys()) keys.push([child.name, await readBack(child)] as const);
  return Object.fromEntries([...values, ...keys]);
}

function normal(key: HiveKey): unknown {
  return Object.entries(key)
    .map(([one, content]) => [
      one,
      content instanceof HiveValue ? [content.type, Buffer.from(content.data).toString("hex")] : normal(content),
    ])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}

describe("RegistryHive", () => {
  it("reads any tree that is written", () =>
    fc.assert(
      fc.asyncProperty(tree, async (root) => {
        expect(normal(await readBack((await open(root)).root))).toStrictEqual(normal(root));
      }),
      { numRuns: 60 },
    ));

  it("finds every key and value of a tree by its path, in any case", () =>
    fc.assert(
      fc.asyncProperty(tree, async (root) => {
        const hive = await open(root);
        const check = async (key: HiveKey, path: string): Promise<void> => {
          const found = await hive.key(path.toLowerCase());
          expect(found?.path).toBe(path);
          for (const [one, content] of Object.entries(key)) {
            if (content instanceof HiveValue) expect((await found!.value(one.toLowerCase()))?.type).toBe(content.type);
            else await check(content, path === "" ? one : `${path}\\${one}`);
          }
        };
        await check(root, "");
      }),
      { numRuns: 40 },
    ));

  it("finds a key among thousands by its hash, and reads next to nothing for it", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`Key ${index}`, { Value: dword(index) }]),
    );
    const hive = await open({ Many: many });
    const key = await hive.key("Many\\KEY 2718");
    expect((await key!.value("value"))!.asNumber()).toBe(2718);
    expect(await hive.key("Many\\Key 3000")).toBeNull();
    expect(await (await hive.key("Many"))!.keys()).toHaveLength(3000);
  });

  it("says that a key is missing only when no hash is wrong", async () => {
    const bytes = writeHive({ Select: { Current: dword(1) }, Other: {} }, facts);
    const at = bytes.indexOf("lh") + 4;
    const wrong = Buffer.from(bytes);
    wrong.writeUInt32LE(0x1234, at + 4);
    wrong.writeUInt32LE(0x5678, at + 12);
    const hive = await RegistryHive.open(new MemorySource(wrong));
    await expect(hive.key("Select")).rejects.toThrow(CorruptHiveError);
    await expect(hive.key("Missing")).rejects.toThrow(/wrong hash/);
  });

  it("refuses a value of another type by its name", async () => {
    const hive = await open({ Text: text("7"), Number: dword(7), Large: qword(2n ** 60n) });
    await expect(hive.root.value("Text").then((one) => one!.asNumber())).rejects.toThrow(RegistryTypeError);
    await expect(hive.root.value("Number").then((one) => one!.asString())).rejects.toThrow(/"Number" is not a string/);
    await expect(hive.root.value("Large").then((one) => one!.asNumber())).rejects.toThrow(RegistryTypeError);
  });

  it("cuts strings at their first NUL and takes those without one whole", async () => {
    const raw = (content: string): HiveValue => new HiveValue(1, Buffer.from(content, "utf16le"));
    const hive = await open({
      Cut: raw("one\0two"),
      Open: raw("open"),
      Empty: raw(""),
      Odd: new HiveValue(1, Buffer.from([0x41, 0, 0x42])),
    });
    const read = async (which: string): Promise<string> => (await hive.root.value(which))!.asString();
    expect([await read("Cut"), await read("Open"), await read("Empty"), await read("Odd")]).toStrictEqual([
      "one",
      "open",
      "",
      "A",
    ]);
  });

  it("refuses what is no hive", async () => {
    await expect(RegistryHive.open(new MemorySource(Buffer.alloc(100)))).rejects.toThrow(NotAHiveError);
    await expect(RegistryHive.open(new MemorySource(Buffer.alloc(8192)))).rejects.toThrow(/instead of "regf"/);
  });

  it("ends keys that go round in a circle with an error", async () => {
    const bytes = writeHive({ Loop: { Inner: {} } }, facts);
    const keyAt = (wanted: string): number => bytes.indexOf(wanted, 0, "latin1") - 76;
    const inner = keyAt("Inner");
    const loop = keyAt("Loop");
    // Loop's only subkey becomes Loop itself, which says that it is its own parent.
    const list = bytes.readUInt32LE(loop + 28) + 4096 + 4;
    bytes.writeUInt32LE(loop - 4 - 4096, list + 4);
    bytes.writeUInt32LE(loop - 4 - 4096, loop + 16);
    expect(inner).toBeGreaterThan(0);
    const hive = await RegistryHive.open(new MemorySource(bytes));
    const descend = async (): Promise<void> => {
      let key: RegistryKey | undefined = hive.root;
      while (key) [key] = (await key.keys()) as [RegistryKey?];
    };
    await expect(descend()).rejects.toThrow(CorruptHiveError);
  });

  it("answers or throws a DiskError when bytes are wrong", () => {
    const whole = writeHive(
      {
        Select: { Current: dword(1) },
        ControlSet001: {
          Control: {
            CrashControl: { DumpFile: expandText("%SystemRoot%\\MEMORY.DMP"), Big: binary(Buffer.alloc(40_000)) },
          },
        },
      },
      facts,
    );
    const flip = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) });
    return fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 3 }), async (flips) => {
        const bytes = Buffer.from(whole);
        for (const { at, to } of flips) bytes[at] = to;
        try {
          const hive = await RegistryHive.open(new MemorySource(bytes));
          const visit = async (key: RegistryKey, depth: number): Promise<void> => {
            await key.values();
            if (depth < 20) for (const child of await key.keys()) await visit(child, depth + 1);
          };
          await visit(hive.root, 0);
        } catch (error) {
          if (!(error instanceof DiskError)) throw error;
        }
      }),
      { numRuns: 1500 },
    );
  });
});
