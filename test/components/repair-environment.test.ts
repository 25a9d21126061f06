import { RepairEnvironment } from "../../components";
import { ANSWERS, register, valueOf } from "./support/mocks";

it("x", async () => {
  const answers = {
    ...ANSWERS,
    "azure-native:compute:getVirtualMachineRunCommandByVirtualMachine": (a: any) => ({
      instanceView: {
        output: a.runCommandName.includes("attachment")
          ? '{"schema":1,"status":"mounted","driveLetter":"F","windowsRoot":"F:\\\\Windows","nextSteps":[]}'
          : '{"schema":1,"status":"not-found","reason":"none","nextSteps":["do"],"searched":[]}',
      },
    }),
  };
  const { result, registered } = await register(
    () => new RepairEnvironment("repair", { vm: "web-prod/web01" }),
    answers,
  );
  console.log(await valueOf(result.nextSteps), await valueOf(result.dumpStatus));
  console.log(JSON.stringify(registered, null, 1).replace(/"script": "(.{20}).*"/g, "$1"));
});
