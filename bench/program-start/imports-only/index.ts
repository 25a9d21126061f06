// The packages that index.ts and the components import, and nothing else.
import "@pulumi/azure-native/authorization";
import "@pulumi/azure-native/compute";
import "@pulumi/azure-native/devtestlab";
import "@pulumi/azure-native/managedidentity";
import "@pulumi/azure-native/network";
import "@pulumi/azure-native/resources";
import "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import "@pulumi/random";

export const project = pulumi.getProject();
