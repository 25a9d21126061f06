/**
 * API versions of Resource Manager itself: resource groups, lists of resources, resource providers (azure-arm.md 1, 12.2).
 * The azure-native provider reads the default location with 2020-10-01 (azure-arm.md 11.2) and registers providers with
 * 2019-05-01 (azure-arm.md 11.1).
 */
export const RESOURCE_MANAGER_API_VERSIONS: readonly string[] = [
  "2018-05-01",
  "2019-05-01",
  "2019-10-01",
  "2020-06-01",
  "2020-10-01",
  "2021-04-01",
  "2022-09-01",
  "2023-07-01",
  "2024-03-01",
  "2024-07-01",
  "2024-11-01",
  "2025-03-01",
  "2025-04-01",
];
