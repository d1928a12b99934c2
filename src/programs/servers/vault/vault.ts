/** The program `vault`: a server, its client and its agent. */
import type { Program } from "../../../shell/program.ts";
import { drive } from "../../kubectl/core/session.ts";
import { runAgent } from "./agent.ts";
import { vaultCommand } from "./client.ts";
import { vaultServer } from "./server.ts";

export const vault: Program = {
  ...vaultServer,
  run(process) {
    switch (process.argv[1]) {
      case "server":
        return vaultServer.run(process);
      case "agent":
        return runAgent(process);
      default:
        return drive(process, vaultCommand);
    }
  },
};
