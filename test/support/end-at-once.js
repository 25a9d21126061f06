// At its end a worker of jest has one or two gigabytes. Node gives them back piece by piece, which often takes longer than the
// half second that jest waits before it says that tests leak; a process that simply exits is done sooner. One that still has
// something open never gets there, and jest's warning is left for it.

/** The message that tells a worker to end (jest-worker, types.js). */
const CHILD_MESSAGE_END = 2;

if (process.argv[1]?.endsWith("processChild.js")) {
  process.on("message", function ending(message) {
    if (message?.[0] !== CHILD_MESSAGE_END) return;
    process.removeListener("message", ending);
    process.once("beforeExit", () => process.exit(0));
  });
}
