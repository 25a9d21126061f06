import { basename } from "node:path";
import { runQuietly } from "./processes.mjs";

const reportMilliseconds = 3000;

/**
 * Runs npm with the given Node, and says every few seconds how many packages have arrived.
 *
 * @throws Error with npm's own words when it fails
 */
export async function runNpm(args, { folder, node, what, packages, say }) {
  const started = Date.now();
  let arrived = 0;
  const tell = () =>
    say(`${what}: ${arrived} of ${packages} packages fetched, ${Math.round((Date.now() - started) / 1000)} s`);
  const ticking = setInterval(tell, reportMilliseconds);
  const onLine = (line) => {
    if (line.includes("http fetch ") && line.includes(".tgz ")) arrived++;
  };
  try {
    const [program, before] = npmProgram(node);
    // Two more tries within half a minute: enough for a hiccup, and soon an answer where there is no network.
    const patience = ["--fetch-retries=2", "--fetch-retry-mintimeout=2000", "--fetch-retry-maxtimeout=10000"];
    const quiet = ["--loglevel=http", "--progress=false", "--audit=false", "--fund=false", "--color=false"];
    const { code, lines } = await runQuietly(program, [...before, ...args, ...patience, ...quiet], {
      folder,
      node,
      onLine,
    });
    if (code !== 0) throw new Error(`${what} failed: ${npmErrors(lines)}`);
    say(`${what}: done, ${Math.round((Date.now() - started) / 1000)} s`);
  } catch (error) {
    if (error.code === "ENOENT")
      throw new Error(`${what} failed: npm is not on PATH. It comes with Node: https://nodejs.org`, { cause: error });
    throw error;
  } finally {
    clearInterval(ticking);
  }
}

/** The npm that started us, else the one on PATH. */
function npmProgram(node) {
  const started = process.env.npm_execpath;
  return started !== undefined && basename(started).startsWith("npm") ? [node, [started]] : ["npm", []];
}

function npmErrors(lines) {
  const errors = lines
    .map((line) => /^npm (?:error|ERR!) (.*)$/.exec(line)?.[1])
    .filter((line) => line !== undefined && line.trim() !== "" && !line.startsWith("A complete log"));
  return (errors.length > 0 ? errors : lines).slice(0, 6).join(" | ") || "npm printed nothing";
}
