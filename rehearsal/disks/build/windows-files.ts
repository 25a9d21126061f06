import type { FileRecipe } from "./recipe";

const libraries =
  "advapi32 apphelp bcrypt bcryptprimitives cfgmgr32 combase comctl32 comdlg32 crypt32 cryptbase cryptsp dbghelp devobj dhcpcsvc dnsapi " +
  "dpapi dwmapi gdi32 gdi32full imm32 iphlpapi kernel32 KernelBase logoncli lsasrv mpr msasn1 msvcp_win msvcrt mswsock ncrypt netapi32 " +
  "netlogon netutils nsi ntasn1 ntdll ntmarta ole32 oleaut32 powrprof profapi propsys rpcrt4 rsaenh samcli samlib schannel sechost " +
  "secur32 setupapi shell32 shlwapi sspicli tdh ucrtbase urlmon user32 userenv usp10 uxtheme version wevtapi winhttp wininet winsta " +
  "wintrust wkscli ws2_32 wtsapi32 xmllite";

const programs =
  "autochk bcdedit chkdsk cmd conhost csrss dism dllhost dwm fontdrvhost LogonUI lsass mmc msiexec net ntoskrnl regedt32 sc services " +
  "sfc smss svchost taskhostw taskkill userinit wininit winload winlogon winresume wuauclt";

const drivers =
  "acpi afd ahcache atapi cdrom clfs cng disk dumpfve dxgkrnl fltMgr fvevol hvservice hvsocket intelppm ksecdd mlx5 mountmgr msrpc " +
  "ndis netvsc ntfs partmgr pci pdc rdbss spaceport storahci storport storvsc tcpip vdrvroot vmbus vmgid volmgr volmgrx volsnap wdf01000";

/** The files of a small Windows folder, without hives and dumps. */
export function windowsFiles(build: number): FileRecipe[] {
  const in32 = (name: string): string => `Windows\\System32\\${name}`;
  return [
    ...libraries.split(" ").map((name) => image(in32(`${name}.dll`), build)),
    ...programs.split(" ").map((name) => image(in32(`${name}.exe`), build)),
    ...drivers.split(" ").map((name) => image(in32(`drivers\\${name}.sys`), build)),
    image(in32("winload.efi"), build),
    image("Windows\\explorer.exe", build),
    image("Windows\\regedit.exe", build),
    plain(
      "Windows\\win.ini",
      "; for 16-bit app support\r\n[fonts]\r\n[extensions]\r\n[mci extensions]\r\n[files]\r\n[Mail]\r\nMAPI=1\r\n",
    ),
    plain(
      "Windows\\WindowsUpdate.log",
      "Windows Update logs are now generated using ETW (Event Tracing for Windows).\r\n",
    ),
    plain("Windows\\Logs\\CBS\\CBS.log", lines(400, build)),
    plain("Windows\\Panther\\setupact.log", lines(200, build)),
    plain("Windows\\System32\\drivers\\etc\\hosts", "127.0.0.1 localhost\r\n::1 localhost\r\n"),
    plain("Users\\Public\\desktop.ini", "[.ShellClassInfo]\r\n"),
    plain("Users\\azureuser\\Desktop\\notes.txt", "Restarted after the update, does not come back.\r\n"),
    plain("Program Files\\Common Files\\desktop.ini", "[.ShellClassInfo]\r\n"),
    plain("ProgramData\\Microsoft\\Windows\\WER\\ReportQueue\\desktop.ini", "[.ShellClassInfo]\r\n"),
    plain("WindowsAzure\\Logs\\WaAppAgent.log", lines(300, build)),
  ];
}

/** A stand-in for a program: a header, a version, and bytes of its own that pack well. */
export function image(path: string, build: number): FileRecipe {
  const name = path.split("\\").at(-1) ?? path;
  const size = 2048 + (hash(path) % 48) * 512;
  const bytes = Buffer.alloc(size, `\0${name} 10.0.${build}.1 \0\0\0`, "latin1");
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(hash(path), 60);
  return { path, bytes };
}

function plain(path: string, text: string): FileRecipe {
  return { path, bytes: Buffer.from(text, "latin1") };
}

function lines(count: number, build: number): string {
  return Array.from(
    { length: count },
    (_, index) => `${index}, Info  CBS  Session: ${hash(`${build}-${index}`)}\r\n`,
  ).join("");
}

function hash(text: string): number {
  let value = 2166136261;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 16777619) >>> 0;
  return value;
}
