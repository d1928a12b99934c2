/**
 * The program of an image that the catalogue does not have. If the arguments name a program, that program runs in its
 * place; otherwise it is a server that answers on the ports that the container declares.
 */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Program } from "../../shell/program.ts";
import { text } from "./http.ts";
import { server } from "./server.ts";

const LISTEN = "--listen=";

const service = server({
  ports: (process) => portsOf(process),
  logFd: 1,
  ready: (process) => portsOf(process).map((port) => `listening on port ${port}`),
  http: (process, { method, path }) => {
    const body = `Hostname: ${process.host.hostname}\nRequest: ${method} ${path}\n`;
    return text(200, body, { afterMs: 2 });
  },
});

export const unknownServer: Program = {
  ...service,
  run(process) {
    const args = process.argv.slice(1).filter((arg) => !arg.startsWith(LISTEN));
    const isFirstRun = process.state["phase"] === undefined;
    if (isFirstRun && args[0] !== undefined && isExecutable(process, args[0])) return { type: "exec", argv: args };
    return service.run(process);
  },
};

function portsOf({ argv }: ProcessView): number[] {
  const list = argv.find((arg) => arg.startsWith(LISTEN))?.slice(LISTEN.length) ?? "";
  return [
    ...new Set(
      list
        .split(",")
        .filter((port) => port !== "")
        .map(Number),
    ),
  ];
}

function isExecutable(process: ProcessView, name: string): boolean {
  const folders = name.includes("/") ? [""] : (process.env["PATH"] ?? "").split(":").map((folder) => `${folder}/`);
  return folders.some((folder) => {
    try {
      const path = name.startsWith("/") || folder !== "" ? `${folder}${name}` : `${process.cwd}/${name}`;
      return process.files.find(path)?.type === "file";
    } catch (error) {
      if (error instanceof FileError) return false;
      throw error;
    }
  });
}
