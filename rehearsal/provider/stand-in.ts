import type { DetailedDiff } from "./detailed-diff";
import type { PropertyMap } from "./property-values";

/** What a call about a resource says of it. */
export interface ResourceCall {
  readonly urn: string;
  /** Type token, `azure-native:compute:Disk`. */
  readonly type: string;
  /** Logical name of the resource in the program. */
  readonly name: string;
}

/** How the engine wants a resource to be named; absent where the project says nothing about it. */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

/** The inputs of a resource, to be checked and completed. */
export interface CheckCall extends ResourceCall {
  /** Inputs of the last update; empty for a resource that is to be created, also as a replacement. */
  readonly oldInputs: PropertyMap;
  readonly inputs: PropertyMap;
  /** Makes automatic names repeatable. */
  readonly randomSeed: Uint8Array;
  readonly autonaming?: Autonaming;
}

/** Inputs that are wrong: the property, and why. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** Old and new inputs of a resource. */
export interface DiffCall extends ResourceCall {
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
  readonly inputs: PropertyMap;
}

/** How new inputs differ from old ones. */
export interface DiffAnswer {
  readonly changes: DetailedDiff;
  /** Whether a replaced resource has to go before its successor comes. */
  readonly deleteBeforeReplace: boolean;
}

/** A resource to be created. */
export interface CreateCall extends ResourceCall {
  readonly inputs: PropertyMap;
  readonly preview: boolean;
  /** From the option customTimeouts; 0 takes the provider's default. */
  readonly timeoutSeconds: number;
}

/** A resource as it is known: the engine keeps the three for it. */
export interface ResourceState {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** A resource to be changed in place. */
export interface UpdateCall extends CreateCall {
  readonly id: string;
  readonly oldInputs: PropertyMap;
  readonly oldOutputs: PropertyMap;
}

/** A resource to be read again, or, without inputs and outputs, to be imported. */
export interface ReadCall extends ResourceCall, ResourceState {
  readonly timeoutSeconds: number;
}

/** A resource to be deleted. */
export type DeleteCall = ReadCall;

/**
 * A provider plugin, as seen without gRPC: property maps in, property maps out.
 *
 * Secret inputs arrive plain, because the stand-ins tell the engine that they do not take secrets; the engine then keeps
 * the marks itself and puts them on inputs and outputs of the same name, as it does for the real azure-native plugin.
 */
export interface StandIn {
  /** Package name, `azure-native`. */
  readonly name: string;
  /** Version of the real plugin that this one stands in for. */
  readonly version: string;
  /** Takes the provider's config, by its names without a prefix. */
  configure(config: Readonly<Record<string, string>>): Promise<void>;
  check(call: CheckCall): Promise<{ inputs: PropertyMap; failures: readonly CheckFailure[] }>;
  diff(call: DiffCall): DiffAnswer;
  /** @throws InitFailedError when the resource exists but is not as it should be */
  create(call: CreateCall): Promise<{ id: string; outputs: PropertyMap }>;
  /** @returns null when the resource does not exist */
  read(call: ReadCall): Promise<ResourceState | null>;
  /** @throws InitFailedError when the resource exists but is not as it should be */
  update(call: UpdateCall): Promise<PropertyMap>;
  delete(call: DeleteCall): Promise<void>;
  invoke(token: string, args: PropertyMap): Promise<PropertyMap>;
  /** Ends what is still running. */
  cancel(): void;
}
