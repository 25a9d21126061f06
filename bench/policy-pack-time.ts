import { join } from "node:path";

import { startSimulator } from "../rehearsal/arm/start";
import { findDisk } from "../rehearsal/disks";
import { findReadyEngine, Pulumi } from "../rehearsal/engine";
import { createProject, repositoryFolder, stackName } from "../rehearsal/project";
import { createWorkFolder } from "../rehearsal/work-folder";
import type { Benchmark } from "./benchmark";

const ROUNDS = 5;

export const policyPackTime: Benchmark = {
  name: "what the policy pack adds to a preview",
  unit: "s",
  target: { atMost: 1.5 },
  how: `Wall time of pulumi preview of the kit's own stack with --policy-pack less the time without, by turns; middle of ${ROUNDS} differences.`,
  async run() {
    const folder = await createWorkFolder();
    const simulator = await startSimulator({
      diskFile: await findDisk("gen1-no-dump", folder.path),
      workFolder: folder.path,
    });
    try {
      const pulumi = await Pulumi.open({
        engine: await findReadyEngine(),
        projectFolder: await createProject({ workFolder: folder.path, sourceVmId: simulator.sourceVmId }),
        workFolder: folder.path,
        environment: simulator.environment,
      });
      await pulumi.run(["stack", "init", stackName]);
      const preview = async (...options: string[]): Promise<number> => {
        const started = performance.now();
        await pulumi.run(["preview", ...options]);
        return (performance.now() - started) / 1000;
      };
      await preview();
      const differences: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const without = await preview();
        differences.push((await preview("--policy-pack", join(repositoryFolder, "policies"))) - without);
      }
      return differences.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
    } finally {
      await simulator.stop();
      await folder.remove();
    }
  },
};
