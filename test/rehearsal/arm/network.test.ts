import { NetworkManagementClient } from "@azure/arm-network";

import { NIC_RESERVATION } from "../../../rehearsal/arm/network/network-interfaces";
import { parseResourceId } from "../../../rehearsal/arm/resource-id";
import { RESOURCE_TYPES } from "../../../rehearsal/arm/resource-types";
import { CORE_TYPES, NETWORK_VERSION, startCore, type CoreFixture, type RawAnswer } from "./core-fixture";

let azure: CoreFixture;
let client: NetworkManagementClient;

beforeAll(async () => {
  const machines = RESOURCE_TYPES.filter(({ type }) => type === "Microsoft.Compute/virtualMachines");
  azure = await startCore({ types: [...CORE_TYPES, ...machines] });
  client = new NetworkManagementClient(azure.credential, azure.core.subscriptionId, azure.clientOptions);
});

afterAll(() => azure.stop());

const location = "westus2";
let number = 0;

/** A resource group of its own for a test. */
async function newGroup(): Promise<{ name: string; id: string }> {
  number += 1;
  const name = `network${number}`;
  const id = `/subscriptions/${azure.core.subscriptionId}/resourceGroups/${name}`;
  await azure.raw("PUT", `${id}?api-version=2024-03-01`, { json: { location } });
  return { name, id };
}

function put(id: string, properties: object, more: object = {}): Promise<RawAnswer> {
  return azure.raw("PUT", `${id}?api-version=${NETWORK_VERSION}`, { json: { location, ...more, properties } });
}

function get(id: string): Promise<RawAnswer> {
  return azure.raw("GET", `${id}?api-version=${NETWORK_VERSION}`);
}

function remove(id: string): Promise<RawAnswer> {
  return azure.remove(id, NETWORK_VERSION);
}

function errorOf(answer: RawAnswer): unknown {
  return { status: answer.status, ...answer.body?.error };
}

/** VNet 10.0.0.0/16 with subnet `default` 10.0.0.0/24, and the ids of what goes with it. */
async function newNetwork(): Promise<{
  group: string;
  groupName: string;
  network: string;
  subnet: string;
  id: (type: string, name: string) => string;
}> {
  const { id: group, name: groupName } = await newGroup();
  const id = (type: string, name: string) => `${group}/providers/Microsoft.Network/${type}/${name}`;
  const network = id("virtualNetworks", "v");
  await azure.make(network, NETWORK_VERSION, {
    location,
    properties: {
      addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
      subnets: [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }],
    },
  });
  return { group, groupName, network, subnet: `${network}/subnets/default`, id };
}

function nicBody(subnet: string, more: object = {}, configuration: object = {}): object {
  const properties = { subnet: { id: subnet }, ...configuration };
  return { location, properties: { ipConfigurations: [{ name: "ip", properties }], ...more } };
}

const STANDARD = { location, sku: { name: "Standard" }, properties: { publicIPAllocationMethod: "Static" } };

const RULE = {
  protocol: "Tcp",
  access: "Allow",
  direction: "Inbound",
  priority: 100,
  sourceAddressPrefix: "198.51.100.0/24",
  sourcePortRange: "*",
  destinationAddressPrefix: "*",
  destinationPortRange: "3389",
};

