/** Processes whose end stops Windows with 0xC000021A or 0xEF, as collect-dump.ps1 has them. */
export const criticalPrograms: readonly string[] = [
  "csrss.exe",
  "lsass.exe",
  "services.exe",
  "smss.exe",
  "svchost.exe",
  "wininit.exe",
  "winlogon.exe",
];
