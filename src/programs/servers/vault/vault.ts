/** The program `vault`: a server and its client. */
import type { Program } from "../../../shell/program.ts";
import { drive } from "../../kubectl/core/session.ts";
import { vaultCommand } from "./client.ts";
import { vaultServer } from "./server.ts";

export const vault: Program = {
  ...vaultServer,
  run: (process) => (process.argv[1] === "server" ? vaultServer.run(process) : drive(process, vaultCommand)),
};
