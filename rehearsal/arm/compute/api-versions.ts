/** Api-versions of disks and snapshots: azure-native's default first, then those of the JavaScript client and az CLI (azure-arm.md 1, 12.2). */
export const DISK_API_VERSIONS = [
  "2024-03-02",
  "2025-01-02",
  "2023-10-02",
  "2023-04-02",
  "2023-01-02",
  "2022-07-02",
  "2022-03-02",
] as const;

/** Api-versions of virtual machines and run commands (azure-arm.md 1, 3, 12.2). */
export const VM_API_VERSIONS = [
  "2024-11-01",
  "2026-04-01",
  "2025-11-01",
  "2025-04-01",
  "2024-07-01",
  "2024-03-01",
  "2023-09-01",
  "2023-07-01",
  "2023-03-01",
  "2022-11-01",
  "2022-08-01",
  "2022-03-01",
] as const;
