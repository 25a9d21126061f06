import { hash } from "../../cli/commands/hash";
import { UsageError } from "../../cli/errors";
import { Console } from "../../cli/output/console";
import { expectedOf, sampleFile } from "../disk/support/samples";

const session = () => ({ console: new Console(), signal: new AbortController().signal, environment: {} });

describe("hash of the dump", () => {
  it.each(["gen2-dump", "dump-in-page-file", "dump-on-data-volume", "dedicated-dump-file"])(
    "of %s is that of what extract takes, wherever it lies",
    async (sample) => {
      const here = session();
      const printed: string[] = [];
      jest.spyOn(here.console, "result").mockImplementation((line) => void printed.push(line));
      await hash(sampleFile(sample), [], { dump: true }, here);

      expect(printed).toEqual([expect.stringMatching(new RegExp(`^${expectedOf(sample).dump.sha256}  [C-Z]:`))]);
    },
  );

  it("takes neither paths nor a partition", async () => {
    for (const [paths, options] of [
      [["\\pagefile.sys"], { dump: true }],
      [[], { partition: 2 }],
    ] as const) {
      await expect(hash(sampleFile("gen2-dump"), paths, options, session())).rejects.toThrow(UsageError);
    }
  });
});
