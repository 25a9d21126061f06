import { createReadStream } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Secret } from "./arm";

/** Where a secret can be read that should not be. */
export interface LeakedSecret {
  /** What it is; never its value. */
  readonly secret: string;
  readonly where: string;
}

/** Shorter texts are found everywhere by chance. */
const SHORTEST = 6;

/** Ways in which a text may stand in a file: as it is, and as JSON, URLs, base64 and command lines write it. */
function spellings(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const inJson = JSON.stringify(text).slice(1, -1);
  const texts = [
    text,
    inJson,
    JSON.stringify(inJson).slice(1, -1),
    encodeURIComponent(text),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
  return [...[...new Set(texts)].map((spelling) => Buffer.from(spelling)), Buffer.from(text, "utf16le")];
}

/** Looks for secrets in texts and files. */
export class SecretScan {
  readonly #needles: readonly { readonly secret: string; readonly bytes: Buffer }[];
  readonly #longest: number;

  constructor(secrets: readonly Secret[]) {
    this.#needles = secrets
      .filter(({ value }) => value.length >= SHORTEST)
      .flatMap(({ name, value }) => spellings(value).map((bytes) => ({ secret: name, bytes })));
    this.#longest = Math.max(0, ...this.#needles.map(({ bytes }) => bytes.length));
  }

  text(where: string, text: string): LeakedSecret[] {
    return this.#in(Buffer.from(text)).map((secret) => ({ secret, where }));
  }

  /**
   * Every file below a folder, names too, but for the packages and the history of a repository.
   *
   * @param except files and folders, relative to the folder, that may hold secrets
   * @param since milliseconds since 1970: files that were written before are left out
   */
  async folder(
    folder: string,
    { except = [], since = 0 }: { readonly except?: readonly string[]; readonly since?: number } = {},
  ): Promise<{ readonly files: number; readonly leaks: readonly LeakedSecret[] }> {
    const files: string[] = [];
    for await (const file of filesBelow(folder)) {
      const isLeftOut = except.some((left) =>
        `${path.relative(folder, file)}${path.sep}`.startsWith(`${left}${path.sep}`),
      );
      if (!isLeftOut && (await writtenAt(file)) >= since) files.push(file);
    }
    const leaks: LeakedSecret[] = [];
    for (const file of files) {
      const where = path.relative(folder, file);
      leaks.push(...this.text(`the name ${where}`, where));
      leaks.push(...(await this.#inFile(file)).map((secret) => ({ secret, where })));
    }
    return { files: files.length, leaks };
  }

  async #inFile(file: string): Promise<string[]> {
    const found = new Set<string>();
    // A secret may lie across two pieces, so the end of each is looked at again with the next.
    let tail = Buffer.alloc(0);
    try {
      for await (const piece of createReadStream(file, { highWaterMark: 4 * 1024 * 1024 })) {
        const bytes = Buffer.concat([tail, piece as Buffer]);
        this.#in(bytes).forEach((secret) => found.add(secret));
        tail = bytes.subarray(Math.max(0, bytes.length - this.#longest));
      }
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    return [...found];
  }

  #in(bytes: Buffer): string[] {
    return [...new Set(this.#needles.filter((needle) => bytes.includes(needle.bytes)).map(({ secret }) => secret))];
  }
}

/** When a file was written, in milliseconds since 1970; before all times when it is gone. */
async function writtenAt(file: string): Promise<number> {
  try {
    return (await lstat(file)).mtimeMs;
  } catch (error) {
    if (isGone(error)) return -Infinity;
    throw error;
  }
}

/** Whether another program, an editor say, took a file away since it was listed: it is not left then. */
function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isGone(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const found = path.join(folder, entry.name);
    if (entry.isFile()) yield found;
    if (entry.isDirectory() && !["node_modules", ".git"].includes(entry.name)) yield* filesBelow(found);
  }
}

/** Notes the arguments of every process of this machine, again and again, until it is stopped. */
export class ArgumentWatch {
  readonly #seen = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #watching: Promise<void>;

  /** @param milliseconds between two looks; a process that lives shorter may be missed */
  constructor(milliseconds = 200) {
    this.#watching = this.#watch(milliseconds);
  }

  /** Command lines seen so far, with a zero after each argument; none where the system has no /proc. */
  get seen(): readonly string[] {
    return [...this.#seen];
  }

  /** Resolves when the last look is over. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#watching;
  }

  /** One look after the other: on a machine with many processes one may take longer than the time between two. */
  async #watch(milliseconds: number): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#look();
      await delay(milliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const processes = await readdir("/proc").catch(() => []);
    for (const id of processes.filter((name) => /^\d+$/.test(name))) {
      // It may have ended since, or be another user's.
      const line = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
      if (line !== "") this.#seen.add(line);
    }
  }
}
