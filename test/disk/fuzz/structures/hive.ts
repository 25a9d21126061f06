import { RegistryHive, SliceSource, type ByteSource, type RegistryKey } from "../../../../disk";
import { marvin32 } from "../../../../disk/registry/marvin32";
import { changedPages, newLog, setSequence } from "../../../../rehearsal/disks/build/hive-log-writer";
import { dword, expandText, text, type HiveKey } from "../../../../rehearsal/disks/build/hive-values";
import { writeHive } from "../../../../rehearsal/disks/build/hive-writer";
import { sha256 } from "../../support/hash";
import type { Damage } from "../damage";
import type { Structure } from "../structure";

const facts = { fileName: "SYSTEM", lastWritten: new Date("2026-05-06T07:08:09Z"), sequence: 5 };
const baseSize = 4096;

const many = (count: number): HiveKey =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, { Value: dword(index) }]));

function hiveOf(current: number): Buffer {
  return writeHive(
    {
      ControlSet001: {
        Control: { CrashControl: { DumpFile: expandText("%SystemRoot%\\MEMORY.DMP"), AutoReboot: dword(1) } },
        Services: many(600),
        Ключ: { Long: text("x".repeat(20_000)) },
      },
      Select: { Current: dword(current) },
    },
    facts,
  );
}

/** Walks over all of a hive, to some thousand keys. */
async function walk(hive: RegistryHive): Promise<string> {
  const found: string[] = [];
  const visit = async (key: RegistryKey, depth: number): Promise<void> => {
    if (found.length > 3000 || depth > 600) return;
    for (const value of await key.values()) found.push(`${value.name} ${value.type} ${value.data.length}`);
    for (const child of await key.keys()) {
      found.push(child.name);
      await visit(child, depth + 1);
    }
  };
  await visit(hive.root, 0);
  return sha256(Buffer.from(found.join("\n")));
}

async function answers(hive: RegistryHive): Promise<string> {
  const current = (await (await hive.key("Select"))?.value("Current"))?.asNumber();
  const settings = await hive.key(`ControlSet00${current}\\Control\\CrashControl`);
  return JSON.stringify([current, (await settings?.value("DumpFile"))?.asString(), hive.dirty, hive.replayedEntries]);
}

/** Few questions are as many cells as the whole tree, most are those of a triage. */
export const hiveCells: Structure = {
  name: "hive cells",
  prepare: () => {
    const bytes = hiveOf(1);
    return Promise.resolve({
      bytes,
      ranges: [{ offset: baseSize, length: bytes.length - baseSize }],
      questions: 16,
      ask: async (source, question) => {
        const hive = await RegistryHive.open(source);
        return question === 0 ? walk(hive) : answers(hive);
      },
    });
  },
};

export const hiveBaseBlock: Structure = {
  name: "hive base block",
  prepare: () => {
    const bytes = hiveOf(1);
    return Promise.resolve({
      bytes,
      ranges: [{ offset: 0, length: 512 }],
      ask: async (source) => answers(await RegistryHive.open(source)),
      repair: (damage: Damage) => repairBase(damage, 0),
    });
  },
};

/** A dirty hive and its log, one behind the other. */
export const hiveLog: Structure = {
  name: "hive log",
  prepare: () => {
    const [first, second, third] = [hiveOf(1), hiveOf(2), hiveOf(3)] as const;
    const hive = setSequence(first, 5, 4);
    const log = newLog(third, 9, [changedPages(first, second), changedPages(second, third)]);
    const bytes = Buffer.concat([hive, log]);
    const ask = async (source: ByteSource): Promise<string> => {
      const cut = Math.min(hive.length, source.size);
      const logs = [new SliceSource(source, cut, source.size - cut)];
      return answers(await RegistryHive.open(new SliceSource(source, 0, cut), logs));
    };
    return Promise.resolve({
      bytes,
      ranges: [
        { offset: 0, length: 512 },
        { offset: hive.length, length: log.length },
      ],
      ask,
      repair: (damage: Damage) => repairLog(damage, hive.length),
    });
  },
};

function repairBase(damage: Damage, at: number): void {
  let sum = 0;
  for (let place = at; place < at + 508; place += 4) sum ^= damage.bytes.readUInt32LE(place);
  damage.writeNumber(at + 508, sum >>> 0);
}

/** Makes the hashes of the first entries right, as far as their lengths make sense. */
function repairLog(damage: Damage, at: number): void {
  const { bytes } = damage;
  repairBase(damage, at);
  for (let entry = at + 512, count = 0; entry + 512 <= bytes.length && count < 4; count++) {
    const size = bytes.readUInt32LE(entry + 4);
    if (size < 512 || entry + size > bytes.length) return;
    writeBig(damage, entry + 24, marvin32(bytes.subarray(entry + 40, entry + size)));
    writeBig(damage, entry + 32, marvin32(bytes.subarray(entry, entry + 32)));
    entry += size;
  }
}

function writeBig(damage: Damage, at: number, value: bigint): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  damage.write(at, bytes);
}
