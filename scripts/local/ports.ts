/** Loopback ports. */
import { type AddressInfo, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";

const RETRY_MS = 250;

export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

/** A port on which no program listens at this moment. */
export async function freePort(): Promise<number> {
  return await tryPort(0);
}

/** Throws a {@link PortTakenError} if another program listens on the port for longer than `patienceMs`. */
export async function assertPortFree(port: number, { patienceMs }: { patienceMs: number }): Promise<void> {
  try {
    await tryPort(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE" && patienceMs > 0) {
      await setTimeout(RETRY_MS);
      return await assertPortFree(port, { patienceMs: patienceMs - RETRY_MS });
    }
    if (code === "EADDRINUSE")
      throw new PortTakenError(`Port ${port} is taken by another program. Set PORT to a free one.`);
    if (code === "EACCES") throw new PortTakenError(`Port ${port} needs privileges. Set PORT to one above 1023.`);
    throw error;
  }
}

async function tryPort(port: number): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return bound;
}
