import { childId, parseResourceId, type ResourceId } from "../../../rehearsal/arm/resource-id";
import { VirtualClock } from "../../../rehearsal/arm/virtual-clock";
import { NETWORK_VERSION, startCore } from "./core-fixture";

const GROUP = "/subscriptions/s/resourceGroups/g";

function id(path: string): ResourceId {
  return parseResourceId(`${GROUP}/providers/${path}`)!;
}

const network = id("Microsoft.Network/virtualNetworks/v");
const address = id("Microsoft.Network/publicIPAddresses/p");
const nic = id("Microsoft.Network/networkInterfaces/n");
const vm = id("Microsoft.Compute/virtualMachines/vm");
const nicBody = {
  properties: { subnet: { id: `${network.text}/subnets/default` }, address: { id: address.text.toUpperCase() } },
};

describe("virtual clock", () => {
  it("lets work overlap that does not depend on each other, in whatever order it comes", () => {
    const clock = new VirtualClock();

    clock.begin(network, "PUT", {}, 4);
    clock.begin(address, "PUT", {}, 5);

    expect(clock.criticalPathSeconds).toBe(5);
  });

  it("lets work wait for what its body names, in any case", () => {
    const clock = new VirtualClock();
    clock.begin(network, "PUT", {}, 4);
    clock.begin(address, "PUT", {}, 5);

    expect(clock.begin(nic, "PUT", nicBody, 5)).toEqual({ start: 5, end: 10 });
  });

  it("lets work wait for what it lies in", () => {
    const clock = new VirtualClock();
    clock.begin(vm, "PUT", {}, 66);

    expect(clock.begin(childId(vm, "runCommands", "mount"), "PUT", {}, 15).start).toBe(66);
  });

  it("lets a second run command wait for the first only when it came after its end", () => {
    const clock = new VirtualClock();
    const mount = childId(vm, "runCommands", "mount");
    const first = clock.begin(mount, "PUT", {}, 15);
    const meanwhile = clock.begin(childId(vm, "runCommands", "meanwhile"), "PUT", {}, 15);
    clock.ended(mount, first);

    const afterwards = clock.begin(childId(vm, "runCommands", "collect"), "PUT", {}, 15);

    expect([first.start, meanwhile.start, afterwards.start]).toEqual([0, 0, 15]);
  });

  it("lets a deletion wait for the deletion of what named the resource", () => {
    const clock = new VirtualClock();
    clock.begin(nic, "PUT", nicBody, 5);
    const gone = clock.begin(nic, "DELETE", undefined, 5);
    clock.released(nicBody, gone);

    expect(clock.begin(address, "DELETE", undefined, 20)).toEqual({ start: 10, end: 30 });
  });

  it("lets the deletion of a network wait for the deletion of what lay in its subnets", () => {
    const clock = new VirtualClock();
    clock.begin(network, "PUT", {}, 4);
    clock.begin(nic, "PUT", nicBody, 5);
    const gone = clock.begin(nic, "DELETE", undefined, 5);
    clock.released(nicBody, gone);

    expect(clock.begin(network, "DELETE", undefined, 11)).toEqual({ start: 14, end: 25 });
  });

  it("lets the deletion of a group wait for all that is in it", () => {
    const clock = new VirtualClock();
    clock.begin(vm, "PUT", {}, 66);

    expect(clock.begin(parseResourceId(GROUP)!, "DELETE", undefined, 16).start).toBe(66);
  });

  it("knows a resource by its other names", () => {
    const clock = new VirtualClock();
    const account = id("Microsoft.Storage/storageAccounts/a");
    clock.alias(account, ["https://a.blob.core.windows.net"]);
    clock.begin(account, "PUT", {}, 26);

    const collect = { properties: { parameters: [{ name: "url", value: "https://a.blob.core.windows.net/dumps" }] } };

    expect(clock.begin(nic, "PUT", collect, 15).start).toBe(26);
  });
});

it("gives a job the same minutes, however long it really takes", async () => {
  const minutes: number[] = [];
  for (const millisecondsPerSecond of [0, 3]) {
    const azure = await startCore({ millisecondsPerSecond });
    const path = (type: string) => `${azure.group}/providers/Microsoft.Network/${type}`;
    const location = "westus2";
    const subnets = [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }];
    const addressSpace = { addressPrefixes: ["10.0.0.0/16"] };
    await azure.make(path("virtualNetworks/v"), NETWORK_VERSION, { location, properties: { addressSpace, subnets } });
    await azure.make(path("networkSecurityGroups/g"), NETWORK_VERSION, { location });
    const subnet = { id: path("virtualNetworks/v/subnets/default") };
    const ipConfigurations = [{ name: "ip", properties: { subnet } }];
    await azure.make(path("networkInterfaces/n"), NETWORK_VERSION, { location, properties: { ipConfigurations } });
    minutes.push(azure.core.modelledMinutes());
    await azure.stop();
  }

  // Group 0.9 s, network 4 s (the security group beside it), interface 5 s (azure-arm.md 9).
  expect(minutes).toEqual([9.9 / 60, 9.9 / 60]);
});