describe("virtual networks", () => {
  it("come with the recorded defaults and their subnets", async () => {
    const { network } = await newNetwork();

    const { body } = await get(network);

    expect(body).toMatchObject({
      name: "v",
      type: "Microsoft.Network/virtualNetworks",
      properties: { provisioningState: "Succeeded", virtualNetworkPeerings: [], enableDdosProtection: false },
    });
    expect(body.properties).not.toHaveProperty("enableVmProtection");
    expect(body.properties.subnets).toEqual([
      {
        name: "default",
        id: `${network}/subnets/default`,
        etag: body.etag,
        type: "Microsoft.Network/virtualNetworks/subnets",
        properties: {
          provisioningState: "Succeeded",
          addressPrefix: "10.0.0.0/24",
          delegations: [],
          privateEndpointNetworkPolicies: "Disabled",
          privateLinkServiceNetworkPolicies: "Enabled",
        },
      },
    ]);
  });

  it("show subnets that were put by themselves, and keep them when put without subnets", async () => {
    const { network, groupName } = await newNetwork();
    await client.subnets.beginCreateOrUpdateAndWait(groupName, "v", "second", { addressPrefix: "10.0.1.0/24" });

    await azure.make(network, NETWORK_VERSION, {
      location,
      properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
    });

    const { body } = await get(network);
    expect(body.properties.subnets.map(({ name }: { name: string }) => name)).toEqual(["default", "second"]);
    expect((await get(`${network}/subnets/second`)).body.etag).toBe(body.etag);
  });

  it("lose the subnets that a PUT leaves out of its list", async () => {
    const { network, subnet } = await newNetwork();

    const subnets = [{ name: "other", properties: { addressPrefix: "10.0.2.0/24" } }];
    await azure.make(network, NETWORK_VERSION, {
      location,
      properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets },
    });

    expect(errorOf(await get(subnet))).toEqual({
      status: 404,
      code: "NotFound",
      message: `Resource ${subnet} not found.`,
      details: [],
    });
  });

  it("cannot lose a subnet in which an interface lies", async () => {
    const { id, network, subnet } = await newNetwork();
    await azure.make(id("networkInterfaces", "n"), NETWORK_VERSION, nicBody(subnet));

    const answer = await put(network, { addressSpace: { addressPrefixes: ["10.0.0.0/16"] }, subnets: [] });

    expect(errorOf(answer)).toMatchObject({ status: 400, code: "InUseSubnetCannotBeDeleted" });
    expect((await get(subnet)).status).toBe(200);
  });

  it.each([
    [
      "no range",
      "10.0.0.0",
      "InvalidAddressPrefixFormat",
      (id: string) =>
        `Address prefix 10.0.0.0 of resource ${id} is not formatted correctly. It should follow CIDR notation, for example 10.0.0.0/24.`,
    ],
    [
      "bits below the mask",
      "10.0.0.1/16",
      "InvalidCIDRNotation",
      () =>
        "The address prefix 10.0.0.1/16 has an invalid CIDR notation. For the given prefix length, the address prefix should be 10.0.0.0/16.",
    ],
  ])("with %s are refused", async (_what, prefix, code, message) => {
    const id = `${azure.group}/providers/Microsoft.Network/virtualNetworks/bad`;

    const answer = await put(id, { addressSpace: { addressPrefixes: [prefix] } });

    expect(errorOf(answer)).toEqual({ status: 400, code, message: message(id), details: [] });
    expect((await get(id)).status).toBe(404);
  });

  it.each([
    [
      "outside",
      "10.1.0.0/24",
      "NetcfgSubnetRangeOutsideVnet",
      "Subnet 'x' is not valid because its IP address range is outside the IP address range of virtual network 'v'.",
    ],
    [
      "overlapping",
      "10.0.0.128/25",
      "NetcfgSubnetRangesOverlap",
      "Subnet 'x' is not valid because its IP address range overlaps with that of an existing subnet in virtual network 'v'.",
    ],
  ])("refuse a subnet %s", async (_what, addressPrefix, code, message) => {
    const { network } = await newNetwork();

    const answer = await put(`${network}/subnets/x`, { addressPrefix });

    expect(errorOf(answer)).toEqual({ status: 400, code, message, details: [] });
  });

  it("with a bad name are refused", async () => {
    const answer = await put(`${azure.group}/providers/Microsoft.Network/virtualNetworks/-bad-`, {});

    expect(errorOf(answer)).toMatchObject({ status: 400, code: "InvalidResourceName" });
  });

  it("take tags in PATCH, which replace all tags and nothing else", async () => {
    const { network, groupName } = await newNetwork();
    await client.virtualNetworks.updateTags(groupName, "v", { tags: { a: "1", b: "2" } });

    const { tags } = await client.virtualNetworks.updateTags(groupName, "v", { tags: { c: "3" } });

    expect(tags).toEqual({ c: "3" });
    expect((await get(network)).body.properties.addressSpace).toEqual({ addressPrefixes: ["10.0.0.0/16"] });
  });
});

