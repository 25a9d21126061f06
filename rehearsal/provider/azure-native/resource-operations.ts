import { setTimeout as delay } from "node:timers/promises";

import type { FullOperationResponse, OperationSpec } from "@azure/core-client";

import { textOf, type PropertyMap } from "../property-values";
import { AzureError, parseBody, type AzureResponse } from "./azure-error";
import { retryAfterMilliseconds } from "./azure-retries";
import { requestShape, responseShape, type Shape } from "./body-shape";
import type { ResourceType } from "./resource-types";
import { operationSpec, type SdkClients } from "./sdk-clients";

/** The real plugin's waits between polls where the service names none (pulumi-azure-native, client_azcore.go). */
const WRITE_POLL_MILLISECONDS = 10_000;
const DELETE_POLL_MILLISECONDS = 30_000;

/** A write failed. */
export class WriteError extends Error {
  override readonly name = "WriteError";

  constructor(
    /** Whether Azure had accepted the request, so that the resource may exist. */
    readonly accepted: boolean,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

interface Poller {
  isDone(): boolean;
  poll(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

/** GET, PUT, PATCH and DELETE of one type of resource, through its SDK client, with long-running operations waited for. */
export class ResourceOperations {
  readonly #specs = new Map<string, Promise<OperationSpec>>();
  #requestShape: Promise<Shape> | undefined;
  #responseShape: Promise<Shape> | undefined;

  constructor(
    readonly type: ResourceType,
    private readonly clients: SdkClients,
    private readonly subscriptionId: string,
  ) {}

  /** Shape of what is written. */
  requestShape(): Promise<Shape> {
    this.#requestShape ??= this.#spec(this.type.put).then((spec) => requestShape(spec, this.type.outputOnly));
    return this.#requestShape;
  }

  /** Shape of what is read. */
  responseShape(): Promise<Shape> {
    this.#responseShape ??= this.#spec(this.type.get).then(responseShape);
    return this.#responseShape;
  }

  /** Path parameters by name, with the limits that their values have. */
  async pathLimits(): Promise<ReadonlyMap<string, Shape>> {
    const { urlParameters = [] } = await this.#spec(this.type.put);
    const byName = new Map(urlParameters.map(({ mapper }) => [mapper.serializedName?.toLowerCase(), mapper]));
    return new Map(
      this.type.path.map((name) => [
        name,
        { kind: "string", limits: byName.get(name.toLowerCase())?.constraints ?? {} },
      ]),
    );
  }

  /** The resource id that inputs lead to. */
  async idOf(inputs: PropertyMap): Promise<string> {
    const byName = new Map(this.type.path.map((name) => [name.toLowerCase(), textOf(inputs[name])]));
    return (await this.#pathTemplate()).replace(/\{(\w+)\}/g, (_match, name: string) => {
      if (name === "subscriptionId") return this.subscriptionId;
      return (byName.get(name.toLowerCase()) ?? "").replace(/^\/|\/$/g, "");
    });
  }

  /**
   * The path parameters that a resource id has.
   *
   * @throws Error when the id is not one of this type, or of another subscription
   */
  async pathParametersOf(id: string): Promise<PropertyMap> {
    const template = await this.#pathTemplate();
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const pattern = template.replace(/\{(\w+)\}/g, (_match, name: string) => (name === "scope" ? "(.+)" : "([^/]+)"));
    const values = new RegExp(`^${pattern}$`, "i").exec(id)?.slice(1);
    if (values === undefined) throw new Error(`failed to parse '${id}' against the path '${template}'`);
    const byName = new Map(names.map((name, index) => [name.toLowerCase(), values[index] ?? ""]));
    const subscription = byName.get("subscriptionid") ?? this.subscriptionId;
    if (subscription.toLowerCase() !== this.subscriptionId.toLowerCase()) {
      throw new Error(
        `'${id}' is in subscription "${subscription}"; the stand-in is configured for ${this.subscriptionId}`,
      );
    }
    return Object.fromEntries(this.type.path.map((name) => [name, byName.get(name.toLowerCase()) ?? ""]));
  }

  /**
   * Reads the resource.
   *
   * @param query options of the SDK's operation, such as expand
   * @throws AzureError
   */
  async get(parameters: PropertyMap, signal: AbortSignal, query: PropertyMap = {}): Promise<PropertyMap> {
    const response = await this.#call(this.type.get, this.#arguments(parameters), { ...query }, signal);
    return parseBody(response.text) ?? {};
  }

  /**
   * Writes the resource and waits until it is done.
   *
   * @returns the last body that was a resource; undefined where none came
   * @throws WriteError
   */
  async write(
    method: "put" | "patch",
    parameters: PropertyMap,
    body: PropertyMap,
    signal: AbortSignal,
  ): Promise<PropertyMap | undefined> {
    let accepted = false;
    let resource: PropertyMap | undefined;
    const seen = ({ status, text }: AzureResponse) => {
      accepted ||= status < 300;
      const answer = parseBody(text);
      if (textOf(answer?.id) !== undefined && textOf(answer?.type) !== undefined) resource = answer;
    };
    const operation = (method === "patch" ? this.type.patch : undefined) ?? this.type.put;
    try {
      await this.#call(operation, [...this.#arguments(parameters), body], {}, signal, seen);
      return resource;
    } catch (error) {
      throw new WriteError(accepted, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /**
   * Deletes the resource and waits until it is gone. One that does not exist is gone.
   *
   * @throws AzureError
   */
  async delete(parameters: PropertyMap, signal: AbortSignal): Promise<void> {
    if (this.type.delete === undefined) throw new Error(`internal error: ${this.type.token} cannot be deleted`);
    try {
      await this.#call(this.type.delete, this.#arguments(parameters), {}, signal);
    } catch (error) {
      if (!(error instanceof AzureError && error.isNotFound)) throw error;
    }
  }

  async #call(
    method: string,
    positional: readonly unknown[],
    options: Record<string, unknown>,
    signal: AbortSignal,
    seen: (response: AzureResponse) => void = () => undefined,
  ): Promise<AzureResponse> {
    const { client, group, apiVersion } = this.type;
    const operation = this.clients.operation(client, group, method, apiVersion);
    let last: AzureResponse | undefined;
    const onResponse = (response: FullOperationResponse) => {
      last = toAzureResponse(response);
      seen(last);
    };
    try {
      signal.throwIfAborted();
      const answer = await operation(...positional, { ...options, abortSignal: signal, onResponse });
      if (isPoller(answer)) {
        await waitFor(
          answer,
          () => last,
          method === "beginDelete" ? DELETE_POLL_MILLISECONDS : WRITE_POLL_MILLISECONDS,
          signal,
        );
      }
    } catch (error) {
      signal.throwIfAborted();
      throw last !== undefined && isFailure(last) ? AzureError.of(last) : error;
    }
    if (last === undefined) throw new Error(`internal error: ${group}.${method} came back without a response`);
    return last;
  }

  #arguments(parameters: PropertyMap): string[] {
    const names = this.type.path.slice(0, this.type.path.length - (this.type.pathOfSdk ?? 0));
    return names.map((name) => (textOf(parameters[name]) ?? "").replace(/^\/|\/$/g, ""));
  }

  async #pathTemplate(): Promise<string> {
    const { path = "", urlParameters = [] } = await this.#spec(this.type.get);
    return path.replace(/\{(\w+)\}/g, (parameter, name: string) => {
      const mapper = urlParameters.find(({ mapper }) => mapper.serializedName === name)?.mapper;
      return mapper?.isConstant === true && !this.type.path.some((own) => own.toLowerCase() === name.toLowerCase())
        ? String(mapper.defaultValue)
        : parameter;
    });
  }

  #spec(method: string): Promise<OperationSpec> {
    const known = this.#specs.get(method);
    if (known !== undefined) return known;
    const spec = operationSpec(this.type.client, this.type.group, method);
    this.#specs.set(method, spec);
    return spec;
  }
}

/** Polls at the pace that the service asks for, as azcore does, and not at the SDK's own. */
async function waitFor(
  poller: Poller,
  last: () => AzureResponse | undefined,
  defaultMilliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  while (!poller.isDone()) {
    const asked = retryAfterMilliseconds({ get: (name) => last()?.header(name) });
    await delay(asked ?? defaultMilliseconds, undefined, { signal });
    await poller.poll({ abortSignal: signal });
  }
}

function isPoller(answer: unknown): answer is Poller {
  return typeof answer === "object" && answer !== null && "poll" in answer && "isDone" in answer;
}

function toAzureResponse({ status, headers, bodyAsText }: FullOperationResponse): AzureResponse {
  return { status, header: (name) => headers.get(name), text: bodyAsText ?? "" };
}

/** A failed long-running operation answers 200 with the error in its document. */
function isFailure({ status, text }: AzureResponse): boolean {
  return status >= 400 || parseBody(text)?.error !== undefined;
}
