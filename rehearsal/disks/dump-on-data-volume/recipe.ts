import { writeDump } from "../build/dump-writer";
import { text } from "../build/hive-values";
import { gptDevice } from "../build/mounted-device";
import { collected, dataPartition, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });
const partitionId = "E9A876C2-BB32-4B90-A996-584F633619F6";
const dataId = "0E8D9B64-239E-4224-B065-00616796CEA6";

export const recipe = smallDisk(
  "7EBD446E-8695-4818-ABEA-332FFA51472D",
  {
    partitionId,
    computerName: "ERP-DB-03",
    crashControl: { DumpFile: text("E:\\Dumps\\MEMORY.DMP") },
    facts: { mountedDevices: { "C:": gptDevice(partitionId), "E:": gptDevice(dataId) } },
  },
  collected(
    { ...expectedKernelDump("\\Dumps\\MEMORY.DMP", dump), drive: "G:" },
    {
      searched: [
        { path: "G:\\Dumps\\MEMORY.DMP", found: true, why: "found-best" },
        { path: "F:\\Windows\\MEMORY.DMP", found: false, why: "absent" },
      ],
    },
  ),
  [dataPartition(dataId, "Data", [{ path: "Dumps\\MEMORY.DMP", bytes: dump }])],
);