describe("writes to one virtual network", () => {
  it("succeed one after the other", async () => {
    const { network, groupName } = await newNetwork();

    for (const third of [1, 2, 3]) {
      await client.subnets.beginCreateOrUpdateAndWait(groupName, "v", `s${third}`, {
        addressPrefix: `10.0.${third}.0/24`,
      });
    }

    expect((await get(network)).body.properties.subnets).toHaveLength(4);
  });
});

describe("network security groups", () => {
  it("come with the six default rules, plural forms empty", async () => {
    const { id } = await newNetwork();

    const { properties } = await azure.make(id("networkSecurityGroups", "g"), NETWORK_VERSION, { location });

    expect(properties.securityRules).toEqual([]);
    expect(properties.defaultSecurityRules.map((rule: any) => [rule.name, rule.properties.priority])).toEqual([
      ["AllowVnetInBound", 65000],
      ["AllowAzureLoadBalancerInBound", 65001],
      ["DenyAllInBound", 65500],
      ["AllowVnetOutBound", 65000],
      ["AllowInternetOutBound", 65001],
      ["DenyAllOutBound", 65500],
    ]);
    expect(properties.defaultSecurityRules[0].properties).toMatchObject({
      sourcePortRanges: [],
      destinationAddressPrefixes: [],
    });
  });

  it("own their rules: inline and standalone are the same rules", async () => {
    const { id, groupName } = await newNetwork();
    const group = id("networkSecurityGroups", "g");
    await azure.make(group, NETWORK_VERSION, {
      location,
      properties: { securityRules: [{ name: "rdp", properties: RULE }] },
    });
    await client.securityRules.beginCreateOrUpdateAndWait(groupName, "g", "winrm", {
      ...RULE,
      priority: 110,
      destinationPortRange: "5986",
    });

    const rules = (await get(group)).body.properties.securityRules.map(({ name }: { name: string }) => name);
    await azure.make(group, NETWORK_VERSION, {
      location,
      properties: { securityRules: [{ name: "rdp", properties: RULE }] },
    });

    expect(rules).toEqual(["rdp", "winrm"]);
    expect((await get(`${group}/securityRules/winrm`)).status).toBe(404);
    expect((await get(`${group}/securityRules/rdp`)).body.properties.destinationPortRange).toBe("3389");
  });

  it.each([
    [
      "an address that is none",
      { sourceAddressPrefix: "300.1.2.3" },
      "SecurityRuleInvalidAddressPrefix",
      (id: string) => `Security rule ${id}/securityRules/r has invalid Address prefix. Value provided: 300.1.2.3`,
    ],
    [
      "a range with bits below its mask",
      { sourceAddressPrefix: "50.206.209.68/27" },
      "SecurityRuleInvalidAddressPrefix",
      (id: string) =>
        `Security rule ${id}/securityRules/r has invalid Address prefix. Value provided: 50.206.209.68/27`,
    ],
    [
      "the portal's word for all",
      { sourceAddressPrefix: "any" },
      "SecurityRuleInvalidAddressPrefix",
      (id: string) => `Security rule ${id}/securityRules/r has invalid Address prefix. Value provided: any`,
    ],
    [
      "one bad range of several",
      { sourceAddressPrefix: undefined, sourceAddressPrefixes: ["10.0.0.0/8", "10.0.0.0/33"] },
      "SecurityRuleInvalidAddressPrefix",
      (id: string) => `Security rule ${id}/securityRules/r has invalid Address prefix. Value provided: 10.0.0.0/33`,
    ],
    [
      "a port that is none",
      { destinationPortRange: "70000" },
      "SecurityRuleInvalidPortRange",
      () =>
        "Security rule has invalid Port range. Value provided: 70000. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.",
    ],
    [
      "a priority below 100",
      { priority: 99 },
      "SecurityRuleInvalidPriority",
      () => "Security rule has invalid Priority. Value provided: 99. Value should be in the range 100-4096.",
    ],
  ])("refuse %s", async (_what, wrong, code, message) => {
    const { id } = await newNetwork();
    const group = id("networkSecurityGroups", "g");

    const answer = await put(group, { securityRules: [{ name: "r", properties: { ...RULE, ...wrong } }] });

    expect(errorOf(answer)).toEqual({ status: 400, code, message: message(group), details: [] });
  });

  it.each(["*", "10.0.0.0/8", "10.1.2.3", "2001:db8::/32", "VirtualNetwork", "Storage.WestUS2"])(
    "take %s as an address",
    async (prefix) => {
      const { id } = await newNetwork();

      const answer = await put(id("networkSecurityGroups", "g"), {
        securityRules: [{ name: "r", properties: { ...RULE, sourceAddressPrefix: prefix } }],
      });

      expect(answer.status).toBe(201);
    },
  );

  it("refuse two rules with the same direction and priority", async () => {
    const { id } = await newNetwork();
    const rules = ["one", "two"].map((name) => ({ name, properties: RULE }));

    const answer = await put(id("networkSecurityGroups", "g"), { securityRules: rules });

    expect(errorOf(answer)).toEqual({
      status: 400,
      code: "SecurityRuleConflict",
      message:
        "Security rule one conflicts with rule two. Rules cannot have the same Priority and Direction. To learn more, see aka.ms/nsgrules.",
      details: [],
    });
  });

  it("cannot be deleted while a subnet and an interface use them", async () => {
    const { id, network, subnet } = await newNetwork();
    const group = id("networkSecurityGroups", "g");
    await azure.make(group, NETWORK_VERSION, { location });
    await azure.make(subnet, NETWORK_VERSION, {
      properties: { addressPrefix: "10.0.0.0/24", networkSecurityGroup: { id: group } },
    });
    await azure.make(
      id("networkInterfaces", "n"),
      NETWORK_VERSION,
      nicBody(subnet, { networkSecurityGroup: { id: group } }),
    );

    const answer = await remove(group);

    expect(errorOf(answer)).toEqual({
      status: 400,
      code: "InUseNetworkSecurityGroupCannotBeDeleted",
      message:
        `Network security group ${group} cannot be deleted because it is in use by the following resources: ` +
        `${network}/subnets/default, ${id("networkInterfaces", "n")}. In order to delete the Network security group, ` +
        "remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.",
      details: [],
    });
    expect((await get(group)).body.properties).toMatchObject({
      networkInterfaces: [{ id: id("networkInterfaces", "n") }],
      subnets: [{ id: subnet }],
    });
  });
});

