import { writeDump } from "../build/dump-writer";
import { expectedWindows } from "../build/expected";
import type { DiskRecipe } from "../build/recipe";
import {
  collected,
  expectedKernelDump,
  factsOf,
  windowsPartition,
  winlogonCrash,
  type SmallWindows,
} from "../build/small-windows";

const id = "47303E0E-72EC-4EE6-B2AB-16EA0D307144";
const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });

const lastYear = new Date("2025-09-14T18:20:00Z");
const old: SmallWindows = {
  partitionId: "891F64A0-A814-43EC-8E74-F31C6CCA0138",
  computerName: "MAIL-01-OLD",
  label: "Old Windows",
  used: lastYear,
  files: [
    {
      path: "Windows\\MEMORY.DMP",
      bytes: writeDump({ ...winlogonCrash, code: 0x7b, time: lastYear, pages: 16, message: "Boot device" }),
    },
  ],
};
const current: SmallWindows = {
  partitionId: "CDCF14BC-16AF-418D-8944-EA27EB02CBD7",
  computerName: "MAIL-01",
  files: [{ path: "Windows\\MEMORY.DMP", bytes: dump }],
};

export const recipe: DiskRecipe = {
  partitioning: "gpt",
  id,
  partitions: [{ ...windowsPartition(old), sizeMiB: 7 }, windowsPartition(current)],
  expected: {
    disk: { partitioning: "gpt", id, fileSystems: ["ntfs", "ntfs"] },
    ...expectedWindows(factsOf(current), 2),
    mount: { status: "mounted", windowsRoot: "G:\\Windows" },
    ...collected(
      { ...expectedKernelDump("\\Windows\\MEMORY.DMP", dump), drive: "G:" },
      { searched: [{ path: "G:\\Windows\\MEMORY.DMP", found: true, why: "found-best" }] },
    ),
  },
};
