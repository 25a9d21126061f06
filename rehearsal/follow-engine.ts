import { type EngineEvent, resourceSteps } from "./engine";
import type { Story } from "./story";
import { tellResource } from "./told-resources";

/** What the policy pack said of a run. */
export interface PolicyNotes {
  /** Names and versions of the packs that judged. */
  readonly packs: string[];
  readonly violations: string[];
}

/** Tells each finished or failed step of the engine, with the seconds it took. */
export function telling(story: Story): (event: EngineEvent) => void {
  const step = resourceSteps();
  return (event) => {
    const told = step(event);
    if (told === undefined || told.state === "started" || ["same", "read"].includes(told.operation)) {
      return;
    }
    const text = tellResource(told.type, told.name);
    if (text !== null) {
      const done = told.operation === "delete" && told.retained ? "keep" : told.operation;
      const word = told.state === "failed" ? "FAILED" : done;
      story.line(`${word.padEnd(7)} ${text} (${(told.seconds ?? 0).toFixed(1)} s)`);
    }
  };
}

/** Tells steps, and notes what the policy pack says. */
export function tellingAndNoting(story: Story, policies: PolicyNotes): (event: EngineEvent) => void {
  const tell = telling(story);
  return (event) => {
    tell(event);
    notePolicies(event, policies);
  };
}

function notePolicies({ policyEvent, summaryEvent }: EngineEvent, policies: PolicyNotes): void {
  if (policyEvent !== undefined) {
    policies.violations.push(`${policyEvent.policyName}: ${policyEvent.message.trim()}`);
  }
  // The engine writes this one name with a capital letter; the SDK's type has it otherwise.
  const { PolicyPacks: packs = {} } = (summaryEvent ?? {}) as { PolicyPacks?: Record<string, string> };
  for (const [name, version] of Object.entries(packs)) {
    // A local pack is named `name|local|folder`.
    policies.packs.push(`${name.split("|")[0] ?? name} ${version}`.trim());
  }
}
