import { FakeArm } from "./fake-arm";
import { ProviderPlugin } from "./provider-plugin";

/** The azure-native stand-in, configured for a Resource Manager that records what comes. */
export interface AzureNativeWithArm {
  readonly arm: FakeArm;
  readonly plugin: ProviderPlugin;
  stop(): Promise<void>;
}

/** @param variables config of the provider, such as azure-native:config:location */
export async function startAzureNative(variables: Record<string, string> = {}): Promise<AzureNativeWithArm> {
  const arm = await FakeArm.start();
  const plugin = await ProviderPlugin.start("azure-native", arm.environment);
  await plugin.configure(variables);
  return {
    arm,
    plugin,
    async stop() {
      await plugin.stop();
      await arm.stop();
    },
  };
}
