import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import type { GuestMachine } from "../index";
import { NotSimulatedError, WindowsError } from "../windows/errors";
import { COMMANDS, type Command, type Parameters, type Simulation } from "./commands";

const COPY_CHUNK = 4 * 1024 ** 2;

/**
 * Answers, over HTTP on the loopback address, what a guest script in PowerShell asks of Windows: commands, bytes of
 * files, and the instance metadata service.
 *
 * The address holds a random part, so that no other process of the machine finds it.
 */
export class Bridge {
  /** What the script asked and the simulation does not know. Each fails the run. */
  readonly problems: string[] = [];
  private readonly secret = randomBytes(16).toString("hex");
  private readonly server: Server;

  private constructor(
    private readonly machine: GuestMachine,
    private readonly simulation: Simulation,
    private readonly commands: Readonly<Record<string, Command>>,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** @param changed commands that answer otherwise than the simulated Windows */
  static async start(
    machine: GuestMachine,
    simulation: Simulation,
    changed: Readonly<Record<string, Command>> = {},
  ): Promise<Bridge> {
    const bridge = new Bridge(machine, simulation, { ...COMMANDS, ...changed });
    await new Promise<void>((resolve, reject) => {
      bridge.server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return bridge;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.secret}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.route(new URL(request.url ?? "/", "http://bridge"), request, response);
    } catch (error) {
      if (error instanceof WindowsError) {
        send(response, 422, { message: error.message });
        return;
      }
      const known = error instanceof NotSimulatedError;
      const problem = known
        ? `the simulated Windows does not know ${error.message}`
        : `internal error: ${String(error)}`;
      this.problems.push(problem);
      if (response.headersSent) response.destroy();
      else send(response, 501, { message: problem });
    }
  }

  private async route(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, secret, action = "", ...rest] = url.pathname.split("/");
    if (secret !== this.secret) {
      send(response, 404, { message: "no such address" });
      return;
    }
    if (action === "call") send(response, 200, { value: await this.call(JSON.parse(await text(request)) as Call) });
    else if (action === "bytes") await this.sendBytes(url.searchParams, response);
    else if (action === "metadata") await this.sendToken(rest.join("/"), url.searchParams, request, response);
    else throw new NotSimulatedError(`the address ${action}`);
  }

  private async call({ command, parameters }: Call): Promise<unknown> {
    const known = Object.hasOwn(this.commands, command) ? this.commands[command] : undefined;
    if (!known) throw new NotSimulatedError(`the command ${command}`);
    return (await known(this.simulation, parameters)) ?? null;
  }

  /** A range of a file; all of it without a range. */
  private async sendBytes(query: URLSearchParams, response: ServerResponse): Promise<void> {
    const source = await this.simulation.windows.open(query.get("path") ?? "");
    const from = Number(query.get("offset") ?? 0);
    const to = Math.min(source.size, query.has("length") ? from + Number(query.get("length")) : source.size);
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": Math.max(0, to - from) });
    for (let at = from; at < to; at += COPY_CHUNK) {
      const bytes = await source.read(at, Math.min(COPY_CHUNK, to - at));
      if (!response.write(bytes))
        await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
      if (response.destroyed) return;
    }
    response.end();
  }

  /**
   * The token endpoint of the instance metadata service.
   *
   * Source: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
   */
  private async sendToken(
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (path !== "identity/oauth2/token") throw new NotSimulatedError(`the instance metadata path ${path}`);
    const [resource, clientId] = [query.get("resource"), query.get("client_id")];
    if (request.headers.metadata?.toString().toLowerCase() !== "true" || !query.has("api-version") || !resource) {
      const description = "Required metadata header not specified, or a parameter is missing";
      send(response, 400, { error: "invalid_request", error_description: description });
      return;
    }
    try {
      send(response, 200, await this.machine.token(resource, clientId ?? ""));
    } catch {
      send(response, 400, { error: "invalid_request", error_description: "Identity not found" });
    }
  }
}

interface Call {
  readonly command: string;
  readonly parameters: Parameters;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}