describe("public addresses", () => {
  it("get a static address of the documentation range and keep it", async () => {
    const { id } = await newNetwork();
    const one = await azure.make(id("publicIPAddresses", "one"), NETWORK_VERSION, STANDARD);
    const two = await azure.make(id("publicIPAddresses", "two"), NETWORK_VERSION, STANDARD);

    const again = await azure.make(id("publicIPAddresses", "one"), NETWORK_VERSION, STANDARD);

    expect(one.properties.ipAddress).toMatch(/^203\.0\.113\.\d+$/);
    expect(two.properties.ipAddress).not.toBe(one.properties.ipAddress);
    expect(again.properties.ipAddress).toBe(one.properties.ipAddress);
  });

  it("come with the recorded defaults, and without deleteOption", async () => {
    const { id } = await newNetwork();

    const made = await azure.make(id("publicIPAddresses", "p"), NETWORK_VERSION, {
      ...STANDARD,
      properties: { ...STANDARD.properties, deleteOption: "Delete" },
    });

    expect(made.sku).toEqual({ name: "Standard", tier: "Regional" });
    expect(made.properties).toMatchObject({
      ddosSettings: { protectionMode: "VirtualNetworkInherited" },
      ipTags: [],
      idleTimeoutInMinutes: 4,
      publicIPAddressVersion: "IPv4",
    });
    expect(made.properties).not.toHaveProperty("deleteOption");
  });

  it.each([
    [
      "no SKU, which means Basic",
      { sku: undefined },
      "IPv4BasicSkuPublicIpCountLimitReached",
      () => "Cannot create more than 0 IPv4 Basic SKU public IP addresses for this subscription in this region.",
    ],
    [
      "dynamic allocation",
      { properties: { publicIPAllocationMethod: "Dynamic" } },
      "StandardSkuPublicIPAddressesMustBeStatic",
      (id: string) => `Standard sku publicIp ${id} must have AllocationMethod set to Static.`,
    ],
  ])("with %s are refused", async (_what, wrong, code, message) => {
    const { id } = await newNetwork();
    const address = id("publicIPAddresses", "p");

    const answer = await azure.raw("PUT", `${address}?api-version=${NETWORK_VERSION}`, {
      json: { ...STANDARD, ...wrong },
    });

    expect(errorOf(answer)).toEqual({ status: 400, code, message: message(address), details: [] });
  });
});

