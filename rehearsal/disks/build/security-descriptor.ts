/** Owner and group Administrators; full access for SYSTEM and Administrators, read for Users. Self-relative. */
export function securityDescriptor(): Buffer {
  const administrators = sid(32, 544);
  const entries = [entry(sid(18), 0xf003f), entry(administrators, 0xf003f), entry(sid(32, 545), 0x20019)];
  const list = Buffer.alloc(8);
  list.writeUInt8(2, 0);
  list.writeUInt16LE(8 + entries.reduce((sum, one) => sum + one.length, 0), 2);
  list.writeUInt16LE(entries.length, 4);
  const acl = Buffer.concat([list, ...entries]);
  const head = Buffer.alloc(20);
  head.writeUInt8(1, 0);
  head.writeUInt16LE(0x8004, 2);
  head.writeUInt32LE(20 + acl.length, 4);
  head.writeUInt32LE(20 + acl.length + administrators.length, 8);
  head.writeUInt32LE(20, 16);
  return Buffer.concat([head, acl, administrators, administrators]);
}

function sid(...parts: number[]): Buffer {
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUInt8(5, 7);
  parts.forEach((part, index) => bytes.writeUInt32LE(part, 8 + index * 4));
  return bytes;
}

/** An access-allowed entry that subkeys inherit. */
function entry(who: Buffer, access: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(0, 0);
  head.writeUInt8(2, 1);
  head.writeUInt16LE(8 + who.length, 2);
  head.writeUInt32LE(access, 4);
  return Buffer.concat([head, who]);
}
