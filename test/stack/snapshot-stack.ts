import { createHash } from "node:crypto";

import { expectedOf } from "../disk/support/samples";
import { openStack, type SimulatedAzure, type Stack } from "./support/stack";

/** One stack, used by the tests in their order. */
export function snapshotStack(azureOf: () => SimulatedAzure): void {
  const { dump } = expectedOf("gen2-dump");
  let azure: SimulatedAzure;
  let stack: Stack;

  beforeAll(async () => {
    azure = azureOf();
    stack = await openStack(azure);
  });

  afterAll(async () => {
    await stack.close();
  });

  /** Which of these each request was that took or gave back read access, in order. */
  const accesses = (writes: readonly string[]): string[] =>
    writes.flatMap((write) => /\/snapshots\/[^/]+\/(beginGetAccess|endGetAccess)$/.exec(write)?.[1] ?? []);

  it("fails in one line when the read breaks, with the read access given back", async () => {
    const broken = { kind: "error", status: 403, code: "AuthenticationFailed", message: "no" } as const;
    const repair = azure.simulator.blobPlane.faults.add({ fault: broken, after: 3, requests: /^GET \/md-/ });

    const reasons = await stack.failure("up", { vm: "production/web-01", extractFromSnapshot: "true" });
    repair();

    expect(reasons).toEqual([expect.stringMatching(/^Cannot read https:\/\/[^?]+: the server refused \(403\)/)]);
    expect(accesses(stack.writes())).toEqual(["beginGetAccess", "endGetAccess"]);
  });

  it("collects the dump when it is run again, with neither disk nor VM", async () => {
    const { steps, story } = await stack.run("up");
    const { dumpBlobUrl, ...outputs } = await stack.pulumi.outputs({ showSecrets: true });

    expect(outputs).toMatchObject({
      dumpStatus: "collected",
      dumpPath: "C:\\Windows\\MEMORY.DMP",
      dumpSize: dump.size,
      dumpSha256: null,
      bugCheck: { code: dump.bugCheck.code },
      snapshotProbe: { status: "collected" },
      rdpAddress: null,
      rdpPassword: null,
      driveLetter: null,
      nextSteps: [
        expect.stringContaining("az storage blob download"),
        expect.stringMatching(/azure-repair-kit hash "\S+" --dump\)/),
        expect.stringContaining("set extractFromSnapshot to false"),
      ],
    });
    expect(story).toContainEqual(expect.stringMatching(/^found: .* STOP 0xC000021A /));
    expect(story).toContainEqual(expect.stringContaining("copied by the service straight from the source"));
    expect(steps.filter((step) => / (Disk|VirtualMachine|RepairVm) /.test(step))).toEqual([]);
    expect(await sha256Of(String(dumpBlobUrl))).toBe(dump.sha256);
    const writes = stack.writes();
    expect(accesses(writes)).toEqual(["beginGetAccess", "endGetAccess", "beginGetAccess", "endGetAccess"]);
    expect(writes.filter((write) => write.includes("/resourceGroups/production"))).toEqual([]);
  });

  it("changes nothing, copies nothing and reads nothing in a preview", async () => {
    const { steps } = await stack.run("preview");

    expect([steps, stack.writes()]).toEqual([[], []]);
  });

  it("shows no signature, no token and no client secret in state, outputs or what the engine told", async () => {
    const state = await stack.pulumi.run(["stack", "export", "--show-secrets"]);
    const shown = state + JSON.stringify(await stack.pulumi.outputs({ showSecrets: true })) + stack.printed();

    // The engine writes & as \u0026.
    expect(shown).not.toMatch(/sig=|sv=20/);
    expect(shown).not.toMatch(/eyJ[\w-]+\.eyJ/);
    expect(shown).not.toContain(azure.simulator.clientSecret);
    expect(azure.problems).toEqual([]);
  });

  async function sha256Of(url: string): Promise<string> {
    const [, account = "", container = "", ...name] = new URL(url).pathname.split("/");
    const client = azure.simulator.blobPlane.client(account).getContainerClient(container);
    const bytes = await client.getBlobClient(name.join("/")).downloadToBuffer();
    return createHash("sha256").update(bytes).digest("hex");
  }
}
