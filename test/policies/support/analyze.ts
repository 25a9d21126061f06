import * as policy from "@pulumi/policy/server";
import * as proxy from "@pulumi/policy/proxy";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import type { Rule } from "../../../policies/internal/rule";
import { named, outputsOf } from "./azure-names";
import { type Declared, isReference, mapped, type Program, type Reference, tokenOf } from "./case";
import { complete, references } from "./complete";

/** What a rule said of one resource. */
export interface Violation {
  readonly resource: string;
  readonly message: string;
}

export interface AnalyzeOptions {
  /** In a preview the outputs of other resources are unknown. */
  readonly phase: "preview" | "update";
  readonly config?: object;
}

let stacks = 0;

/**
 * Lets the SDK's own analyzer run one rule on a program, as the engine would: every resource before it is made, then all
 * of them. Nothing is between this and a real run but the wire.
 */
export async function analyze(rule: Rule, program: Program, options: AnalyzeOptions): Promise<Violation[]> {
  const configured = withConfig(rule, options.config ?? {});
  const stack = `urn:pulumi:stack${++stacks}::project`;
  const resources = complete(program);
  const azure = new Map<string, ReturnType<typeof outputsOf>>();
  const outputOf = ({ $ref, $output }: Reference) =>
    options.phase === "preview" ? markers.unknownStringValue : String(azure.get($ref)?.[$output as "id"]);

  const found: Violation[] = [];
  for (const declared of resources) {
    const inputs = named(tokenOf(declared), declared.name, toPlain(declared.inputs ?? {}, outputOf));
    azure.set(declared.name, outputsOf(tokenOf(declared), declared.name, inputs));
    const request = new analyzer.AnalyzeRequest();
    fill(request, declared, stack).setProperties(toStruct(inputs));
    found.push(...(await call(server.makeAnalyzeRpcFun, configured, request)));
  }
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((declared) => {
      const resource = fill(new analyzer.AnalyzerResource(), declared, stack);
      resource.setProperties(toStruct(azure.get(declared.name) ?? {}));
      resource.setParent(`${stack}::parent::parent`);
      setDependencies(resource, declared, resources, stack);
      return resource;
    }),
  );
  found.push(...(await call(server.makeAnalyzeStackRpcFun, configured, request)));
  return found;
}

const server = policy as unknown as Record<"makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun", (...args: unknown[]) => any>;
const markers = proxy as unknown as Record<"unknownStringValue", string>;

function withConfig(rule: Rule, config: object): Rule {
  const replaced = (args: any) => ({ ...args, getConfig: () => config });
  const { validateResource, validateStack } = rule as any;
  return {
    ...rule,
    ...(validateResource && { validateResource: (args: any, report: any) => validateResource(replaced(args), report) }),
    ...(validateStack && { validateStack: (args: any, report: any) => validateStack(replaced(args), report) }),
  };
}

function call(make: (...args: unknown[]) => any, rule: Rule, request: unknown): Promise<Violation[]> {
  return new Promise((resolve, reject) => {
    make("pack", "1.0.0", "mandatory", [rule])(
      { request },
      (error: Error | null, response: analyzer.AnalyzeResponse) => {
        if (error) {
          reject(error);
          return;
        }
        resolve(
          response.getDiagnosticsList().map((diagnostic) => ({
            resource: diagnostic.getUrn().split("::")[3] ?? "",
            message: diagnostic.getMessage(),
          })),
        );
      },
    );
  });
}

function urnOf({ name, component = "azure-repair-kit:index:RepairVm", ...declared }: Declared, stack: string): string {
  return `${stack}::${component === null ? "" : `${component}$`}${tokenOf({ name, ...declared })}::${name}`;
}

function fill<T extends analyzer.AnalyzeRequest | analyzer.AnalyzerResource>(
  message: T,
  declared: Declared,
  stack: string,
): T {
  const options = new analyzer.AnalyzerResourceOptions();
  options.setDeletebeforereplace(declared.deleteBeforeReplace ?? false);
  options.setDeletebeforereplacedefined(declared.deleteBeforeReplace !== undefined);
  message.setType(tokenOf(declared));
  message.setName(declared.name);
  message.setUrn(urnOf(declared, stack));
  message.setOptions(options);
  const provider = new analyzer.AnalyzerProviderResource();
  provider.setProperties(Struct.fromJavaScript({}));
  message.setProvider(provider);
  return message;
}

function setDependencies(
  resource: analyzer.AnalyzerResource,
  declared: Declared,
  all: readonly Declared[],
  stack: string,
): void {
  for (const [property, value] of Object.entries(declared.inputs ?? {})) {
    const urns = references({ ...declared, inputs: { value } }).map(({ $ref }) =>
      urnOf(
        all.find(({ name }) => name === $ref)!,
        stack,
      ),
    );
    if (urns.length > 0) {
      const dependencies = new analyzer.AnalyzerPropertyDependencies();
      dependencies.setUrnsList(urns);
      resource.getPropertydependenciesMap().set(property, dependencies);
    }
  }
}

function toPlain(inputs: object, outputOf: (reference: Reference) => string): Record<string, unknown> {
  return mapped(inputs, (special) =>
    isReference(special) ? outputOf(special) : { [rpc.specialSigKey]: rpc.specialSecretSig, value: special.$secret },
  ) as Record<string, unknown>;
}

function toStruct(plain: object): never {
  return Struct.fromJavaScript(plain as Record<string, never>) as never;
}
