import { writeDump } from "../build/dump-writer";
import { text } from "../build/hive-values";
import { writeMinidump } from "../build/minidump-writer";
import { collected, expectedKernelDump, smallDisk, winlogonCrash } from "../build/small-windows";

const dump = writeDump({ ...winlogonCrash, pages: 16, message: "Windows Logon Process" });
const minidump = writeMinidump(winlogonCrash);

export const recipe = smallDisk(
  "960E29B0-556D-46C0-8704-4712941F3EFA",
  {
    partitionId: "393F11D4-FA26-4B5E-B967-326C0E14A71D",
    computerName: "TOKYO-07",
    crashControl: {
      DumpFile: text("C:\\Аварийные дампы\\Дамп памяти 🖥 (главный).DMP"),
      MinidumpDir: text("C:\\ミニダンプ"),
    },
    files: [
      { path: "Аварийные дампы\\Дамп памяти 🖥 (главный).DMP", bytes: dump },
      { path: "ミニダンプ\\第1回 & 'テスト'.dmp", bytes: minidump },
    ],
  },
  collected(expectedKernelDump("\\Аварийные дампы\\Дамп памяти 🖥 (главный).DMP", dump), {
    searched: [
      { path: "F:\\Аварийные дампы\\Дамп памяти 🖥 (главный).DMP", found: true, why: "found-best" },
      { path: "F:\\ミニダンプ\\第1回 & 'テスト'.dmp", found: true, why: "found-other" },
    ],
  }),
);
