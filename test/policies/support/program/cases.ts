import * as pulumi from "@pulumi/pulumi";

import { casesOf, caseName } from "../cases-of";
import { type Declared, isReference, mapped, type Program, tokenOf } from "../case";
import { complete, isShared } from "../complete";
import { rules } from "../../../../policies/rules";

class AnyResource extends pulumi.CustomResource {
  constructor(token: string, name: string, inputs: pulumi.Inputs, options: pulumi.CustomResourceOptions) {
    super(token, name, { id: undefined, name: undefined, ...inputs }, { ...options, version: "1.0.0" });
  }
}

/** What many programs refer to and none changes is made once. */
const shared = new Map<string, pulumi.Resource>();
const components = new Map<string, pulumi.ComponentResource>();

for (const { name } of rules) {
  const { stopped, passed, apart } = casesOf(name);
  for (const [title, program] of Object.entries({ ...stopped, ...passed })) {
    declare(caseName(name, title), program, apart ? `${caseName(name, title)}/` : "");
  }
}

function declare(prefix: string, program: Program, componentPrefix: string): void {
  const own = new Map<string, pulumi.Resource>();
  for (const declared of complete(program)) {
    const [made, place] = isShared(declared, program) ? [shared, "shared"] : [own, prefix];
    if (!made.has(declared.name)) {
      const parent = componentOf(declared, made === own ? componentPrefix : "");
      made.set(declared.name, make(declared, `${place}/${declared.name}`, own, parent));
    }
  }
}

function componentOf({ component }: Declared, prefix: string): pulumi.ComponentResource | undefined {
  if (component === null) {
    return undefined;
  }
  const token = component ?? "azure-repair-kit:index:RepairVm";
  const name = `${prefix}component`;
  const made = components.get(token + name) ?? new pulumi.ComponentResource(token, name);
  components.set(token + name, made);
  return made;
}

function make(
  declared: Declared,
  name: string,
  own: ReadonlyMap<string, pulumi.Resource>,
  parent: pulumi.Resource | undefined,
): pulumi.Resource {
  const token = tokenOf(declared);
  const inputs = mapped(declared.inputs ?? {}, (special) => {
    if (!isReference(special)) {
      return pulumi.secret(special.$secret);
    }
    const source = own.get(special.$ref) ?? shared.get(special.$ref);
    return (source as unknown as Record<string, unknown>)[special.$output];
  }) as pulumi.Inputs;
  return token.startsWith("azure-repair-kit:")
    ? new pulumi.ComponentResource(token, name, inputs)
    : new AnyResource(token, name, inputs, { deleteBeforeReplace: declared.deleteBeforeReplace, parent });
}
