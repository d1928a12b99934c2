/**
 * Records what the redis-server and the redis-cli of this machine answer to `commands.txt`. Run it by hand:
 * `node test/programs/servers/redis/record.ts`.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sectionsOf } from "./sections.ts";

const here = import.meta.dirname;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

const port = await freePort();
const folder = mkdtempSync(join(tmpdir(), "redis-"));
const server = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], {
  stdio: "ignore",
});
const client = (args: readonly string[]): string => {
  try {
    return execFileSync("redis-cli", ["-p", String(port), "--no-raw", ...args], { encoding: "latin1", stdio: "pipe" });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? "");
  }
};
while (client(["PING"]) !== "PONG\n") await new Promise((resolve) => setTimeout(resolve, 50));
const recorded: Record<string, string[]> = {};
for (const { name, commands } of sectionsOf(readFileSync(join(here, "commands.txt"), "utf8"))) {
  client(["FLUSHALL"]);
  recorded[name] = commands.map((command) => client(command.split(" ")));
}
server.kill();
writeFileSync(join(here, "recorded.json"), `${JSON.stringify(recorded, undefined, 1)}\n`);
