import * as pulumi from "@pulumi/pulumi";

/**
 * A mistake in what the user asked for, shown as one line.
 *
 * Two habits of the SDK are kept off. It puts `error serializing property "…":` before the message of an error that an
 * Output carries, once for each resource that waits for it; the property that happened to wait says nothing about the
 * mistake. And it prints every error that has a stack with util.inspect, shown or not, which never ends on Node 20
 * where a path of the stack is `node_modules/@pulumi/output.ts`.
 */
export function inputError(message: string, resource: pulumi.Resource): pulumi.ResourceError {
  const error = new pulumi.ResourceError(message, resource, true);
  Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
  error.stack = "";
  return error;
}

/**
 * Checks a plain value at once and an Output when it is known.
 *
 * @param check returns what is wrong with the value, or undefined
 */
export function checked<T>(
  input: pulumi.Input<T>,
  resource: pulumi.Resource,
  check: (value: pulumi.Unwrap<T>) => string | undefined,
): pulumi.Output<pulumi.Unwrap<T>> {
  const verify = (value: pulumi.Unwrap<T>) => {
    const problem = check(value);
    if (problem !== undefined) {
      throw inputError(problem, resource);
    }
    return value;
  };
  if (!pulumi.Output.isInstance(input) && !(input instanceof Promise)) {
    verify(input as pulumi.Unwrap<T>);
  }
  return pulumi.output(input).apply(verify);
}

/** Like {@link checked}, and leaves out what was left out. */
export function checkedIfGiven<T>(
  input: pulumi.Input<T> | undefined,
  resource: pulumi.Resource,
  check: (value: pulumi.Unwrap<T>) => string | undefined,
): pulumi.Output<pulumi.Unwrap<T>> | undefined {
  return input === undefined ? undefined : checked(input, resource, check);
}
