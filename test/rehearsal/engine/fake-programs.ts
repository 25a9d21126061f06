import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A machine with nothing on PATH but what the test puts there, and an empty cache of the kit. */
export class FakeMachine {
  readonly folder = mkdtempSync(join(tmpdir(), "engine-"));
  readonly bin = join(this.folder, "bin");
  readonly cache = join(this.folder, "cache");
  readonly environment: NodeJS.ProcessEnv = {
    PATH: this.bin,
    HOME: this.folder,
    AZURE_REPAIR_KIT_CACHE: this.cache,
  };

  constructor() {
    mkdirSync(this.bin);
  }

  /** Puts a shell script on PATH. Commands it needs have to be written with their full path. */
  addProgram(name: string, script: string, folder = this.bin): string {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** A Go that "builds" an engine: a script that says `version`. Each build adds a line to builds(). `beforeBuild` runs first. */
  addGo({ version = "3.259.0", goVersion = "go1.26.8", beforeBuild = "" } = {}): void {
    const engine = `#!/bin/sh\\necho v${version}\\n`;
    this.addProgram(
      "go",
      [
        `case "$1" in`,
        `env) echo ${goVersion} ;;`,
        `list) echo "go: downloading example.com/a v1" >&2; echo example.com/a; echo example.com/b ;;`,
        `build) echo started >> ${this.folder}/builds`,
        beforeBuild,
        `while [ "$1" != -o ]; do shift; done; printf '${engine}' > "$2"; /bin/chmod 755 "$2" ;;`,
        `esac`,
      ].join("\n"),
    );
  }

  /** How many builds were started. */
  builds(): number {
    try {
      return readFileSync(join(this.folder, "builds"), "utf8").trim().split("\n").length;
    } catch {
      return 0;
    }
  }

  /** An npm that cannot reach its registry. */
  addNpmWithoutNetwork(): void {
    this.addProgram("npm", `echo "npm error code ENOTFOUND" >&2; exit 1`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
