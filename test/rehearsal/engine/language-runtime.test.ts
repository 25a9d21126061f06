import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { installLanguageHost } from "../../../rehearsal/engine";

const program = join(__dirname, "sample", "program");
const info = new language.ProgramInfo().setProgramDirectory(program).setRootDirectory(program).setEntryPoint(".");

let folder: string;
let host: ChildProcess;
let client: LanguageRuntimeClient | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "language-runtime-"));
  await installLanguageHost(folder);
  host = spawn(join(folder, "pulumi-language-nodejs"), ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: host.stdout! }).once("line", resolve);
    host.once("exit", (code) => reject(new Error(`the language host ended with exit code ${String(code)}`)));
  });
  client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
});
afterAll(() => {
  client?.close();
  host.kill();
  rmSync(folder, { recursive: true });
});

test("tells which Node runs the programs", async () => {
  const response = await new Promise<language.AboutResponse>((resolve, reject) =>
    client!.about(new language.AboutRequest().setInfo(info), (error, about) =>
      error ? reject(error) : resolve(about),
    ),
  );
  expect(response.toObject()).toMatchObject({ executable: process.execPath, version: process.version });
});

test("lists a program's dependencies with the installed versions, and the range of one that is not installed", async () => {
  const request = new language.GetProgramDependenciesRequest().setInfo(info);
  const response = await new Promise<language.GetProgramDependenciesResponse>((resolve, reject) =>
    client!.getProgramDependencies(request, (error, found) => (error ? reject(error) : resolve(found))),
  );
  expect(response.toObject().dependenciesList).toEqual([
    { name: "@pulumi/pulumi", version: expect.stringMatching(/^3\.\d+\.\d+$/) },
    { name: "not-installed", version: "^1.2.3" },
  ]);
});

test.each([
  ["a kind of plugin that it does not know", "converter", program, 'not "converter"'],
  ["a plugin without @pulumi/pulumi", "resource", tmpdir(), "@pulumi/pulumi is not installed"],
])("refuses %s, saying so", async (_case, kind, programDirectory, why) => {
  const plugin = new language.ProgramInfo().setProgramDirectory(programDirectory);
  const request = new language.RunPluginRequest().setKind(kind).setPwd(program).setInfo(plugin);
  const call = client!.runPlugin(request);
  const error = await new Promise<Error>((resolve) => call.on("error", resolve).on("data", () => undefined));
  expect(error.message).toContain(why);
});

test("says that it does not generate code", async () => {
  const error = await new Promise<Error | null>((resolve) =>
    client!.generateProject(new language.GenerateProjectRequest(), (reason) => resolve(reason)),
  );
  expect(error?.message).toContain("UNIMPLEMENTED");
});

test("ends when it is asked to", async () => {
  const response = await new Promise<Empty>((resolve, reject) =>
    client!.cancel(new Empty(), (error, empty) => (error ? reject(error) : resolve(empty))),
  );
  expect(response).toBeInstanceOf(Empty);
  host.kill("SIGTERM");
  await expect(once(host, "exit")).resolves.toEqual([0, null]);
});
