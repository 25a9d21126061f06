import { join } from "node:path";

import { startSimulator } from "../rehearsal/arm/start";
import { findDisk } from "../rehearsal/disks";
import { findReadyEngine, Pulumi } from "../rehearsal/engine";
import { createProject, repositoryFolder, stackName } from "../rehearsal/project";
import { createWorkFolder } from "../rehearsal/work-folder";
import type { Benchmark } from "./benchmark";
import { median } from "./command-time";

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
      return await median(ROUNDS, async () => {
        const without = await preview();
        return (await preview("--policy-pack", join(repositoryFolder, "policies"))) - without;
      });
    } finally {
      await simulator.stop();
      await folder.remove();
    }
  },
};
