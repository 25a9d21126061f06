import { describeDisks } from "./simulator/disks";
import { startFixture, type Fixture } from "./simulator/fixture";
import { describeRunCommands } from "./simulator/run-commands";
import { describeStart } from "./simulator/start";
import { describeStorage } from "./simulator/storage";
import { describeVirtualMachineChanges } from "./simulator/virtual-machine-changes";
import { describeVirtualMachines } from "./simulator/virtual-machines";

// One file and one simulator for all: loading the official clients and Azurite takes longer than all their tests.
let shared: Fixture;

jest.setTimeout(60_000);

beforeAll(async () => {
  shared = await startFixture();
});

afterAll(async () => {
  await shared.stop();
  expect(shared.problems).toEqual([]);
});

describe("disks and snapshots", () => describeDisks(() => shared));
describe("virtual machines", () => describeVirtualMachines(() => shared));
describe("changes of virtual machines", () => describeVirtualMachineChanges(() => shared));
describe("run commands", () => describeRunCommands(() => shared));
describe("storage", () => describeStorage(() => shared));
describe("start and stop", () => describeStart());
