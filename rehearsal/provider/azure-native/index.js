// JavaScript, so that the plugin starts without a build step and without the type-check of Pulumi's own TypeScript loader.
const { register } = require("tsx/cjs/api");

const unregister = register();
require("./main.ts");
// What is loaded later is JavaScript of the Azure SDK, which tsx would look through at twice the time.
unregister();
