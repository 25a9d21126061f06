// Every program of every rule as one stack: resources are called RULE/PROGRAM/NAME.
require("tsx/cjs");
require("./cases.ts");
