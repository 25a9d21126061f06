import * as pulumi from "@pulumi/pulumi";

/** One registration or invoke, as a program sent it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, any>;
}

export const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001";
export const SOURCE_VM_ID = `${SUBSCRIPTION}/resourceGroups/web-prod/providers/Microsoft.Compute/virtualMachines/web01`;
export const SOURCE_DISK_ID = `${SUBSCRIPTION}/resourceGroups/disks-prod/providers/Microsoft.Compute/disks/web01-os`;

/** A broken VM as getVirtualMachine shows it; a test changes what it is about. */
export function sourceVm(changes: object = {}): object {
  return {
    id: SOURCE_VM_ID,
    name: "web01",
    location: "westeurope",
    storageProfile: {
      imageReference: { publisher: "MicrosoftWindowsServer", offer: "WindowsServer", sku: "2019-datacenter-gensecond" },
      osDisk: { osType: "Windows", createOption: "FromImage", managedDisk: { id: SOURCE_DISK_ID } },
    },
    ...changes,
  };
}

/** Its OS disk as getDisk shows it. */
export function sourceDisk(changes: object = {}): object {
  return {
    id: SOURCE_DISK_ID,
    name: "web01-os",
    location: "westeurope",
    osType: "Windows",
    hyperVGeneration: "V2",
    sku: { name: "Premium_LRS", tier: "Premium" },
    encryption: { type: "EncryptionAtRestWithPlatformKey" },
    networkAccessPolicy: "AllowAll",
    publicNetworkAccess: "Enabled",
    ...changes,
  };
}

/** What the functions of Azure answer; an invoke that is not here fails the test. */
export type Answers = Record<string, (args: Record<string, any>) => object>;

export const ANSWERS: Answers = {
  "azure-native:compute:getVirtualMachine": () => sourceVm(),
  "azure-native:compute:getDisk": () => sourceDisk(),
};

/** A guest script's answer as the instance view of its run command shows it, after a line of progress. */
export function guestAnswers(answer: (runCommandName: string) => object): Answers {
  return {
    "azure-native:compute:getVirtualMachineRunCommandByVirtualMachine": ({ runCommandName, expand }) => ({
      name: runCommandName,
      instanceView:
        expand === "instanceView"
          ? { exitCode: 0, executionState: "Succeeded", output: `working\n${JSON.stringify(answer(runCommandName))}\n` }
          : undefined,
    }),
  };
}

/**
 * Registers a program's resources against recorded answers, and returns what it registered.
 *
 * @param until what Azure waits for before it finishes a resource of this type; absent: nothing
 */
export async function register<T>(
  program: () => T,
  answers: Answers = ANSWERS,
  until: (type: string, name: string) => Promise<void> | undefined = () => undefined,
): Promise<{ result: T; registered: Registration[]; invoked: Registration[] }> {
  const registered: Registration[] = [];
  const invoked: Registration[] = [];
  await pulumi.runtime.setMocks(
    {
      async newResource({ type, name, inputs }) {
        registered.push({ type, name, inputs });
        await until(type, name);
        return { id: idOf(type, name, inputs), state: { ...inputs, ...outputsOf(type, name, inputs) } };
      },
      call({ token, inputs }) {
        const answer = answers[token];
        if (answer === undefined) {
          throw new Error(`unexpected invoke ${token}`);
        }
        invoked.push({ type: token, name: "", inputs });
        return answer(inputs);
      },
    },
    "azure-repair-kit",
    "test",
    false,
  );
  const result = await withPlainStacks(async () => {
    let made: T | undefined;
    await pulumi.runtime.runInPulumiStack(() => {
      made = program();
      return Promise.resolve({});
    });
    // The stack is done before its resources are; a test may start the next program at once.
    await (pulumi.runtime as any).waitForRPCs();
    return made!;
  });
  return { result, registered, invoked };
}

/** The SDK takes a stack for every promise; jest would map each back to TypeScript, which takes longer than the program. */
async function withPlainStacks<T>(work: () => Promise<T>): Promise<T> {
  const before = Reflect.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  Error.prepareStackTrace = (error, frames) => [String(error), ...frames.map(lineOf)].join("\n");
  try {
    return await work();
  } finally {
    if (before === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Reflect.defineProperty(Error, "prepareStackTrace", before);
  }
}

function lineOf(frame: NodeJS.CallSite): string {
  return `    at ${frame.getFunctionName() ?? "<anonymous>"} (${frame.getFileName() ?? ""}:${frame.getLineNumber() ?? 0})`;
}

/** Answers invokes and nothing else, for code that only reads Azure. */
export async function answer(answers: Answers): Promise<void> {
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call({ token, inputs }) {
      const known = answers[token];
      if (known === undefined) {
        throw new Error(`unexpected invoke ${token}`);
      }
      return known(inputs);
    },
  });
}

/** The inputs of the one registered resource of a type. */
export function inputsOf(registered: readonly Registration[], type: string): Record<string, any> {
  const found = registered.filter((one) => one.type === type);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0]!.inputs;
}

/** The value of an Output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => output.apply(resolve));
}

const PHYSICAL_TYPES: Record<string, string> = {
  "azure-native:storage:BlobContainer": "Microsoft.Storage/storageAccounts/dumps/blobServices/default/containers",
  "azure-native:compute:Snapshot": "Microsoft.Compute/snapshots",
  "azure-native:compute:Disk": "Microsoft.Compute/disks",
  "azure-native:compute:VirtualMachine": "Microsoft.Compute/virtualMachines",
};

function idOf(type: string, name: string, inputs: Record<string, any>): string {
  const physical = PHYSICAL_TYPES[type];
  return physical
    ? `${SUBSCRIPTION}/resourceGroups/${inputs.resourceGroupName}/providers/${physical}/${inputs.vmName ?? name}`
    : `${SUBSCRIPTION}/${name}`;
}

function outputsOf(type: string, name: string, inputs: Record<string, any>): object {
  switch (type) {
    case "azure-native:storage:StorageAccount":
      return { name, primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` } };
    case "azure-native:managedidentity:UserAssignedIdentity":
      return { name, principalId: "principal-of-vm", clientId: "client-of-vm" };
    case "azure-native:network:VirtualNetwork":
      return { name, subnets: [{ ...inputs.subnets[0], id: `${SUBSCRIPTION}/${name}/subnets/repair` }] };
    case "azure-native:network:NetworkInterface":
      return { name, ipConfigurations: [{ ...inputs.ipConfigurations[0], privateIPAddress: "10.66.0.4" }] };
    case "azure-native:network:PublicIPAddress":
      return { name, ipAddress: "198.51.100.10" };
    case "random:index/randomPassword:RandomPassword":
      return { result: "A-generated-Passw0rd" };
    // Made on 2026-11-24.
    case "random:index/randomUuid7:RandomUuid7":
      return { result: "01a20d6d-5a00-7cc3-98c4-dc0c0c07398f" };
    case "azure-native:compute:VirtualMachine":
      return { name: inputs.vmName };
    default:
      return { name };
  }
}
