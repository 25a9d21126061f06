import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GUEST_SCRIPTS, guestScript } from "../../guest/catalogue";
import { findPowershell } from "../../rehearsal/guest/powershell/find-powershell";

const POWERSHELL = findPowershell();

/** Not every pwsh can do that: `-ParseOnly` is of the test host, which knows what Windows PowerShell 5.1 lacks. */
function parse(file: string): { exitCode: number | null; output: string } {
  const ended = spawnSync(POWERSHELL ?? "", ["-ParseOnly", file], { encoding: "utf8" });
  return { exitCode: ended.status, output: ended.stdout };
}

function parseText(text: string): { exitCode: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "guest-syntax-"));
  try {
    const file = join(folder, "script.ps1");
    writeFileSync(file, text);
    return parse(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Syntax that 5.1 does not take; only a PowerShell that finds it can judge the scripts. */
function findsNewSyntax(): boolean {
  return POWERSHELL !== null && parseText("$a = $true ? 1 : 2\n").output.includes("not-in-5.1");
}

const itParsing: jest.It = findsNewSyntax() ? it : it.skip;
if (itParsing === it.skip) {
  console.warn(
    "The syntax of the guest scripts is not checked: no pwsh with -ParseOnly on PATH or in AZURE_REPAIR_KIT_PWSH.",
  );
}

itParsing.each(GUEST_SCRIPTS)("$file, as it is sent, parses as Windows PowerShell 5.1", ({ id }) => {
  expect(parseText(guestScript(id))).toEqual({ exitCode: 0, output: "" });
});
