// Every program of every rule as one stack: resources are called RULE/PROGRAM/NAME.
require("../../../../compile-on-demand.js");
require("./cases.ts");