describe("network interfaces", () => {
  it("get the lowest free address of the subnet after the four that Azure keeps, and hold it", async () => {
    const { id, subnet } = await newNetwork();
    const addresses: string[] = [];
    for (const name of ["a", "b", "a"]) {
      const nic = await azure.make(id("networkInterfaces", name), NETWORK_VERSION, nicBody(subnet));
      addresses.push(nic.properties.ipConfigurations[0].properties.privateIPAddress);
    }

    expect(addresses).toEqual(["10.0.0.4", "10.0.0.5", "10.0.0.4"]);
  });

  it("are shown on the subnet and the public address that they use", async () => {
    const { id, subnet } = await newNetwork();
    const address = id("publicIPAddresses", "p");
    await azure.make(address, NETWORK_VERSION, STANDARD);

    await azure.make(
      id("networkInterfaces", "n"),
      NETWORK_VERSION,
      nicBody(subnet, {}, { publicIPAddress: { id: address } }),
    );

    const configuration = { id: `${id("networkInterfaces", "n")}/ipConfigurations/ip` };
    expect((await get(address)).body.properties.ipConfiguration).toEqual(configuration);
    expect((await get(subnet)).body.properties.ipConfigurations).toEqual([configuration]);
  });

  it("keep what they use from being deleted, and let go in order", async () => {
    const { id, network, subnet } = await newNetwork();
    const address = id("publicIPAddresses", "p");
    const nic = id("networkInterfaces", "n");
    await azure.make(address, NETWORK_VERSION, STANDARD);
    await azure.make(nic, NETWORK_VERSION, nicBody(subnet, {}, { publicIPAddress: { id: address } }));
    const inUse = {
      status: 400,
      code: "InUseSubnetCannotBeDeleted",
      message:
        `Subnet default is in use by ${nic}/ipConfigurations/ip and cannot be deleted. In order to delete the subnet, ` +
        "delete all the resources within the subnet. See aka.ms/deletesubnet.",
      details: [],
    };

    expect(errorOf(await remove(subnet))).toEqual(inUse);
    expect(errorOf(await remove(network))).toEqual(inUse);
    expect(errorOf(await remove(address))).toEqual({
      status: 400,
      code: "PublicIPAddressCannotBeDeleted",
      message:
        `Public IP address ${address} can not be deleted since it is still allocated to resource ${nic}/ipConfigurations/ip. ` +
        "In order to delete the public IP, disassociate/detach the Public IP address from the resource.  " +
        "To learn how to do this, see aka.ms/deletepublicip.",
      details: [],
    });

    for (const part of [nic, address, subnet, network]) {
      expect((await remove(part)).body).toEqual({ status: "Succeeded" });
      expect((await get(part)).status).toBe(404);
    }
  });

  it("cannot share a public address", async () => {
    const { id, subnet } = await newNetwork();
    const address = id("publicIPAddresses", "p");
    await azure.make(address, NETWORK_VERSION, STANDARD);
    await azure.make(
      id("networkInterfaces", "a"),
      NETWORK_VERSION,
      nicBody(subnet, {}, { publicIPAddress: { id: address } }),
    );

    const body = nicBody(subnet, {}, { publicIPAddress: { id: address } });
    const answer = await azure.raw("PUT", `${id("networkInterfaces", "b")}?api-version=${NETWORK_VERSION}`, {
      json: body,
    });

    expect(errorOf(answer)).toEqual({
      status: 400,
      code: "PublicIPAddressInUse",
      message:
        `Resource ${id("networkInterfaces", "b")}/ipConfigurations/ip is referencing public IP address ${address} ` +
        `that is already allocated to resource ${id("networkInterfaces", "a")}/ipConfigurations/ip.`,
      details: [],
    });
  });

  it.each([
    ["in another region", "eastus", "default"],
    ["that does not exist", location, "none"],
  ])("refuse a subnet %s", async (_what, where, name) => {
    const { id, network } = await newNetwork();
    const json = { ...nicBody(`${network}/subnets/${name}`), location: where };

    const answer = await azure.raw("PUT", `${id("networkInterfaces", "n")}?api-version=${NETWORK_VERSION}`, { json });

    expect(errorOf(answer)).toEqual({
      status: 400,
      code: "InvalidResourceReference",
      message:
        `Resource ${network}/subnets/${name} referenced by resource ${id("networkInterfaces", "n")} was not found. ` +
        "Please make sure that the referenced resource exists, and that both resources are in the same region.",
      details: [],
    });
  });

  it.each([
    [
      "outside the subnet",
      "10.0.5.5",
      "PrivateIPAddressNotInSubnet",
      "Private static IP address 10.0.5.5 does not belong to the range of subnet prefix 10.0.0.0/24.",
    ],
    [
      "that Azure keeps",
      "10.0.0.1",
      "PrivateIPAddressNotInSubnet",
      "Private static IP address 10.0.0.1 does not belong to the range of subnet prefix 10.0.0.0/24.",
    ],
  ])("refuse a static address %s", async (_what, privateIPAddress, code, message) => {
    const { id, subnet } = await newNetwork();
    const json = nicBody(subnet, {}, { privateIPAllocationMethod: "Static", privateIPAddress });

    const answer = await azure.raw("PUT", `${id("networkInterfaces", "n")}?api-version=${NETWORK_VERSION}`, { json });

    expect(errorOf(answer)).toEqual({ status: 400, code, message, details: [] });
  });

  it("cannot be deleted while a VM has them, and show the VM", async () => {
    const { id, subnet, group } = await newNetwork();
    const nic = id("networkInterfaces", "n");
    await azure.make(nic, NETWORK_VERSION, nicBody(subnet));
    const vm = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;
    azure.core.azure.insert(parseResourceId(vm)!, {
      location,
      properties: { networkProfile: { networkInterfaces: [{ id: nic.toUpperCase() }] } },
    });

    expect(errorOf(await remove(nic))).toEqual({
      status: 400,
      code: "NicInUse",
      message:
        `Network Interface ${nic} is used by existing resource ${vm}. In order to delete the network interface, it must be ` +
        "dissociated from the resource. To learn more, see aka.ms/deletenic.",
      details: [],
    });
    expect((await get(nic)).body.properties).toMatchObject({
      virtualMachine: { id: vm },
      primary: true,
      macAddress: expect.stringMatching(/^00-0D-3A(-[0-9A-F]{2}){3}$/),
    });
  });

  it("stay reserved for a VM that failed", async () => {
    const { id, subnet, group } = await newNetwork();
    const nic = id("networkInterfaces", "n");
    await azure.make(nic, NETWORK_VERSION, nicBody(subnet));
    const vmId = `${group}/providers/Microsoft.Compute/virtualMachines/vm`;
    azure.core.azure.store.get(nic)!.hidden.set(NIC_RESERVATION, { vmId, until: Date.now() + 60_000 });

    expect(errorOf(await remove(nic))).toEqual({
      status: 400,
      code: "NicReservedForAnotherVm",
      message: `Nic(s) in request is reserved for another Virtual Machine for 180 seconds. Please provide another nic(s) or retry after 180 seconds. Reserved VM: ${vmId}`,
      details: [],
    });

    azure.core.azure.store.get(nic)!.hidden.set(NIC_RESERVATION, { vmId, until: Date.now() - 1 });
    expect((await remove(nic)).body).toEqual({ status: "Succeeded" });
  });
});

