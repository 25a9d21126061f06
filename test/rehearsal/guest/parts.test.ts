import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { CachedSource, MemorySource, readDumpHeader } from "../../../disk";
import { writeDump, writeDump32 } from "../../../rehearsal/disks/build/dump-writer";
import { writeMinidump } from "../../../rehearsal/disks/build/minidump-writer";
import { answerLine, type Answer } from "../../../rehearsal/guest/model/answer-line";
import { startGuest } from "../../../rehearsal/guest/start";
import { corpusDumps, unpack } from "../../disk/support/corpus";
import { anyText } from "../../support/any-text";
import { machineWith } from "./support/machine";
import { itInPowershell, POWERSHELL } from "./support/run";

jest.setTimeout(120_000);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-parts-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs parts of the scripts with something that calls them, and gives the lines they wrote. */
async function runParts(parts: readonly string[], calls: string, input: unknown): Promise<string[]> {
  const texts = await Promise.all(
    parts.map((part) => readFile(join(__dirname, "..", "..", "..", "guest", "parts", `${part}.ps1`), "utf8")),
  );
  const file = join(folder, "input.json");
  await writeFile(file, JSON.stringify(input));
  const head = "param([string]$File)\nSet-StrictMode -Version 2.0\n$ErrorActionPreference = 'Stop'\n$Text = @{}\n";
  const read = "$given = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($File))\n";
  const guest = await startGuest({ workFolder: folder, powershell: POWERSHELL });
  const script = [head, ...texts, read, calls].join("\n");
  const parameters = [{ name: "File", value: file }];
  const result = await guest.run(machineWith(null), { script, parameters, timeoutSeconds: 100 });
  expect({ exitCode: result.exitCode, error: result.error }).toEqual({ exitCode: 0, error: "" });
  return result.output.trimEnd().split("\n");
}

const winlogon = {
  code: 0xc000021a,
  parameters: [0xffff_8a00_0000_0001n, 0xffff_ffff_c000_0006n, 0n, 2n ** 64n - 1n],
  build: 26100,
  time: new Date("2026-02-03T04:05:06.789Z"),
  upTimeSeconds: 12.5,
  processors: 2,
  pages: 4,
  message: "Windows Logon Process",
} as const;

/** Dumps as they are, cut off, and with bytes changed where a reader looks. */
function madeDumps(): Buffer[] {
  const whole = [
    writeDump(winlogon),
    writeDump32({ ...winlogon, parameters: [1n, 0xc000_0428n, 3n, 4n] }),
    writeMinidump(winlogon),
  ];
  const offset = fc.oneof(
    fc.constantFrom(
      0,
      4,
      0x28,
      0x38,
      0xf88,
      0xf8c,
      0xf98,
      0xfa0,
      0xfa4,
      0xfa8,
      0xfc0,
      0x1038,
      0x1050,
      0x2000,
      0x2004,
      0x2008,
    ),
    fc.nat(0x2020),
  );
  const value = fc.oneof(fc.constantFrom(0, 4, 0x10, 0x100, 0x45474150, 0xffffffff), fc.nat(0xffffffff));
  const change = fc.record({ dump: fc.constantFrom(...whole), offset, value, cut: fc.option(fc.nat(0x6000)) });
  const changed = fc.sample(change, 100).map(({ dump, offset: at, value: number, cut }) => {
    const bytes = Buffer.from(dump);
    bytes.writeUInt32LE(number >>> 0, Math.min(at, bytes.length - 4));
    return cut === null ? bytes : bytes.subarray(0, cut);
  });
  return [...whole, Buffer.alloc(0), ...changed];
}

itInPowershell("dump headers are read as the disk library reads them, and as is known of real dumps", async () => {
  const corpus = corpusDumps();
  const real = corpus.map((entry) => unpack(entry.file));
  const cut = real.flatMap((bytes) => [bytes.subarray(0, -1), bytes.subarray(0, 0x2004)]);
  const dumps = [...real, ...cut, ...madeDumps()];
  await mkdir(join(folder, "dumps"));
  const files = dumps.map((_, index) => join(folder, "dumps", `${index}.dmp`));
  await Promise.all(files.map((file, index) => writeFile(file, dumps[index]!)));

  const lines = await runParts(
    ["bug-check-names", "status-names", "dump-header", "dump-completeness", "answer-line"],
    `foreach ($path in $given) {
       $header = (Read-Dump $path).Header
       if ($null -eq $header) { 'null'; continue }
       ConvertTo-AnswerLine ([ordered]@{ bugCheck = $header.BugCheck; kind = $header.Kind; build = $header.Build; systemTime = (Get-FileTimeText $header.Time); requiredSize = $header.Required; live = $header.Live; complete = $header.Complete })
     }`,
    files,
  );

  const headers = lines.map((line) => JSON.parse(line));
  const expected = await Promise.all(dumps.map((bytes) => readDumpHeader(new CachedSource(new MemorySource(bytes)))));
  expect(headers).toHaveLength(dumps.length);
  headers.forEach((header, index) => {
    const known = expected[index];
    if (!known) expect([index, header]).toEqual([index, null]);
    else expect({ index, ...known }).toMatchObject({ index, ...header });
  });
  expect(headers.filter((header) => header !== null).length).toBeGreaterThan(50);
  corpus.forEach(({ facts }, index) => {
    if (facts.signature === undefined || facts.bugCheckCode === undefined) return;
    expect(headers[index]).toMatchObject({
      bugCheck: {
        parameters: facts.parameters.map((value: string) => `0x${BigInt(value).toString(16).toUpperCase()}`),
      },
      build: facts.build,
      systemTime: facts.systemTime,
    });
  });
});

