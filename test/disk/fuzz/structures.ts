import type { Structure } from "./structure";
import { dumpHeader } from "./structures/dump-header";
import { eventLog } from "./structures/event-log";
import { hiveBaseBlock, hiveCells, hiveLog } from "./structures/hive";
import { attributeList, compressedData, reparsePoint, runList } from "./structures/ntfs-pieces";
import {
  bootSector,
  fileRecord,
  indexBlock,
  listOrTable,
  scatteredFileRecord,
  smallClusterIndexBlock,
} from "./structures/ntfs-volume";
import { guidPartitionTable, masterBootRecord, vhdFooter } from "./structures/partition-tables";
import { diskWithDump, diskWithPageFile } from "./structures/whole-disk";

/** Every structure that is fuzzed. */
export const structures: readonly Structure[] = [
  vhdFooter,
  guidPartitionTable,
  masterBootRecord,
  bootSector,
  fileRecord,
  scatteredFileRecord,
  runList,
  attributeList,
  listOrTable,
  indexBlock,
  smallClusterIndexBlock,
  reparsePoint,
  compressedData,
  hiveBaseBlock,
  hiveCells,
  hiveLog,
  dumpHeader,
  eventLog,
  diskWithDump,
  diskWithPageFile,
];
