import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { GUEST_SCRIPTS, guestScript } from "../../guest/catalogue";
import { bugCheckName } from "../../disk/crash-dump/bug-check-names";
import { scriptTable } from "../../rehearsal/guest/model/script-table";

const FOLDER = join(__dirname, "..", "..", "guest");

it("lists every script of the folder under the name of its file", () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ps1"));

  expect(GUEST_SCRIPTS.map((script) => script.file).toSorted()).toEqual(files.toSorted());
  expect(GUEST_SCRIPTS.map((script) => `${script.id}.ps1`)).toEqual(GUEST_SCRIPTS.map((script) => script.file));
});

it("puts each part in place of the line that names it, so that one file is sent", () => {
  const parts = readdirSync(join(FOLDER, "parts"));
  const taken = new Set(
    GUEST_SCRIPTS.flatMap(({ file }) => {
      const text = readFileSync(join(FOLDER, file), "utf8");
      return [...text.matchAll(/^\. "\$PSScriptRoot\\parts\\(.*)"$/gm)].map(([, part]) => part);
    }),
  );
  const sent = guestScript("mount-os-disk");

  expect([...taken].toSorted()).toEqual(parts.toSorted());
  expect(sent).toContain(readFileSync(join(FOLDER, "parts", "find-copy.ps1"), "utf8").trimEnd());
  expect(sent.startsWith("<#")).toBe(true);
  for (const { id } of GUEST_SCRIPTS) expect(guestScript(id)).not.toContain("$PSScriptRoot");
});

it("fails for a script that is not there, naming those that are", () => {
  expect(() => guestScript("format-disk" as never)).toThrow(
    'guest script must be one of mount-os-disk, collect-dump, enable-dump, got "format-disk"',
  );
});

describe.each(GUEST_SCRIPTS)("$file", ({ id, summary }) => {
  const text = guestScript(id);

  it("is plain ASCII, which Windows PowerShell reads the same in every code page", () => {
    // eslint would have the control characters spelled out; the pattern is: anything but printable ASCII and line ends.
    expect(text.split("\n").filter((line) => !/^[ -~]*$/.test(line))).toEqual([]);
  });

  it("says in its header what it does, needs, changes and answers, how to undo it, and where that is from", () => {
    const header = text.slice(0, text.indexOf("#>"));

    expect(header).toContain(`.SYNOPSIS\n${summary}\n`);
    for (const part of ["What it needs:", "What it changes:", "How to undo:", "Its answer:", "Sources:"]) {
      expect(header).toContain(part);
    }
  });

  it("describes each of its parameters", () => {
    const block = /^param\(\n([^]*?)^\)/m.exec(text)?.[1] ?? "";
    const declared = [...block.matchAll(/\$(\w+)(?: =|,|\n)/g)].map(([, name]) => name);
    const described = [...text.matchAll(/^\.PARAMETER (\w+)$/gm)].map(([, name]) => name);

    expect(declared.length).toBeGreaterThan(0);
    expect(described).toEqual(declared);
  });

  it("has every sentence that it says in its table, and says every one of them", () => {
    const tables = /^\$Text \+?= @\{\n([^]*?)^\}/gm;
    const table = [...text.matchAll(tables)].flatMap(([, body = ""]) =>
      [...body.matchAll(/^ {4}'([a-z0-9-]+)'/gm)].map(([, key = ""]) => key),
    );
    const rest = text.replace(tables, "");
    const quoted = new Set([...rest.matchAll(/'([a-z0-9-]+)'/g)].map(([, key]) => key));
    const used = [...rest.matchAll(/\$Text\['([a-z0-9-]+)'\]/g)].map(([, key]) => key);

    expect(new Set(table).size).toBe(table.length);
    expect(table.filter((key) => !quoted.has(key))).toEqual([]);
    expect(used.filter((key = "") => !table.includes(key))).toEqual([]);
  });
});

it("names the status of a bug check as the disk library does, and each that it names", () => {
  const table = scriptTable(guestScript("collect-dump"), "StatusNames");
  const source = readFileSync(join(FOLDER, "..", "disk", "crash-dump", "status-names.ts"), "utf8");
  const known = [...source.matchAll(/^ {2}0x([0-9a-f]{8}): "(\w+)",$/gm)].map(([, code = "", name]) => [
    `0x${code.toUpperCase()}`,
    name,
  ]);

  expect(known.length).toBeGreaterThan(30);
  expect([...table]).toEqual(known);
});

it("names bug checks as the disk library does", () => {
  const table = /^\$BugCheckNames = @\{\n([^]*?)^\}/m.exec(guestScript("collect-dump"))?.[1] ?? "";
  const names = [...table.matchAll(/'(0x[0-9A-F]+)'\s+= '(\w+)'/g)].map(([, code, name]) => [Number(code), name]);

  expect(names.length).toBeGreaterThan(50);
  expect(names.map(([code]) => [code, bugCheckName(Number(code))])).toEqual(names);
});
