import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { SecretsSeen } from "../../rehearsal/arm/secrets-seen";
import { ArgumentWatch, SecretScan } from "../../rehearsal/secret-scan";

/** Each of its spellings differs from the others. */
const PASSWORD = { name: "password", value: 'p"a/s+s w\\örd~~~?>' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "secret-scan-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a scan", () => {
  it.each([
    ["as it is", PASSWORD.value],
    ["in JSON", JSON.stringify({ password: PASSWORD.value })],
    ["in JSON inside JSON", JSON.stringify(JSON.stringify({ password: PASSWORD.value }))],
    ["in a URL", `https://example.invalid/?p=${encodeURIComponent(PASSWORD.value)}`],
    ["in base64", Buffer.from(PASSWORD.value).toString("base64")],
    ["in base64 for URLs", Buffer.from(PASSWORD.value).toString("base64url")],
    ["in hexadecimal", Buffer.from(PASSWORD.value).toString("hex")],
  ])("finds a secret %s, and does not repeat it", (_, text) => {
    const leaks = new SecretScan([PASSWORD]).text("the story", `before ${text} after`);

    expect(leaks).toEqual([{ secret: "password", where: "the story" }]);
  });

  it("finds a secret wherever it lies in a file, also in UTF-16 and in a file's name", async () => {
    await mkdir(join(folder, "logs"));
    await writeFile(join(folder, "logs", "trace"), Buffer.from(`x${PASSWORD.value}`, "utf16le"));
    await writeFile(join(folder, encodeURIComponent(PASSWORD.value)), "");
    await writeFile(join(folder, "clean"), "nothing");

    const { files, leaks } = await new SecretScan([PASSWORD]).folder(folder);

    expect(files).toBe(3);
    expect(leaks).toEqual(
      expect.arrayContaining([
        { secret: "password", where: "logs/trace" },
        { secret: "password", where: `the name ${encodeURIComponent(PASSWORD.value)}` },
      ]),
    );
    expect(leaks).toHaveLength(2);
  });

  it("finds a secret across the pieces in which a large file is read", async () => {
    const piece = 4 * 1024 * 1024;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: PASSWORD.value.length + 2 }), async (before) => {
        const bytes = Buffer.alloc(piece + 100, "-");
        bytes.write(PASSWORD.value, piece - before);
        await writeFile(join(folder, "large"), bytes);

        expect((await new SecretScan([PASSWORD]).folder(folder)).leaks).toHaveLength(1);
      }),
      { numRuns: 5 },
    );
  });

  it("leaves out files that may hold secrets", async () => {
    await writeFile(join(folder, "environment.sh"), PASSWORD.value);
    await mkdir(join(folder, "work"));
    await writeFile(join(folder, "work", "environment.sh"), PASSWORD.value);

    expect(await new SecretScan([PASSWORD]).folder(folder, { except: ["environment.sh", "work"] })).toEqual({
      files: 0,
      leaks: [],
    });
  });

  it("leaves out what was written before, and packages", async () => {
    const before = join(folder, "before");
    await writeFile(before, PASSWORD.value);
    await utimes(before, 1, 1);
    await mkdir(join(folder, "node_modules"));
    await writeFile(join(folder, "node_modules", "index.js"), PASSWORD.value);
    await writeFile(join(folder, "after"), PASSWORD.value);

    expect(await new SecretScan([PASSWORD]).folder(folder, { since: 10_000 })).toEqual({
      files: 1,
      leaks: [{ secret: "password", where: "after" }],
    });
  });
});

it("sees the arguments of a process that runs meanwhile", async () => {
  const watch = new ArgumentWatch(10);
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)", PASSWORD.value]);
  try {
    await once(child, "spawn");
    while (!watch.seen.some((line) => new SecretScan([PASSWORD]).text("", line).length))
      await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    await watch.stop();
    child.kill();
  }
});

describe("secrets in requests and answers", () => {
  it("are noted by what Azure calls them, whatever lies around them", () => {
    const seen = new SecretsSeen();
    seen.noteIn(JSON.stringify({ properties: { osProfile: { adminUsername: "me", adminPassword: "one-password" } } }));
    seen.noteIn({ properties: { protectedParameters: [{ name: "RecoveryKey", value: "one-key" }], parameters: [] } });
    seen.noteIn({ keys: [{ keyName: "key1", value: "account-key" }] });
    seen.noteIn({ properties: { output: { accessSAS: "https://disk.invalid/abcd?sv=1&sig=a%2Bb%3D&sp=r" } } });
    seen.noteIn("{not JSON");
    seen.noteIn(null);

    expect(seen.all()).toEqual([
      { name: "administrator password", value: "one-password" },
      { name: "protected parameter of a run command", value: "one-key" },
      { name: "key of a storage account", value: "account-key" },
      { name: "signature of a disk", value: "a+b=" },
    ]);
  });
});