describe("deletion of a resource group", () => {
  it("takes everything in it, in an order that works, with what is only part of it", async () => {
    const { group, id, subnet } = await newNetwork();
    const address = id("publicIPAddresses", "p");
    const security = id("networkSecurityGroups", "g");
    await azure.make(address, NETWORK_VERSION, STANDARD);
    await azure.make(security, NETWORK_VERSION, {
      location,
      properties: { securityRules: [{ name: "r", properties: RULE }] },
    });
    await azure.make(subnet, NETWORK_VERSION, {
      properties: { addressPrefix: "10.0.0.0/24", networkSecurityGroup: { id: security } },
    });
    await azure.make(
      id("networkInterfaces", "n"),
      NETWORK_VERSION,
      nicBody(subnet, {}, { publicIPAddress: { id: address } }),
    );

    const first = await azure.raw("DELETE", `${group}?api-version=2024-03-01`);
    const last = await azure.poll(first);

    expect(first).toMatchObject({ status: 202, body: undefined });
    expect(first.headers.location).toMatch(/\/operationresults\/[\w-]+\?api-version=2024-03-01/);
    expect(last.status).toBe(204);
    expect(azure.core.azure.store.below(parseResourceId(group)!)).toEqual([]);
  });

  it("fails, and rolls back, when something outside needs what is inside", async () => {
    const { group, subnet, network } = await newNetwork();
    const outside = await newNetwork();
    const nic = outside.id("networkInterfaces", "n");
    await azure.make(nic, NETWORK_VERSION, nicBody(subnet));

    const last = await azure.remove(group, "2024-03-01");

    expect(last.status).toBe(409);
    expect(last.body.error).toMatchObject({
      code: "ResourceGroupDeletionBlocked",
      message: expect.stringMatching(
        /failed as resources with identifiers 'Microsoft\.Network\/virtualNetworks\/v' could not be deleted\./,
      ),
      details: [{ target: network, message: expect.stringContaining("InUseSubnetCannotBeDeleted") }],
    });
    const { body } = await azure.raw("GET", `${group}?api-version=2024-03-01`);
    expect(body.properties.provisioningState).toBe("Succeeded");
    expect((await get(subnet)).status).toBe(200);
  });

  it("of a group that is not there is 404", async () => {
    const answer = await azure.raw("DELETE", `${azure.group}x?api-version=2024-03-01`);

    expect(errorOf(answer)).toEqual({
      status: 404,
      code: "ResourceGroupNotFound",
      message: "Resource group 'rgx' could not be found.",
    });
  });
});

