// The kit's own program with its guards taken out, one for each rule.
require("../../../../compile-on-demand.js");
const pulumi = require("@pulumi/pulumi");

const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
let sourceDiskId;

/** By type: changes the properties and options of a resource. */
const mutations = {
  "azure-repair-kit:index:DumpStore": (props) => {
    props.keepEvidence = false;
  },
  "azure-native:compute:Snapshot": (props) => {
    sourceDiskId = props.creationData.sourceResourceId;
    props.incremental = true;
  },
  "azure-native:compute:Disk": (props) => {
    props.creationData = { createOption: "Copy", sourceResourceId: sourceDiskId };
    delete props.networkAccessPolicy;
  },
  "azure-native:compute:VirtualMachine": (props, opts) => {
    props.location = "northeurope";
    props.osProfile = { ...props.osProfile, adminPassword: "Correct-Horse-7" };
    props.storageProfile = {
      ...props.storageProfile,
      osDisk: { ...props.storageProfile.osDisk, vhd: { uri: "https://example.invalid/os.vhd" } },
      dataDisks: props.storageProfile.dataDisks.map((disk) => ({ ...disk, caching: undefined })),
    };
    props.tags = {};
    opts.deleteBeforeReplace = false;
  },
  "azure-native:compute:VirtualMachineRunCommandByVirtualMachine": (props) => {
    props.resourceGroupName = "production";
    props.vmName = "web-01";
  },
  "azure-native:devtestlab:GlobalSchedule": (props) => {
    props.status = "Disabled";
  },
  "azure-native:network:NetworkInterface": (props) => {
    delete props.tags;
  },
  "azure-native:network:NetworkSecurityGroup": (props) => {
    props.securityRules = props.securityRules.map((rule) => ({
      ...rule,
      sourceAddressPrefixes: undefined,
      sourceAddressPrefix: "*",
    }));
  },
  "azure-native:storage:StorageAccount": (props) => {
    delete props.allowBlobPublicAccess;
    delete props.allowSharedKeyAccess;
    delete props.minimumTlsVersion;
  },
  "azure-native:storage:ManagementPolicy": (props) => {
    props.policy.rules[0].enabled = false;
  },
  "azure-native:authorization:RoleAssignment": (props) => {
    props.scope = "/subscriptions/00000000-0000-0000-0000-000000000000";
    props.roleDefinitionId = `${props.scope}/providers/Microsoft.Authorization/roleDefinitions/${OWNER}`;
  },
};

pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
  mutations[type]?.(props, opts);
  return { props, opts };
});

module.exports = require("../../../../index.ts");
