/** What a triage says. The same cases have the same words in guest/collect-dump.ps1, so that both can be compared. */
export const sentences = {
  hiveRead: (controlSet: string) => `registry read: ${controlSet}`,
  hiveProblem: (problem: string) =>
    `The registry of the broken Windows could not be read (${problem}); the default places were searched.`,
  hiveMissing: "the file is not there",
  selectNone: "Select\\Current is missing",
  selectOther: (controlSet: string, current: string) =>
    `${controlSet}, because ${current} (Select\\Current) is not there`,
  selectFailed: (controlSet: string, failed: string) => `${controlSet} (${failed} is noted as failed)`,

  placeDumpFile: "named by CrashControl\\DumpFile",
  placeDefault: "the default place",
  placeDedicated: "named by CrashControl\\DedicatedDumpFile",
  placeTemporary: "a dump that was not renamed yet",
  placeMinidump: "a small dump",
  placePageFile: "the page file, where a dump is until the next start",
  placeVolume: "another volume of this disk",
  placeLive: "dumps of a running system",
  placeProgram: "dumps of single programs",
  placeScan: "found by its file record, though no folder names it",

  foundBest: (place: string, kind: string, code: string) => `${place}: ${kind}, ${code}, taken`,
  foundOther: (place: string, kind: string, code: string) =>
    `${place}: ${kind}, ${code}, left because another one is better`,
  foundLive: (place: string) => `${place}: a live dump, not a crash`,
  foundUserMode: (place: string) => `${place}: a dump of one program (user mode), not of Windows`,
  foundForeign: (place: string) => `${place}: no dump, it begins with other bytes`,
  foundShort: (place: string, size: number) => `${place}: no dump, only ${size} bytes`,
  absent: (place: string) => `${place}: not there`,
  absentFolder: (place: string, pattern: string) => `${place}: no file ${pattern} there`,
  otherDrive: (place: string, drive: string) =>
    `${place}: on drive ${drive} of the broken VM, which is not on this disk`,
  unclearPath: (place: string) => `${place}: no full path`,
  unreadable: (place: string, problem: string) => `${place}: could not be read: ${problem}`,
  pageFileArmed: (place: string) => `${place}: holds a dump that was not taken out yet`,
  pageFileIdle: (place: string) => `${place}: holds no dump`,
  reservedShort: (required: number, size: number) =>
    `it needs ${required} bytes, and the file has ${size}: it is not all there`,
  reservedUnsure: "its header does not say how long it is",
  pageFileShort: (place: string, size: number) => `${place}: only ${size} bytes, which no page file has`,
  pageFileDoubt: (size: number) => `a page file of ${size} bytes`,

  remarkCutOff: (size: number, required: number) => `cut off: ${size} of ${required} bytes are there`,
  remarkEndMissing: "cut off: its end is missing",
  remarkSmallFile: "Windows noted that its file was too small for it",
  remarkEncrypted: "its contents are encrypted, so that it takes the key to read them",
  remarkEarlier: (time: string) => `Windows noted a later crash: ${time}`,
  volumeNone: (place: string) => `${place}: no dump in its usual places`,
  liveNone: (place: string) => `${place}: none there`,
  liveSome: (place: string, count: number) =>
    `${place}: ${count} there, this one the newest; left, for they show no crash`,
  programNone: (place: string) => `${place}: none there of a process whose end stops Windows`,
  programSome: (place: string, count: number) =>
    `${place}: ${count} of processes whose end stops Windows, this one the newest; left, for each holds one process only`,

  reasonFound: (path: string) => `A dump is there: ${path}.`,
  reasonCutOff: (path: string) =>
    `A dump is there, but it is cut off: ${path}. Its header can be read, its end is missing.`,
  reasonNewerCutOff: (path: string) =>
    `There is a dump of a later crash, but it is cut off, and this one was taken instead: ${path}.`,
  reasonEarlier: (time: string) => `Windows noted a later crash (${time}), of which there is no dump.`,
  reasonPageFile: (path: string) =>
    `The dump is still in the page file (${path}): Windows takes it out at the next start, and did not get that far.`,
  reasonNotWhole: (problem: string) => `Only a part of it can be had: ${problem}.`,
  reasonDisabled: "Crash dumps are turned off in the broken Windows (CrashDumpEnabled is 0).",
  reasonOtherDrive: (path: string) =>
    `The dump is written to ${path}, which is not on this disk: a drive D: of a VM in Azure is its temporary disk, and a snapshot does not hold that.`,
  reasonTemporaryPages: (paths: string) =>
    `The page file of the broken Windows is only on ${paths}, not on this disk: a crash is written to the page file first, and a snapshot of the OS disk does not hold the temporary disk.`,
  reasonNoPageFile: "The broken Windows has no page file, and a crash is written to the page file first.",
  reasonDamaged: (path: string) =>
    `A file is where the dump should be (${path}), but it is no dump: it was damaged, or Windows was stopped while it wrote it.`,
  reasonLost: "Windows noted a crash (LastCrashTime), but its dump is gone or was never taken out of the page file.",
  reasonNever:
    "Dumps are turned on, but nothing shows that this Windows wrote one: it may never have crashed with this configuration, or it was reset before the dump was written.",
  reasonUnknown: "There is no dump in the default places.",
  noteFull: (free: number, size: number) => `The volume with Windows is full: ${free} of ${size} bytes are free.`,
  noteClient: (free: number) =>
    `Windows for clients deletes a dump, unless it is in a domain, when less than 25 GB are free: ${free} bytes are, and AlwaysKeepMemoryDump is not 1.`,
  noteLimit: (megabytes: number, path: string) =>
    `CrashDumpEnabled is 1: a complete dump needs a page file of the memory of the VM and 300 MB more, and this one has at most ${megabytes} MB (${path}).`,
  notePagesElsewhere: (paths: string) =>
    `The page file is on ${paths}, not on the volume with Windows; what Microsoft writes differs on whether a dump is taken from there.`,
  reasonDoubt: (path: string, problem: string) =>
    `Whether there is a dump is not known: ${path} could not be looked up, for the file system is damaged there (${problem})`,
  reasonNoWindows: "No volume of this disk holds Windows: none has \\Windows\\System32\\config\\SYSTEM.",

  reasonNoFileSystem:
    "There is no partition table here, and no file system that is known: this may be no disk image at all.",

  nextExtract: "Fetch it: azure-repair-kit extract SOURCE --dump.",
  nextStatus: (status: string) =>
    `Look at parameter 2 of the bug check, ${status}: it says why the process ended. A bad image hash or a missing file is repaired by DISM and SFC on a repair VM.`,
  nextStartOnce:
    "Or start the broken VM once more and let it try to start for some minutes, so that Windows takes the dump out; then inspect a new snapshot.",
  nextEnable:
    "Turn dumps on in the broken Windows: CrashDumpEnabled = 7 below HKLM\\SYSTEM\\CurrentControlSet\\Control\\CrashControl, with a page file on C: that Windows manages; then let it crash again.",
  nextPageFile:
    "Move the page file of the broken Windows to C: (Memory Management\\PagingFiles = C:\\pagefile.sys 0 0), or name a DedicatedDumpFile on C:; then let it crash again.",
  nextSpace:
    "Make room on C: of the broken Windows, or name a DedicatedDumpFile on another disk; then let it crash again.",
  nextNmi:
    "Cause a dump while the broken VM hangs at its blue screen: az serial-console send nmi --resource-group GROUP --name VM. Wait until it restarts, then inspect a new snapshot.",
  nextReset: "If it restarts by itself too quickly for that: AutoReboot is on in the broken Windows.",
  nextScan:
    "Look by all file records as well, which reads about 1 KiB for every file: azure-repair-kit inspect SOURCE --scan; extract takes --scan as well.",
  nextOsDisk: "Name the OS disk of the broken VM, or a snapshot of it.",
} as const;
