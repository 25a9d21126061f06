// At its end a worker of jest holds a gigabyte. To give that back takes longer than the half second that jest waits before it
// says that tests leak, so a worker that has nothing open ends at once, and the warning is left for one that has.

/** The message that tells a worker to end (jest-worker, types.js). */
const CHILD_MESSAGE_END = 2;

/** The channel to jest, standard input, output and error. */
const ownPipes = 4;

function hasNothingOpen() {
  const open = process.getActiveResourcesInfo();
  return open.length <= ownPipes && open.every((name) => name === "PipeWrap");
}

if (process.send !== undefined) {
  process.on("message", ([type]) => {
    if (type !== CHILD_MESSAGE_END) return;
    // jest's own answer to the message comes first.
    setTimeout(() => {
      if (hasNothingOpen()) process.exit(0);
    }, 20).unref();
  });
}
