import { existsSync } from "node:fs";
import { extract } from "../../cli/commands/extract";
import { UsageError } from "../../cli/errors";
import { Console } from "../../cli/output/console";
import { sampleFile } from "../disk/support/samples";

describe("a target of extract", () => {
  it.each(["http://store.example/dumps", "https://store example/dumps", "azure+blob://dumps"])(
    "may not be %s, whose signature is not shown",
    async (to) => {
      const console = new Console();
      const session = { console, signal: new AbortController().signal, environment: {} };
      const options = { to: `${to}?sv=2024&sig=do-not-show-me` };
      const error: unknown = await extract(sampleFile("gen2-dump"), [], options, session).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(UsageError);
      const shown = console.secrets.redact((error as Error).message);
      expect([shown, console.secrets.redact(options.to)]).toEqual([expect.stringContaining(to), "[redacted]"]);
      expect(shown).not.toContain("do-not-show-me");
      expect(existsSync(to.split("//")[0]!)).toBe(false);
    },
  );
});
