import { status, type ServerWritableStream } from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import type { ChildProcesses } from "./child-processes";

type InstallCall = ServerWritableStream<language.InstallDependenciesRequest, language.InstallDependenciesResponse>;

/** `pulumi install`: npm install in the program's folder, with its output handed on. */
export function installDependencies(children: ChildProcesses) {
  return (call: InstallCall): void => {
    const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
    const child = children.start("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    call.on("cancelled", () => void children.end(child));
    child.stdout?.on("data", (chunk: Buffer) =>
      call.write(new language.InstallDependenciesResponse().setStdout(chunk)),
    );
    child.stderr?.on("data", (chunk: Buffer) =>
      call.write(new language.InstallDependenciesResponse().setStderr(chunk)),
    );
    child.on("error", (error) => fail(call, `npm could not be started: ${error.message}. Is it on PATH?`));
    child.on("close", (code) => {
      if (code === 0) call.end();
      else fail(call, `npm install in ${folder} ended with exit code ${String(code)}.`);
    });
  };
}

function fail(call: InstallCall, details: string): void {
  call.emit("error", { code: status.UNKNOWN, details });
}
