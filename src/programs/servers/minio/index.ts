/** MinIO: `minio server` and its client `mc`. */
import type { Program } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { minioServer, RELEASE } from "./server.ts";

export { mc } from "./client.ts";

export const minio: Program = {
  ...minioServer,
  run(process) {
    if (process.argv[1] === "server") return minioServer.run(process);
    if (/^(--version|-v)$/.test(process.argv[1] ?? "")) {
      printLines(process, 1, [`minio version RELEASE.${RELEASE}`, "Runtime: go1.24.6 linux/amd64"]);
      return { type: "exit", status: 0 };
    }
    printLines(process, 1, [
      ...["NAME:", "  minio - High Performance Object Storage", "", "USAGE:"],
      ...["  minio [FLAGS] COMMAND [ARGS...]", "", "COMMANDS:", "  server  start object storage server"],
    ]);
    return { type: "exit", status: 0 };
  },
};
