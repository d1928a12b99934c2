/**
 * The program of an image that the catalogue does not have. If the arguments name a program, that program runs in its
 * place; otherwise it is a server that answers on the ports that the container declares, or a task that does its work
 * and succeeds where it must end.
 */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { grpcHealth } from "./health.ts";
import { text } from "./http.ts";
import { server } from "./server.ts";

/** Duration of the work of such a program. */
const TASK_MS = 3000;

const service = server({
  ports: ({ host }) => host.declaredPorts ?? [],
  logFd: 1,
  ready: ({ host }) => (host.declaredPorts ?? []).map((port) => `listening on port ${port}`),
  http: (process, { method, path }) => {
    const body = `Hostname: ${process.host.hostname}\nRequest: ${method} ${path}\n`;
    return text(200, body, { afterMs: 2 });
  },
  message: (_process, request) => grpcHealth(request),
});

export const unknownServer: Program = {
  ...service,
  run(process) {
    const args = process.argv.slice(1);
    const isFirstRun = process.state["phase"] === undefined;
    if (isFirstRun && args[0] !== undefined && isExecutable(process, args[0])) return { type: "exec", argv: args };
    return isTask(process) ? work(process) : service.run(process);
  },
};

/** True for a program that must end, where the catalogue does not know what it does. */
export function isTask({ host }: ProcessView): boolean {
  return host.mustEnd === true;
}

/** Ends with success after some seconds. */
export function work({ state, nowMs }: ProcessView): Step {
  state["endsAtMs"] ??= nowMs + TASK_MS;
  const endsAtMs = Number(state["endsAtMs"]);
  return nowMs >= endsAtMs ? { type: "exit", status: 0 } : { type: "wait", for: [{ type: "time", atMs: endsAtMs }] };
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
