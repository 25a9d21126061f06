import * as pulumi from "@pulumi/pulumi";

/** Tags of every resource that takes tags: the user's, and who made it. */
export function kitTags(
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined,
): pulumi.Output<Record<string, string>> {
  return pulumi
    .output(tags ?? {})
    .apply((given): Record<string, string> => ({ ...given, "created-by": "azure-repair-kit" }));
}
