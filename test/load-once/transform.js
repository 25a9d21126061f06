// See environment.js. Only for what keeps no state that one test file could leave to another, and hands out nothing that a
// test compares by its class: the classes of the language are others outside of jest's sandbox.
module.exports = {
  process: (_source, file) => ({ code: `module.exports = loadOnce(${JSON.stringify(file)});` }),
};
