import { existsSync } from "node:fs";
import { extract, type ExtractOptions } from "../../cli/commands/extract";
import { UsageError } from "../../cli/errors";
import { Console } from "../../cli/output/console";
import type { Session } from "../../cli/session";
import { sampleFile } from "../disk/support/samples";

let console: Console;
let session: Session;

beforeEach(() => {
  console = new Console();
  session = { console, signal: new AbortController().signal, environment: {} };
});

/** What the command throws. */
const thrownBy = (paths: readonly string[], options: ExtractOptions): Promise<unknown> =>
  extract(sampleFile("gen2-dump"), paths, options, session).catch((thrown: unknown) => thrown);

describe("a target of extract", () => {
  it.each(["http://store.example/dumps", "https://store example/dumps", "azure+blob://dumps"])(
    "may not be %s, whose signature is not shown",
    async (to) => {
      const options = { to: `${to}?sv=2024&sig=do-not-show-me` };
      const error = await thrownBy([], options);
      expect(error).toBeInstanceOf(UsageError);
      const shown = console.secrets.redact((error as Error).message);
      expect([shown, console.secrets.redact(options.to)]).toEqual([expect.stringContaining(to), "[redacted]"]);
      expect(shown).not.toContain("do-not-show-me");
      expect(existsSync(to.split("//")[0]!)).toBe(false);
    },
  );
});

it.each([[{}], [{ dump: true }], [{ minidumps: true }], [{ dump: true, evidence: true }]])(
  "refuses one partition with a dump, which may be on any: %j",
  async (chosen) => {
    const error = await thrownBy([], { ...chosen, partition: 2, to: "/dev/null/nowhere" });
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(/^--partition goes with paths and --evidence/);
  },
);