describe("lists", () => {
  it("hold what lies in a group, and what lies in the subscription", async () => {
    const { groupName, network } = await newNetwork();

    const inGroup: (string | undefined)[] = [];
    for await (const { id } of client.virtualNetworks.list(groupName)) {
      inGroup.push(id);
    }
    const everywhere: (string | undefined)[] = [];
    for await (const { id } of client.virtualNetworks.listAll()) {
      everywhere.push(id);
    }

    expect(inGroup).toEqual([network]);
    expect(everywhere).toContain(network);
    expect(everywhere.length).toBeGreaterThan(1);
  });
});

describe("while an operation runs", () => {
  let slow: CoreFixture;
  let network: string;
  let security: string;

  beforeAll(async () => {
    // No operation of this core ends before the test does.
    slow = await startCore({ millisecondsPerSecond: 60_000 });
    network = `${slow.group}/providers/Microsoft.Network/virtualNetworks/v`;
    security = `${slow.group}/providers/Microsoft.Network/networkSecurityGroups/g`;
    slow.core.azure.insert(parseResourceId(network)!, {
      location,
      properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } },
    });
    slow.core.azure.insert(parseResourceId(`${network}/subnets/default`)!, {
      properties: { addressPrefix: "10.0.0.0/24" },
    });
  });

  afterAll(() => slow.stop());

  const slowPut = (id: string, json: object) => slow.raw("PUT", `${id}?api-version=${NETWORK_VERSION}`, { json });

  it("other writes to the same virtual network are refused, and told which operation it is", async () => {
    const first = await slowPut(`${network}/subnets/one`, { properties: { addressPrefix: "10.0.1.0/24" } });

    const refusals = [
      await slowPut(`${network}/subnets/two`, { properties: { addressPrefix: "10.0.2.0/24" } }),
      await slowPut(network, { location, properties: { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } } }),
      await slow.raw("DELETE", `${network}/subnets/default?api-version=${NETWORK_VERSION}`),
      await slow.raw("PATCH", `${network}?api-version=${NETWORK_VERSION}`, { json: { tags: {} } }),
    ];

    const [operation] = first.headers["azure-asyncoperation"]!.split("?");
    for (const refused of refusals) {
      expect(refused.status).toBe(409);
      expect(refused.body.error).toEqual({
        code: "AnotherOperationInProgress",
        message: expect.stringMatching(
          new RegExp(
            `^Another operation on this or dependent resource is in progress\\. To retrieve status of the operation use uri: ${operation!}\\?api-version=.*\\.$`,
          ),
        ),
        details: [],
      });
      expect(Number(refused.headers["retry-after-ms"])).toBeGreaterThan(0);
    }
  });

  it("what is being written cannot be used yet", async () => {
    await slowPut(security, { location });
    const nic = `${slow.group}/providers/Microsoft.Network/networkInterfaces/n`;

    const answer = await slowPut(
      nic,
      nicBody(`${network}/subnets/default`, { networkSecurityGroup: { id: security } }),
    );

    expect(answer.status).toBe(429);
    expect(answer.body.error).toEqual({
      code: "RetryableError",
      message: "A retryable error occured.",
      details: [
        {
          code: "ReferencedResourceNotProvisioned",
          message:
            `Cannot proceed with operation since resource ${security} used by resource ${nic} is not in Succeeded state. ` +
            "Resource is in Updating state and the last operation that updated/is updating the resource is PutNetworkSecurityGroupOperation.",
        },
      ],
    });
  });

  it("a resource group that goes takes nothing new, and a second DELETE is answered like the first", async () => {
    const group = `/subscriptions/${slow.core.subscriptionId}/resourceGroups/going`;
    await slow.raw("PUT", `${group}?api-version=2024-03-01`, { json: { location } });
    const first = await slow.raw("DELETE", `${group}?api-version=2024-03-01`);

    const second = await slow.raw("DELETE", `${group}?api-version=2024-03-01`);
    const answer = await slowPut(`${group}/providers/Microsoft.Network/publicIPAddresses/p`, STANDARD);

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(new URL(second.headers.location!).pathname).toBe(new URL(first.headers.location!).pathname);
    expect(errorOf(answer)).toEqual({
      status: 409,
      code: "ResourceGroupBeingDeleted",
      message: "The resource group 'going' is in deprovisioning state and cannot perform this operation.",
    });
  });
});
