import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "../command-time";

/** Azurite as a process of its own, which keeps what it gets in files. */
export interface AzuriteProcess {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts Azurite's blob service over https for the account `account`, with tokens. */
export async function startAzurite(
  folder: string,
  certificate: { cert: string; key: string },
): Promise<AzuriteProcess> {
  const port = await freePort();
  const location = path.join(folder, "azurite");
  await mkdir(location);
  const words = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", location];
  const security = ["--cert", certificate.cert, "--key", certificate.key, "--oauth", "basic"];
  const main = path.join(root, "node_modules", "azurite", "dist", "src", "blob", "main.js");
  const child = spawn(
    process.execPath,
    [main, ...words, ...security, "--silent", "--skipApiVersionCheck", "--disableTelemetry"],
    {
      env: { ...process.env, AZURITE_ACCOUNTS: `account:${randomBytes(64).toString("base64")}` },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  for (let tries = 0; !(await isOpen(port)); tries++) {
    if (child.exitCode !== null || tries > 300) throw new Error("Azurite did not start");
    await delay(100);
  }
  return {
    port,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