/** Halves of characters cannot be handed over in JSON, so that others stand for them there. */
function standIn(text: string): string {
  return text.replace(/\ud83d(?![\udc00-\udfff])/g, "\ue000").replace(/(?<![\ud800-\udbff])\udca5/g, "\ue001");
}

/** Texts as they may come from a disk: any script, quotes, control characters, halves of characters, of great length. */
const wildText = fc.oneof(
  anyText(60).map((text) => text.replace(/[\ue000\ue001]/g, "?")),
  fc
    .array(fc.constantFrom("\ud83d", "\udca5", "\u0000", "\u007f", "\u2028", '"', "'", "\\", "<&>", "é", "崩", "x"), {
      maxLength: 40,
    })
    .map((pieces) => pieces.join("")),
  fc.nat(1200).map((length) => "длинное 💥".repeat(length / 9)),
);

const wildAnswer = fc.record({
  schema: fc.constant(1),
  status: fc.constantFrom("collected", "not-found"),
  dumpBlobUrl: fc.option(fc.nat(4000).map((length) => `https://store/${"a".repeat(length)}`)),
  dumpSize: fc.option(fc.maxSafeNat()),
  bugCheck: fc.option(
    fc.record({ code: wildText, parameters: fc.array(fc.constant("0x0"), { minLength: 4, maxLength: 4 }) }),
  ),
  searched: fc.array(fc.record({ path: wildText, found: fc.boolean(), why: wildText }), {
    minLength: 2,
    maxLength: 16,
  }),
  reason: fc.option(wildText),
  nextSteps: fc.array(wildText, { minLength: 2, maxLength: 4 }),
});

itInPowershell(
  "any answer becomes one line of at most 3,500 bytes that is safe JSON, as the model has it",
  async () => {
    const answers = fc.sample(wildAnswer, 15) as Answer[];

    const lines = await runParts(
      ["answer-line"],
      `$AnswerLimit = 3500
     function ConvertTo-Table($Value) {
       if ($Value -is [array]) { return , @($Value | ForEach-Object { ConvertTo-Table $_ }) }
       if ($Value -is [string]) { return $Value.Replace([string][char]0xe000, [string][char]0xd83d).Replace([string][char]0xe001, [string][char]0xdca5) }
       if ($Value -isnot [System.Management.Automation.PSCustomObject]) { return $Value }
       $table = [ordered]@{}
       foreach ($property in $Value.PSObject.Properties) { $table[$property.Name] = ConvertTo-Table $property.Value }
       return $table
     }
     foreach ($answer in $given) { ConvertTo-LimitedLine (ConvertTo-Table $answer) 'searched' }`,
      JSON.parse(JSON.stringify(answers), (_, value: unknown) => (typeof value === "string" ? standIn(value) : value)),
    );

    expect(lines).toEqual(answers.map((answer) => answerLine(answer, "searched")));
    for (const line of lines) {
      expect(line).toMatch(/^[ -~]{1,3500}$/);
      JSON.parse(line, (_, value: unknown) => {
        // Half a character would come back as another.
        if (typeof value === "string") expect(Buffer.from(value).toString()).toBe(value);
        return value;
      });
    }
  },
);

it("leaves out of an answer that is too long what was not there first, and counts it", () => {
  const place = (index: number, found: boolean): object => ({ path: `F:\\${index}`, found, why: "x".repeat(250) });
  const searched = Array.from({ length: 20 }, (_, index) => place(index, index === 19));
  const answer = { status: "not-found", searched, nextSteps: ["try again"] };

  const cut = JSON.parse(answerLine(answer, "searched"));

  expect(cut.searched.at(-1)).toEqual(place(19, true));
  expect([...cut.searched, ...Array(cut.searchedLeftOut)]).toHaveLength(20);
  expect(cut.nextSteps).toEqual(["try again"]);
});
