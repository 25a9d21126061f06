/** A resource of a small program that a rule judges. */
export interface Declared {
  /** `compute:Disk` for azure-native, else a whole type token. */
  readonly type: string;
  readonly name: string;
  /** May hold {@link ref}, {@link secret} and undefined, which leaves the property out. */
  readonly inputs?: object;
  readonly deleteBeforeReplace?: boolean;
  /** The kit's component it is a part of; null for a resource that has nothing to do with the kit. @default `azure-repair-kit:index:RepairVm` */
  readonly component?: string | null;
}

/** A small program. Names of resources are its own. */
export type Program = readonly Declared[];

/** The programs of one rule: those that it stops and those that it lets pass, by what is wrong or right with them. */
export interface RuleCases {
  readonly stopped: Readonly<Record<string, Program>>;
  readonly passed: Readonly<Record<string, Program>>;
  /** Whether the rule looks at what has the same parent, so that each program needs a component of its own. */
  readonly apart?: true;
}

/** Another resource's output: not known in a preview. */
export interface Reference {
  readonly $ref: string;
  readonly $output: string;
}

/** An output of another resource of the program, declared before. */
export function ref(name: string, output = "id"): Reference {
  return { $ref: name, $output: output };
}

/** A value that Pulumi keeps secret. */
export function secret(value: string): { readonly $secret: string } {
  return { $secret: value };
}

export function isReference(value: object): value is Reference {
  return "$ref" in value;
}

export function isSecret(value: object): value is { $secret: string } {
  return "$secret" in value;
}

/** The whole type token of a declared resource. */
export function tokenOf({ type }: Declared): string {
  return /^[a-z]+(\/v\w+)?:\w+$/i.test(type) ? `azure-native:${type}` : type;
}

/** Inputs with every reference and secret replaced; keys without a value are left out. */
export function mapped(value: unknown, replace: (special: Reference | { $secret: string }) => unknown): unknown {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => mapped(item, replace));
  }
  if (isReference(value) || isSecret(value)) {
    return replace(value);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, mapped(item, replace)]),
  );
}
