import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GUEST_SCRIPTS } from "../../guest/catalogue";
import { findPowershell } from "../../rehearsal/guest/powershell/find-powershell";

const POWERSHELL = findPowershell();

/** Not every pwsh can do that: `-ParseOnly` is of the test host, which knows what Windows PowerShell 5.1 lacks. */
function parse(file: string): { exitCode: number | null; output: string } {
  const ended = spawnSync(POWERSHELL ?? "", ["-ParseOnly", file], { encoding: "utf8" });
  return { exitCode: ended.status, output: ended.stdout };
}

/** A file that 5.1 does not take; only a PowerShell that finds it can judge the scripts. */
function findsNewSyntax(): boolean {
  if (!POWERSHELL) return false;
  const folder = mkdtempSync(join(tmpdir(), "guest-syntax-"));
  try {
    const file = join(folder, "ternary.ps1");
    writeFileSync(file, "$a = $true ? 1 : 2\n");
    return parse(file).output.includes("not-in-5.1");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const itParsing: jest.It = findsNewSyntax() ? it : it.skip;
if (itParsing === it.skip) {
  console.warn(
    "The syntax of the guest scripts is not checked: no pwsh with -ParseOnly on PATH or in AZURE_REPAIR_KIT_PWSH.",
  );
}

itParsing.each(GUEST_SCRIPTS)("$file parses as Windows PowerShell 5.1", ({ file }) => {
  expect(parse(join(__dirname, "..", "..", "guest", file))).toEqual({ exitCode: 0, output: "" });
});
