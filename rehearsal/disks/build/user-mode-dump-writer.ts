/**
 * Writes a minidump of a user-mode process, `MDMP`, with no stream in it: what Windows Error Reporting and debuggers
 * leave, and no kernel dump.
 *
 * Layout: MINIDUMP_HEADER, https://learn.microsoft.com/windows/win32/api/minidumpapiset/ns-minidumpapiset-minidump_header
 *
 * @param size bytes of the file
 */
export function writeUserModeDump(time: Date, size: number): Buffer {
  const dump = Buffer.alloc(size);
  dump.write("MDMP", 0, "latin1");
  dump.writeUInt32LE(0x000f_a793, 4);
  dump.writeUInt32LE(0, 8);
  dump.writeUInt32LE(32, 12);
  dump.writeUInt32LE(Math.floor(time.getTime() / 1000), 20);
  dump.writeBigUInt64LE(0x0000_0000_0002_1826n, 24);
  dump.write("C:\\Windows\\System32\\winlogon.exe", 64, "utf16le");
  return dump;
}
