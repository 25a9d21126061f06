import { detailedDiff } from "../detailed-diff";
import type { EngineLog } from "../engine-log";
import { InitFailedError } from "../init-failed-error";
import type { PropertyMap } from "../property-values";
import type {
  CheckCall,
  CheckFailure,
  CreateCall,
  DeleteCall,
  DiffAnswer,
  DiffCall,
  ReadCall,
  ResourceState,
  StandIn,
  UpdateCall,
} from "../stand-in";
import { connectToAzure, type AzureConnection, type ProviderConfig } from "./azure-connection";
import { AzureError } from "./azure-error";
import { Cancellation } from "./cancellation";
import { ConfigurationError } from "./configuration-error";
import { invokeFunction } from "./functions";
import { AUTO_NAMED, InputCheck } from "./input-check";
import { version } from "./package.json";
import { refreshedInputs } from "./refreshed-inputs";
import { ResourceOperations, WriteError } from "./resource-operations";
import { resourceTypeOf, type ResourceType } from "./resource-types";
import { SdkClients } from "./sdk-clients";
import { inputsOf, outputsOf, previewOf, requestOf } from "./shape-conversion";

/** After a cancelled or failed write there is this much time to see what became of the resource. */
const LAST_LOOK_MILLISECONDS = 15_000;

/** Outputs that an update does not change, so that a preview may tell them (pulumi-azure-native, provider.go). */
const STABLE_OUTPUTS = ["name", "location"];

/** Stands in for azure-native: its flow of requests, made through the official SDK clients. */
export class AzureNativeStandIn implements StandIn {
  readonly name = "azure-native";
  readonly version = version;

  #cancellation = new Cancellation();
  readonly #operations = new Map<string, ResourceOperations>();
  #config: ProviderConfig = {};
  #azure: AzureConnection | undefined;
  #clients: SdkClients | undefined;
  #inputCheck: InputCheck | undefined;

  constructor(private readonly log: EngineLog) {}

  async configure(config: ProviderConfig): Promise<void> {
    this.#config = config;
    this.#azure = await connectToAzure(config);
    this.#clients = new SdkClients(this.#azure);
    // An engine cancels at its end; the next one may attach to the same process.
    this.#cancellation = new Cancellation();
    this.#operations.clear();
    this.#inputCheck = undefined;
  }

  async check(call: CheckCall): Promise<{ inputs: PropertyMap; failures: readonly CheckFailure[] }> {
    this.#inputCheck ??= new InputCheck(this.#config.location, (name) => this.#resourceGroupLocation(name));
    return this.#inputCheck.check(call, this.#operationsOf(resourceTypeOf(call.type)));
  }

  diff({ type: token, oldInputs, oldOutputs, inputs }: DiffCall): DiffAnswer {
    const type = resourceTypeOf(token);
    // An imported resource has its API version in the outputs only.
    const { azureApiVersion } = oldOutputs;
    const old = { ...(azureApiVersion === undefined ? {} : { azureApiVersion }), ...comparable(oldInputs) };
    const replaceOn = new Set([...type.path, ...(type.forceNew ?? [])]);
    const changes = detailedDiff(old, comparable(inputs), replaceOn);
    const replaced = [...changes.values()].some(({ replace }) => replace);
    // Only a name that was made up can be used beside its predecessor.
    return { changes, deleteBeforeReplace: replaced && oldInputs[AUTO_NAMED] !== true };
  }

