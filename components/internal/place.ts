import type * as pulumi from "@pulumi/pulumi";

/** What the resources around a repair VM have in common. */
export interface Place {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly location: pulumi.Input<string>;
  readonly tags: pulumi.Input<Record<string, string>>;
}
