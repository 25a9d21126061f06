/** What the user writes to have no daily shutdown. */
export const NO_SHUTDOWN = "off";

/** A time of day as Azure's schedules take it, `HHMM`; undefined when the text is no time. */
export function shutdownTime(text: string): string | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):?([0-5]\d)$/.exec(text) ?? [];
  return hours && minutes ? hours + minutes : undefined;
}

/** What is wrong with a time of the daily shutdown, or undefined. */
export function shutdownTimeProblem(argument: string, text: string): string | undefined {
  return text === NO_SHUTDOWN || shutdownTime(text)
    ? undefined
    : `${argument} must be a time of day in UTC like "19:00" or "1900", or "${NO_SHUTDOWN}", got "${text}"`;
}
