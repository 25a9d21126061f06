// JavaScript, so that the plugin starts without a build step and without the type-check of Pulumi's own TypeScript loader.
require("../../../compile-on-demand.js");
require("./main.ts");
