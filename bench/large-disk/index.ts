/** What a disk of 127 GiB with 80,000 files costs to inspect and to extract from. */
export { bytesAgainstNtfs3g } from "./bytes-against-ntfs-3g";
export { bytesAgainstSleuthkit } from "./bytes-against-sleuthkit";
export { dumpLocationBytes, dumpLocationRequests, dumpLocationTime } from "./dump-location";
export { extractionByHttp, extractionFromFile, extractionMemory, hashFromFile } from "./extraction";
export { fullTriage } from "./full-triage";
