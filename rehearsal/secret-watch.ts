import path from "node:path";

import type { Secret } from "./arm";
import { type Check, noSecretReadable } from "./checks";
import { repositoryFolder } from "./project";
import { ArgumentWatch, SecretScan } from "./secret-scan";
import type { Story } from "./story";

/** Where a finished job is looked through for its secrets. */
export interface Remains {
  readonly secrets: readonly Secret[];
  /** Holds all that the job wrote. */
  readonly folder: string;
  /** Files there that are not the job's, or that may hold secrets. */
  readonly except: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Follows a job from its start, and proves at its end that none of its secrets can be read in what it left. */
export class SecretWatch {
  readonly #start = Date.now();
  readonly #told: string[] = [];
  readonly #commandLines = new ArgumentWatch();

  /** The same story, remembered. */
  remember(story: Story): Story {
    return {
      chapter: (title, why) => {
        this.#told.push(title, why ?? "");
        story.chapter(title, why);
      },
      line: (text) => {
        this.#told.push(text);
        story.line(text);
      },
    };
  }

  async check({ secrets, folder, except, outputs }: Remains): Promise<Check> {
    const scan = new SecretScan(secrets);
    const left = await scan.folder(folder, { except: except.map((file) => path.relative(folder, file)) });
    // The program runs in its own folder: what it writes by a relative path is there.
    const work = path.relative(repositoryFolder, folder);
    const beside = await scan.folder(repositoryFolder, { since: this.#start, except: [work] });
    const commandLines = this.#commandLines.seen;
    return noSecretReadable({
      secrets: secrets.length,
      files: left.files + beside.files,
      commandLines: commandLines.length,
      leaks: [
        ...left.leaks,
        ...beside.leaks.map(({ secret, where }) => ({ secret, where: `${where}, beside the program` })),
        ...commandLines.flatMap((line) => scan.text(whereIn(scan, line), line)),
        ...scan.text("the outputs", JSON.stringify(outputs)),
        ...scan.text("the story", this.#told.join("\n")),
      ],
    });
  }

  async stop(): Promise<void> {
    await this.#commandLines.stop();
  }
}

/** Names the program of a command line, unless that is where the secret is. */
function whereIn(scan: SecretScan, commandLine: string): string {
  const [program = ""] = commandLine.split("\0");
  return scan.text("", program).length === 0 ? `the command line of ${program}` : "the name of a program";
}
