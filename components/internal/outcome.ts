/** How far one step came: mounting the copy, or collecting the dump. */
export interface StepOutcome {
  readonly status: string;
  readonly reason: string | undefined;
  readonly nextSteps: readonly string[];
}

/**
 * How far the whole job came: what the collection says once the copy is mounted, and until then why it is not.
 *
 * @param steps `fetch`: what to do with a collected dump; `evidence`: where the rest is; `connect`: how to connect to the repair VM, left out where
 *   nobody may, because it runs the broken Windows; `dumps`: what to do with a copy that was set to write a dump
 * @returns the status, and what to do next with the reason first
 */
export function outcome(
  mount: StepOutcome,
  collection: StepOutcome,
  steps: {
    readonly fetch: readonly string[];
    readonly evidence?: readonly string[];
    readonly connect: string;
    readonly dumps?: readonly string[];
  },
): { status: string; nextSteps: string[] } {
  const { status, reason, nextSteps } = mount.status === "mounted" ? collection : mount;
  return {
    status,
    nextSteps: [
      ...(reason ? [reason] : []),
      ...nextSteps,
      ...(status === "collected" ? steps.fetch : []),
      ...(steps.evidence ?? []),
      ...(steps.dumps ?? []),
      ...(status === "booted-from-copy" ? [] : [steps.connect]),
    ],
  };
}

/**
 * What to do after a snapshot was read without a repair VM.
 *
 * @param steps `fetch`: what to do with a collected dump; `repairVm`: how to get a repair VM after all
 */
export function stepsWithoutVm(
  { status, reason, nextSteps }: StepOutcome,
  steps: { readonly fetch: readonly string[]; readonly repairVm: string },
): string[] {
  const own = status === "collected" ? steps.fetch : [...(reason ? [reason] : []), ...nextSteps];
  return [...own, steps.repairVm];
}
