// JavaScript, so that it starts without a build step: each engine command starts a host.
require("../../../compile-on-demand.js");
require("./main.ts");
