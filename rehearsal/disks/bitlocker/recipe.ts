import { bitLockerVolume } from "../build/bitlocker-volume";
import type { DiskRecipe } from "../build/recipe";
import { crashTime } from "../build/small-windows";

const id = "F2FF665F-4C6E-4C47-A6C0-8346310BD2CB";
const sizeMiB = 6;
const sectorsOfMib = 2048;

export const recipe: DiskRecipe = {
  partitioning: "gpt",
  id,
  partitions: [
    {
      name: "Basic data partition",
      type: "0700",
      uniqueId: "0E6FACA4-FABD-420E-A3D5-D5A1E7422F5D",
      sizeMiB,
      volume: { fileSystem: "raw", bytes: bitLockerVolume(sizeMiB * 1024 * 1024, sectorsOfMib, crashTime) },
    },
  ],
  expected: {
    disk: { partitioning: "gpt", id, fileSystems: ["bitlocker"] },
    windows: null,
    crashControl: null,
    pagingFiles: null,
    triage: "encrypted",
    mount: { status: "encrypted", windowsRoot: null },
    dumpStatus: "encrypted",
    dump: null,
    says: { reason: "not-mounted", nextSteps: ["not-mounted-next"], searched: [] },
  },
};
