import type * as pulumi from "@pulumi/pulumi";

import { inputError } from "./validate";

/**
 * The error of a failed look-up in Azure: the user's mistake when nothing is there, else what Azure said.
 *
 * @param mistake the sentence that applies when Azure knows no such resource
 * @param command what lists the resources that there are
 */
export function readFailure(
  error: unknown,
  mistake: string,
  command: string,
  resource: pulumi.Resource,
): pulumi.ResourceError {
  const said = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
  return /NotFound|\b404\b|was not found/.test(said)
    ? inputError(`${mistake}; Azure knows none of this name, see what there is with: ${command}`, resource)
    : inputError(`${mistake}, but Azure did not show it: ${said}`, resource);
}
