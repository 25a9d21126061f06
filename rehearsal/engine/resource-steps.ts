import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

/** One change of one resource, as it starts or ends. */
export interface ResourceStep {
  readonly state: "started" | "done" | "failed";
  /** The engine's word for it: `create`, `update`, `delete`, `replace`, `read`, `same`, … */
  readonly operation: string;
  readonly urn: string;
  /** Logical name, the last part of the URN. */
  readonly name: string;
  readonly type: string;
  /** Whether a delete leaves the resource itself where it is, by the option retainOnDelete. */
  readonly retained: boolean;
  /** How long it took, once it is done or has failed. */
  readonly seconds: number | undefined;
}

/** Turns the events of one engine command into steps with durations; other events give undefined. */
export function resourceSteps(now: () => number = Date.now): (event: EngineEvent) => ResourceStep | undefined {
  const started = new Map<string, number>();
  return (event) => {
    const [state, metadata] = stateOf(event);
    if (metadata === undefined) return undefined;
    const key = `${metadata.op} ${metadata.urn}`;
    const start = started.get(key);
    if (state === "started") started.set(key, now());
    return {
      state,
      operation: metadata.op,
      urn: metadata.urn,
      name: metadata.urn.split("::").at(-1) ?? metadata.urn,
      type: metadata.type,
      retained: metadata.old?.retainOnDelete ?? false,
      seconds: state === "started" || start === undefined ? undefined : (now() - start) / 1000,
    };
  };
}

function stateOf(event: EngineEvent): [ResourceStep["state"], StepEventMetadata | undefined] {
  if (event.resourcePreEvent !== undefined) return ["started", event.resourcePreEvent.metadata];
  if (event.resOpFailedEvent !== undefined) return ["failed", event.resOpFailedEvent.metadata];
  return ["done", event.resOutputsEvent?.metadata];
}
