import * as pulumi from "@pulumi/pulumi";

/** What is wrong with a BitLocker recovery key; undefined when nothing is. The key is a secret, so the message holds nothing of it. */
export function recoveryKeyProblem(argument: string, key: string): string | undefined {
  return /^\d{6}(-\d{6}){7}$/.test(key)
    ? undefined
    : `${argument} must be a BitLocker recovery key, 48 digits in eight groups of six with hyphens, got ${key.length} ` +
        "characters of another form; read it again where BitLocker keys are kept";
}

/** Arguments as a component records them in the state: with the key as a secret, however it was given. */
export function withSecretKey<T extends { readonly bitLockerRecoveryKey?: pulumi.Input<string> }>(args: T): T {
  const { bitLockerRecoveryKey } = args;
  return bitLockerRecoveryKey === undefined
    ? args
    : { ...args, bitLockerRecoveryKey: pulumi.secret(bitLockerRecoveryKey) };
}
