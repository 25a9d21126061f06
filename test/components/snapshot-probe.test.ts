import * as pulumi from "@pulumi/pulumi";

import { SnapshotProbe } from "../../components/index";
import { probeAnswer } from "../../components/internal/probe-answer";
import { stepsWithoutVm } from "../../components/internal/outcome";
import { sharedBytes } from "../disk/support/samples";
import { MemorySource, triage } from "../../disk";
import { register, SUBSCRIPTION, valueOf } from "./support/mocks";
import { nowhere } from "./support/nowhere";

const SNAPSHOT_ID = `${SUBSCRIPTION}/resourceGroups/repair/providers/Microsoft.Compute/snapshots/web01`;

describe("SnapshotProbe", () => {
  it("warns and goes on where the snapshot cannot be read", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation(() => undefined);
    const { result } = await nowhere(() => register(() => new SnapshotProbe("web01", { snapshotId: SNAPSHOT_ID })));

    expect(await valueOf(result.status)).toBe("unreadable");
    expect(String(warned.mock.calls[0])).toContain("the snapshot could not be read from outside");
    warned.mockRestore();
    expect(await valueOf(result.reason)).toContain("127.0.0.1:9) does not tell where it is");
    expect(await valueOf(result.searched)).toEqual([]);
  });

  it("reads nothing in a preview, where the answer is not known", async () => {
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: fail }, "p", "s", true);
    const { status } = await nowhere(async () => {
      const made = new SnapshotProbe("web01", { snapshotId: SNAPSHOT_ID });
      await pulumi.runtime.runInPulumiStack(() => Promise.resolve({}));
      return made;
    });

    expect(await (status as unknown as { isKnown: Promise<boolean> }).isKnown).toBe(false);
  });
});

describe("what a probe answers", () => {
  it("is the triage in the words of the outputs, with the snapshot in the commands", async () => {
    const answer = probeAnswer(await triage(new MemorySource(sharedBytes("gen2-dump"))), SNAPSHOT_ID);

    expect(answer).toMatchObject({
      status: "found",
      dumpPath: "C:\\Windows\\MEMORY.DMP",
      bugCheck: { code: "0xC000021A" },
      nextSteps: expect.arrayContaining([expect.stringContaining(`azure-repair-kit extract ${SNAPSHOT_ID} --dump`)]),
    });
  });

  it("says why there is no dump, before how to get a repair VM", async () => {
    const { status, reason, nextSteps } = probeAnswer(
      await triage(new MemorySource(sharedBytes("gen1-no-dump"))),
      SNAPSHOT_ID,
    );
    const steps = stepsWithoutVm({ status, reason, nextSteps }, { fetch: ["fetch"], repairVm: "repair VM" });

    expect(status).toBe("not-found");
    expect([steps[0], steps.at(-1)]).toEqual([reason, "repair VM"]);
    expect(steps).not.toContain("fetch");
  });

  it("does not let a file name drive the terminal", async () => {
    const answer = await triage(new MemorySource(sharedBytes("gen2-dump")));
    const [dump] = answer.dumps;
    const hostile = { ...answer, dumps: [{ ...dump!, path: "C:\\\u001b[2J.DMP" }] };

    expect(probeAnswer(hostile, SNAPSHOT_ID).dumpPath).toBe("C:\\\\u{1B}[2J.DMP");
  });
});

function fail(): never {
  throw new Error("a preview asks for nothing");
}
