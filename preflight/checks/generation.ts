import { defineCheck, ok } from "../check";

/** Hyper-V generation and security type, which the copy and the repair VM take over. */
export const GENERATION = defineCheck({
  id: "generation",
  needs: ["osDisk"],
  uses: ["vm"],
  judge({ osDisk, vm }) {
    if (osDisk === null) {
      return undefined;
    }
    const type = osDisk.securityProfile?.securityType ?? vm?.securityProfile?.securityType ?? "Standard";
    const security = type.startsWith("ConfidentialVM")
      ? "confidential"
      : type === "TrustedLaunch"
        ? "Trusted Launch, and so is the repair VM"
        : "no Trusted Launch";
    return ok(`Generation ${osDisk.hyperVGeneration === "V2" ? 2 : 1}, ${security}`);
  },
});
