import { ref, type RuleCases, secret } from "../support/case";
import { group, runCommand, vm } from "../support/valid-args";

const SAS =
  "https://a.blob.core.windows.net/c/b?sv=2024-11-04&se=2026-01-01&sr=b&sp=r&sig=ZmFrZSBzaWduYXR1cmUgZm9yIHRlc3Rz%3D";
const password = (adminPassword: unknown) => ({ osProfile: { adminUsername: "repairadmin", adminPassword } });
const parameters = (value: unknown) => ({ parameters: [{ name: "Source", value }] });

export const cases: RuleCases = {
  stopped: {
    "a password in clear": [vm("vm", password("Correct-Horse-7"))],
    "a signed URL in a parameter of a run command": [runCommand("run-command", parameters(SAS))],
    "a secret in a parameter that Azure shows": [runCommand("run-command", parameters(secret("Correct-Horse-7")))],
    "a signed URL in a tag": [group("group", { tags: { source: SAS } }, { component: null })],
    "a connection string of another provider's": [
      {
        type: "aws:lambda/function:Function",
        name: "function",
        inputs: {
          environment: { variables: { STORAGE: "AccountName=a;AccountKey=QWxsIHlvdXIgYmFzZSBhcmUgYmVsb25nIHRvIHVz;" } },
        },
        component: null,
      },
    ],
    "a private key": [
      { type: "tls:index/x:X", name: "key", inputs: { pem: "-----BEGIN RSA PRIVATE KEY-----\nMII" }, component: null },
    ],
  },
  passed: {
    "a secret password": [vm("vm", password(secret("Correct-Horse-7")))],
    "a whole object that is secret": [vm("vm", { osProfile: secret("Correct-Horse-7") })],
    "a secret in the protected parameters": [
      runCommand("run-command", { protectedParameters: [{ name: "Password", value: secret("Correct-Horse-7") }] }),
    ],
    "names of secrets, and an empty password": [
      vm("vm", {
        osProfile: {
          adminPassword: "",
          secretName: "web01",
          passwordSecretId: "id",
          disablePasswordAuthentication: true,
        },
      }),
    ],
    "an output of another resource": [runCommand("run-command", parameters(ref("vm")))],
  },
};