  async create(call: CreateCall): Promise<{ id: string; outputs: PropertyMap }> {
    const operations = this.#operationsOf(resourceTypeOf(call.type));
    const { type } = operations;
    if (call.preview) return { id: "", outputs: await this.#preview(operations, call.inputs) };

    const signal = this.#cancellation.signal(call.timeoutSeconds);
    const id = await operations.idOf(call.inputs);
    await this.#refuseExisting(operations, id, call.inputs, signal);
    const body = requestOf(await operations.requestShape(), call.inputs);
    for (const name of type.maintained ?? []) body[name] ??= [];
    return this.#write(operations, "put", { id, body, call }, signal);
  }

  async update(call: UpdateCall): Promise<PropertyMap> {
    const operations = this.#operationsOf(resourceTypeOf(call.type));
    const { type } = operations;
    if (call.preview) {
      const stable = STABLE_OUTPUTS.filter((name) => call.oldOutputs[name] !== undefined);
      return {
        ...(await this.#preview(operations, call.inputs)),
        ...Object.fromEntries(stable.map((name) => [name, call.oldOutputs[name] ?? null])),
      };
    }
    const signal = this.#cancellation.signal(call.timeoutSeconds);
    const inputs = { ...call.inputs };
    for (const [name, value] of Object.entries(type.defaultWhenRemoved ?? {})) {
      if (call.oldOutputs[name] !== undefined) inputs[name] ??= value;
    }
    const shape = await operations.requestShape();
    const body = requestOf(shape, inputs, call.oldInputs);
    const unset = (type.maintained ?? []).filter((name) => body[name] === undefined);
    if (unset.length > 0) {
      const current = outputsOf(await operations.responseShape(), await operations.get(inputs, signal));
      const currentBody = requestOf(shape, inputsOf(shape, current));
      for (const name of unset) body[name] = currentBody[name] ?? [];
    }
    const method = takesAway(body) ? "patch" : "put";
    return (await this.#write(operations, method, { id: call.id, body, call }, signal)).outputs;
  }

  async read(call: ReadCall): Promise<ResourceState | null> {
    const operations = this.#operationsOf(resourceTypeOf(call.type));
    const parameters = await operations.pathParametersOf(call.id);
    const body = await operations.get(parameters, this.#cancellation.signal(call.timeoutSeconds)).catch(nullIfNotFound);
    if (body === null) return null;
    const outputs = await this.#outputs(operations, body);
    const shape = await operations.requestShape();
    const imported = Object.keys(call.inputs).length === 0;
    const inputs = imported
      ? { ...inputsOf(shape, outputs), ...parameters }
      : refreshedInputs(operations.type, shape, call, outputs);
    return { id: call.id, inputs, outputs };
  }

  async delete(call: DeleteCall): Promise<void> {
    const operations = this.#operationsOf(resourceTypeOf(call.type));
    const parameters = await operations.pathParametersOf(call.id);
    const signal = this.#cancellation.signal(call.timeoutSeconds);
    if (operations.type.delete === undefined) await operations.write("put", parameters, {}, signal);
    else await operations.delete(parameters, signal);
  }

  async invoke(token: string, args: PropertyMap): Promise<PropertyMap> {
    return invokeFunction(token, args, {
      azure: this.#connected(),
      operationsOf: (type) => this.#operationsOf(type),
      signal: this.#cancellation.signal(0),
    });
  }

  cancel(): void {
    this.#cancellation.cancel();
  }

  /** @throws Error, in the real plugin's words */
  async #refuseExisting(
    operations: ResourceOperations,
    id: string,
    inputs: PropertyMap,
    signal: AbortSignal,
  ): Promise<void> {
    const existing = await operations.get(inputs, signal).catch((error: unknown) => {
      if (!(error instanceof AzureError)) throw error;
      if (error.isNotFound) return {};
      throw new Error(`cannot check existence of resource '${id}': status code ${error.status}, ${error.message}`);
    });
    const singleton = operations.type.delete === undefined;
    if (!singleton && Object.keys(existing).length > 0)
      throw new Error(`cannot create already existing resource '${id}'`);
  }

  async #write(
    operations: ResourceOperations,
    method: "put" | "patch",
    { id, body, call }: { id: string; body: PropertyMap; call: CreateCall },
    signal: AbortSignal,
  ): Promise<{ id: string; outputs: PropertyMap }> {
    const written = await operations.write(method, call.inputs, body, signal).catch(async (error: unknown) => {
      if (!(error instanceof WriteError) || !error.accepted) throw error;
      throw await this.#partial(operations, id, call, error);
    });
    const read = await operations.get(call.inputs, signal).catch((error: unknown) => {
      this.log.warn(
        call.urn,
        `Failed to read resource after the write: ${error instanceof Error ? error.message : String(error)}`,
      );
      return undefined;
    });
    const canonicalId = written?.id ?? read?.id;
    return {
      id: typeof canonicalId === "string" ? canonicalId : id,
      outputs: await this.#outputs(operations, read ?? written ?? {}),
    };
  }

  /** The resource exists in some state: that is to be kept, so that it can be repaired or deleted later. */
  async #partial(
    operations: ResourceOperations,
    id: string,
    call: CreateCall,
    error: WriteError,
  ): Promise<InitFailedError> {
    // Not the signal of the failed write: that may be what ended it.
    const lastLook = AbortSignal.timeout(LAST_LOOK_MILLISECONDS);
    try {
      const outputs = await this.#outputs(operations, await operations.get(call.inputs, lastLook));
      return new InitFailedError(error.message, { id, inputs: call.inputs, outputs });
    } catch (readError) {
      const reason = readError instanceof Error ? readError.message : String(readError);
      return new InitFailedError(`resource created but read failed ${reason}: ${error.message}`, {
        id,
        inputs: call.inputs,
        outputs: {},
      });
    }
  }

  async #preview(operations: ResourceOperations, inputs: PropertyMap): Promise<PropertyMap> {
    return { ...previewOf(await operations.responseShape(), inputs), azureApiVersion: operations.type.apiVersion };
  }

  async #outputs(operations: ResourceOperations, body: PropertyMap): Promise<PropertyMap> {
    return { ...outputsOf(await operations.responseShape(), body), azureApiVersion: operations.type.apiVersion };
  }

  async #resourceGroupLocation(name: string): Promise<string | undefined> {
    // The API version with which the real plugin asks for it (pulumi-azure-native, provider.go).
    const type = { ...resourceTypeOf("azure-native:resources:ResourceGroup"), apiVersion: "2020-10-01" };
    const body = await this.#operationsOf(type)
      .get({ resourceGroupName: name }, this.#cancellation.signal(0))
      .catch(() => undefined);
    return typeof body?.location === "string" ? body.location : undefined;
  }

  #operationsOf(type: ResourceType): ResourceOperations {
    const key = `${type.token} ${type.apiVersion}`;
    let operations = this.#operations.get(key);
    if (operations === undefined) {
      const { subscriptionId } = this.#connected();
      operations = new ResourceOperations(type, this.#clients ?? new SdkClients(this.#connected()), subscriptionId);
      this.#operations.set(key, operations);
    }
    return operations;
  }

  #connected(): AzureConnection {
    if (this.#azure !== undefined) return this.#azure;
    throw new ConfigurationError("the azure-native stand-in was called before it was configured");
  }
}

/** Inputs without marks of the plugin's own, and with locations spelt alike: "West US 2" is westus2. */
function comparable(inputs: PropertyMap): PropertyMap {
  const { [AUTO_NAMED]: _mark, ...rest } = inputs;
  const { location } = rest;
  return typeof location === "string" ? { ...rest, location: location.replaceAll(" ", "").toLowerCase() } : rest;
}

function takesAway(value: PropertyMap[string]): boolean {
  if (value === null) return true;
  return typeof value === "object" && !Array.isArray(value) && Object.values(value).some(takesAway);
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof AzureError && error.isNotFound) return null;
  throw error;
}
