import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Guest, GuestResult, GuestRun } from "../../../rehearsal/guest";
import { findPowershell } from "../../../rehearsal/guest/powershell/find-powershell";
import { startGuest } from "../../../rehearsal/guest/start";
import { machineWith } from "./support/machine";
import { itInPowershell, POWERSHELL } from "./support/run";

jest.setTimeout(60_000);

let [folder, guest] = ["", null! as Guest];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guest-host-"));
  guest = await startGuest({ workFolder: folder });
});
afterAll(async () => {
  await guest.stop();
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

function run(script: string, changes: Partial<GuestRun> = {}): Promise<GuestResult> {
  return guest.run(machineWith(null), { script, parameters: [], timeoutSeconds: 60, ...changes });
}

itInPowershell("a script gets its parameters as they are, and its exit code and both outputs come back", async () => {
  const script =
    "param($First, $Second)\nWrite-Output $First\nWrite-Output $Second\n[Console]::Error.WriteLine('oh')\nexit 3\n";
  const values = ["-a 'b' \"c\" $d ü & {0}", "2026-01-02T03:04:05Z"];

  const result = await run(script, {
    parameters: [
      { name: "First", value: values[0]! },
      { name: "Second", value: values[1]! },
    ],
  });

  expect(result).toEqual({
    exitCode: 3,
    output: `${values.join("\n")}\n`,
    error: "oh\n",
    timedOut: false,
    ranIn: "powershell",
  });
});

itInPowershell("a script that runs too long is ended with all that it started", async () => {
  const mark = join(folder, "child.pid");
  const script = `Start-Process -FilePath /bin/sh -ArgumentList '-c', '"echo $$ > ${mark}; exec sleep 300"'\nwhile ($true) { [System.Threading.Thread]::Sleep(100) }\n`;

  const result = await run(script, { timeoutSeconds: 3 });

  expect(result.timedOut).toBe(true);
  const child = Number(await readFile(mark, "utf8"));
  await rm(mark);
  await ended(child);
});

/** Waits until a process is gone; a test that times out shows that it is not. */
async function ended(pid: number): Promise<void> {
  const isZombie = async (): Promise<boolean> =>
    /^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State: Z"));
  while (existsSync(`/proc/${pid}`) && !(await isZombie())) await new Promise((resolve) => setTimeout(resolve, 20));
}

itInPowershell("a script is ended by the signal", async () => {
  const stopping = new AbortController();
  const running = run("while ($true) { [System.Threading.Thread]::Sleep(50) }\n", { signal: stopping.signal });
  stopping.abort();

  const result = await running;

  expect(result).toMatchObject({ timedOut: false, error: expect.stringContaining("the script was stopped") });
  expect(result.exitCode).not.toBe(0);
});

itInPowershell("what is not simulated fails the run, also when the script goes on", async () => {
  const script = [
    "try { $null = Get-Item -LiteralPath 'C:\\Windows' -ErrorAction Stop } catch { }",
    "try { $null = Get-CimInstance -ClassName Win32_BIOS -ErrorAction Stop } catch { }",
    "try { $null = reg.exe load HKLM\\x F:\\Windows\\System32\\config\\SYSTEM } catch { }",
    "try { Get-StorageJob } catch { }",
    "exit 0\n",
  ];

  const result = await run(script.join("\n"));

  expect(result.exitCode).toBe(1);
  expect(result.error.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^the simulated Windows does not know .*C:\\Windows/),
    expect.stringMatching(/^the simulated Windows does not know .*Win32_BIOS/),
    expect.stringMatching(/^the simulated Windows does not know .*must never be loaded/),
    expect.stringMatching(/^the simulated Windows does not know .*Get-StorageJob/),
  ]);
});

it("without a PowerShell only the kit's own scripts run, and that is said", async () => {
  const model = await startGuest({ workFolder: folder, powershell: null });

  const result = await model.run(machineWith(null), { script: "exit 0", parameters: [], timeoutSeconds: 1 });

  expect(model.host).toBe("model");
  expect(result).toMatchObject({
    exitCode: 1,
    ranIn: "nowhere",
    error: expect.stringContaining("AZURE_REPAIR_KIT_PWSH"),
  });
});

it("a PowerShell that is named but not there is refused", () => {
  expect(() => findPowershell({ AZURE_REPAIR_KIT_PWSH: "/no/such/pwsh" })).toThrow(
    'AZURE_REPAIR_KIT_PWSH must be the path of an executable pwsh, got "/no/such/pwsh"',
  );
  expect(findPowershell({ PATH: folder })).toBeNull();
});

itInPowershell("stopping the guest ends what runs", async () => {
  const other = await startGuest({ workFolder: folder, powershell: POWERSHELL });
  const running = other.run(machineWith(null), { script: "while ($true) { }\n", parameters: [], timeoutSeconds: 60 });

  await other.stop();

  expect((await running).error).toContain("the script was stopped");
});
