/** Runs a program whose Azure does not answer, so that nothing it reads by itself reaches a real one. */
export async function nowhere<Result>(program: () => Promise<Result>): Promise<Result> {
  const before = process.env.ARM_METADATA_HOSTNAME;
  // Nothing listens there: the discard service.
  process.env.ARM_METADATA_HOSTNAME = "127.0.0.1:9";
  try {
    return await program();
  } finally {
    if (before === undefined) delete process.env.ARM_METADATA_HOSTNAME;
    else process.env.ARM_METADATA_HOSTNAME = before;
  }
}
