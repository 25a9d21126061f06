/**
 * Runs work in the order given, two pieces at a time. A PowerShell is a process of its own, so two use two processors;
 * more would only be in each other's way.
 */
export function twoAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  return <T>(work: () => Promise<T>): Promise<T> => {
    const lane = lanes.shift();
    const result = Promise.resolve(lane).then(work);
    // Handled here, so that a failure is not reported before the test that awaits it has begun.
    lanes.push(result.catch(() => undefined));
    return result;
  };
}
