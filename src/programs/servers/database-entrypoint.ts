/** Steps that the entrypoints of database images share: the data folder, the account, and files of the init folder. */
import type { Credentials } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import type { ProcessView, SignalName, Step } from "../../shell/program.ts";
import { printLines } from "./log.ts";

/** The account that root becomes; undefined if the container does not run as root. */
export function accountOf({ credentials, files }: ProcessView, name: string): Credentials | undefined {
  if (credentials.uid !== 0) return undefined;
  const line = files.find("/etc/passwd") ? files.read("/etc/passwd") : "";
  const [, uid = "999", gid = "999"] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+)`, "m").exec(line) ?? [];
  return { uid: Number(uid), gid: Number(gid), groups: [Number(gid)], capabilities: [] };
}

/** Creates the data folder and gives it to the account. The message of the tool that fails, if one does. */
export function prepareFolder(
  { files, credentials }: ProcessView,
  path: string,
  owner: Credentials,
): string | undefined {
  const parts = path.split("/").slice(1);
  let folder = "";
  for (const part of parts) {
    folder += `/${part}`;
    try {
      if (!files.find(folder)) {
        files.makeDirectory(folder, 0o755);
        if (credentials.uid === 0) files.setOwner(folder, owner.uid, owner.gid);
      }
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return `mkdir: cannot create directory '${folder}': ${error.message}`;
    }
  }
  try {
    if (credentials.uid === 0) files.setOwner(path, owner.uid, owner.gid);
    files.access(path, "rwx");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `initdb: error: could not access directory "${path}": ${error.message}`;
  }
  try {
    files.setMode(path, 0o700);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  return undefined;
}

export interface InitFiles {
  folder: string;
  /** The name of the script in its own lines. */
  script: string;
  server: { argv: readonly string[]; credentials?: Credentials };
  /** The extension of files for the client; `sql` if absent. */
  extension?: string;
  /** The client that runs a file of that extension. */
  client: (file: string) => readonly string[];
  env: Readonly<Record<string, string>>;
  stopSignal: SignalName;
  /** `2026-… [Note] [Entrypoint]: ` */
  prefix?: string;
}

const START_MS = 2_000;

/**
 * Starts a temporary server, runs the files of the folder by name, and stops the server. Undefined when all is done.
 * A file that fails ends the container with its status.
 */
export function runInitFiles(process: ProcessView, options: InitFiles): Step | undefined {
  const { files, state, nowMs } = process;
  const { folder, script, prefix = "", server, env, extension = "sql" } = options;
  const names = files.find(folder)?.type === "directory" ? files.list(folder) : [];
  const runnable = names.filter((name) => name.endsWith(".sh") || name.endsWith(`.${extension}`));
  if (state["next"] === undefined) {
    if (names.length === 0) printLines(process, 1, [`${prefix}${script}: ignoring ${folder}/*`]);
    state["next"] = 0;
    if (runnable.length > 0) {
      const fds = silent(process);
      state["server"] = process.spawn({
        argv: server.argv,
        env,
        ...(server.credentials && { credentials: server.credentials }),
        ...fds,
      });
      state["readyAtMs"] = nowMs + START_MS;
    }
  }
  if (runnable.length > 0 && nowMs < Number(state["readyAtMs"])) return wait(Number(state["readyAtMs"]));
  for (;;) {
    const child = state["child"];
    if (typeof child === "number") {
      const status = process.takeExit(child);
      if (status === undefined) return { type: "wait", for: [{ type: "child", pid: child }] };
      delete state["child"];
      if (status !== 0) return { type: "exit", status };
    }
    const name = names[Number(state["next"])];
    if (name === undefined) break;
    state["next"] = Number(state["next"]) + 1;
    startFile(process, name, options);
  }
  return stopServer(process, options);
}

function wait(atMs: number): Step {
  return { type: "wait", for: [{ type: "time", atMs }] };
}

/** The temporary server writes its log to /dev/null: the entrypoint has printed its lines. */
function silent(process: ProcessView): { fds?: Record<number, number> } {
  const fd = process.open("/dev/null", "write");
  return { fds: { 0: 0, 1: fd, 2: fd } };
}

function startFile(
  process: ProcessView,
  name: string,
  { folder, script, prefix = "", client, env, server, extension = "sql" }: InitFiles,
): void {
  const path = `${folder}/${name}`;
  const isScript = name.endsWith(".sh");
  if (!isScript && !name.endsWith(`.${extension}`)) {
    printLines(process, 1, [`${prefix}${script}: ignoring ${path}`, ""]);
    return;
  }
  printLines(process, 1, [`${prefix}${script}: ${isScript ? "sourcing" : "running"} ${path}`]);
  const shell = process.files.find("/bin/bash") || process.files.find("/usr/bin/bash") ? "bash" : "sh";
  const argv = isScript ? [shell, path] : client(path);
  process.state["child"] = process.spawn({ argv, env, ...(server.credentials && { credentials: server.credentials }) });
}

function stopServer(process: ProcessView, { stopSignal }: InitFiles): Step | undefined {
  const { state } = process;
  const pid = state["server"];
  if (typeof pid !== "number") return undefined;
  if (state["stopped"] !== true) {
    process.kill(pid, stopSignal);
    state["stopped"] = true;
  }
  if (process.takeExit(pid) === undefined) return { type: "wait", for: [{ type: "child", pid }] };
  delete state["server"];
  return undefined;
}
