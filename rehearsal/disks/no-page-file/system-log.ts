import { eventValues, writeEventLog, type EventFacts } from "../build/event-log-writer";

const { hex64, u32, u64 } = eventValues;

const at = (time: string): Date => new Date(`2026-11-02T${time}Z`);

const start = (time: string): EventFacts => ({ provider: "EventLog", eventId: 6005, level: 4, time: at(time) });

const noDump = (time: string): EventFacts => ({
  provider: "volmgr",
  eventId: 46,
  level: 2,
  time: at(time),
  data: ["\\Device\\HarddiskVolume1"],
});

const reset = (time: string): EventFacts => ({
  provider: "Microsoft-Windows-Kernel-Power",
  eventId: 41,
  level: 1,
  time: at(time),
  data: {
    BugcheckCode: u32(0),
    BugcheckParameter1: hex64(0n),
    BugcheckParameter2: hex64(0n),
    BugcheckParameter3: hex64(0n),
    BugcheckParameter4: hex64(0n),
    SleepInProgress: u32(0),
    PowerButtonTimestamp: u64(0n),
  },
});

/** System.evtx of a Windows that cannot write a dump, and says so at every start. It was open when Windows stopped. */
export function systemLog(computer: string): Buffer {
  const events: EventFacts[] = [
    noDump("03:11:02.120"),
    start("03:11:09.871"),
    {
      provider: "User32",
      eventId: 1074,
      level: 4,
      time: at("04:40:12.004"),
      data: [
        `C:\\Windows\\system32\\svchost.exe (${computer})`,
        computer,
        "Operating System: Service pack (Planned)",
        "0x80020010",
        "restart",
        "",
        "NT AUTHORITY\\SYSTEM",
      ],
    },
    { provider: "EventLog", eventId: 6006, level: 4, time: at("04:40:31.550") },
    noDump("04:44:18.301"),
    reset("04:50:21.917"),
    noDump("04:50:22.064"),
    { provider: "EventLog", eventId: 6008, level: 2, time: at("04:50:29.310"), data: ["4:46:55 AM", "11/2/2026"] },
    start("04:50:29.311"),
  ];
  return writeEventLog(events, { channel: "System", computer, chunks: 2, dirty: true });
}
