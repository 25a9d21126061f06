/** Api-versions of Microsoft.Storage: azure-native's default first, then those of the JavaScript client and az CLI (azure-arm.md 1, 12.2). */
export const STORAGE_API_VERSIONS = [
  "2024-01-01",
  "2025-08-01",
  "2025-06-01",
  "2023-05-01",
  "2023-01-01",
  "2022-09-01",
] as const;
