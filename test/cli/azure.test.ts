import { readFileSync } from "node:fs";
import { useSampleFile, expectedOf } from "../disk/support/samples";
import { GROUP, startFixture, type Fixture } from "../rehearsal/arm/simulator/fixture";
import { runCommand } from "./support/run-command";

const sample = useSampleFile("gen2-dump");
const { dump } = expectedOf("gen2-dump");
let azure: Fixture;
let environment: Readonly<Record<string, string>>;
let snapshotId: string;

beforeAll(async () => {
  azure = await startFixture({ diskFile: sample() });
  environment = azure.simulator.environment;
  const snapshot = await azure.compute.snapshots.beginCreateOrUpdateAndWait(
    GROUP,
    "broken",
    {
      location: "westus2",
      creationData: { createOption: "Copy", sourceResourceId: azure.simulator.sourceDiskId },
    },
    { updateIntervalInMs: 20 },
  );
  snapshotId = snapshot.id!;
}, 60_000);

afterAll(() => azure.stop());

const stateOf = async (): Promise<string | undefined> => (await azure.compute.snapshots.get(GROUP, "broken")).diskState;

/** Secrets that the simulated Azure handed out; none may be in a text. */
function expectNoSignature(text: string): void {
  expect(text).not.toMatch(/sig=|[?&]si=|sv=20/);
  expect(text).not.toContain(environment.ARM_CLIENT_SECRET);
}

describe("inspect of a snapshot in Azure", () => {
  it("tells the dump and gives the read access back", async () => {
    const { code, stdout, stderr } = await runCommand(["inspect", snapshotId, "--json", "--verbose"], environment);
    expect({ code, stderr: stderr.replace(/read \d.*\n/g, "") }).toEqual({ code: 0, stderr: "" });
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      source: { kind: "snapshot" },
      dumpStatus: "found",
      dumps: [{ bugCheck: dump.bugCheck, size: dump.size }],
    });
    expect(await stateOf()).toBe("Unattached");
    expectNoSignature(stdout + stderr);
    expect(readFileSync(azure.simulator.auditLog, "utf8")).toContain("/endGetAccess");
  });
});
