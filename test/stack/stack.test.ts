import { repairVmStack } from "./repair-vm-stack";
import { snapshotStack } from "./snapshot-stack";
import { type SimulatedAzure, startAzure } from "./support/stack";

jest.setTimeout(120_000);

/** One for all stacks, which are there one after the other: it and its plugins take as long to start as a stack is small. */
let azure: SimulatedAzure;

beforeAll(async () => {
  azure = await startAzure("gen2-dump");
});

afterAll(async () => {
  await azure.stop();
});

describe("the stack that takes the dump from the snapshot, under the real engine", () => snapshotStack(() => azure));

describe("the stack with a repair VM, under the real engine", () => repairVmStack(() => azure));
