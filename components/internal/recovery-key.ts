import * as pulumi from "@pulumi/pulumi";

import { checkedIfGiven } from "./validate";

/** The argument `bitLockerRecoveryKey`, checked; undefined when it was left out. */
export function checkedRecoveryKey(
  key: pulumi.Input<string> | undefined,
  resource: pulumi.Resource,
): pulumi.Output<string> | undefined {
  return checkedIfGiven(key, resource, recoveryKeyProblem);
}

/** The key is a secret, so the message holds nothing of it. */
function recoveryKeyProblem(key: string): string | undefined {
  return /^\d{6}(-\d{6}){7}$/.test(key)
    ? undefined
    : `bitLockerRecoveryKey must be a BitLocker recovery key, 48 digits in eight groups of six with hyphens, got ${key.length} ` +
        "characters of another form; read it again where BitLocker keys are kept";
}

/** Arguments as a component records them in the state: with the key as a secret, however it was given. */
export function withSecretKey<T extends { readonly bitLockerRecoveryKey?: pulumi.Input<string> }>(args: T): T {
  const { bitLockerRecoveryKey } = args;
  return bitLockerRecoveryKey === undefined
    ? args
    : { ...args, bitLockerRecoveryKey: pulumi.secret(bitLockerRecoveryKey) };
}
