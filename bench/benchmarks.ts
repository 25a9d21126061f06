import type { Benchmark } from "./benchmark";
import { dumpUpload, dumpUploadMemory } from "./dump-upload";
import { inspectTime } from "./inspect-time";
import {
  bytesAgainstNtfs3g,
  bytesAgainstSleuthkit,
  dumpLocationBytes,
  dumpLocationRequests,
  dumpLocationTime,
  extractionByHttp,
  extractionFromFile,
  extractionMemory,
  fullTriage,
  hashFromFile,
} from "./large-disk";
import { programStart, programStartCached, programStartRatio } from "./program-start";
import { policyPackTime } from "./policy-pack-time";
import { rehearsalTime } from "./rehearsal-time";
import { testTime } from "./test-time";

/** Every benchmark, in the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  programStart,
  programStartCached,
  programStartRatio,
  rehearsalTime,
  policyPackTime,
  testTime,
  inspectTime,
  dumpLocationRequests,
  dumpLocationBytes,
  dumpLocationTime,
  fullTriage,
  hashFromFile,
  extractionFromFile,
  extractionByHttp,
  extractionMemory,
  bytesAgainstSleuthkit,
  bytesAgainstNtfs3g,
  dumpUpload,
  dumpUploadMemory,
];
