// Every program of every rule as one stack: resources are called RULE/PROGRAM/NAME.
require("../../../../compile-on-demand.js");
require("@pulumi/pulumi");

// As in the kit's own program: the SDK takes a stack for every promise, and would map each back to its sources.
Reflect.deleteProperty(Error, "prepareStackTrace");
require("./cases.ts");
