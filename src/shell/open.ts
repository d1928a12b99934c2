/** Opens a path for a process: regular files, devices, named pipes, and the names of open descriptors. */
import { FileError } from "../files/errors.ts";
import type { FileSystem } from "../files/file-system.ts";
import { addFile, addNamedPipeEnd, openFileOf } from "./descriptors.ts";
import { FIRST_PID, type Machine, type Process } from "./machine-state.ts";
import { absolutePath } from "./paths.ts";

/** `truncate`, `append` and `update` create the file. `update` (`<>`) reads and writes from the beginning. */
export type OpenMode = "read" | "truncate" | "append" | "update" | "exclusive";

const DESCRIPTOR_PATH = /^\/(?:dev\/fd|proc\/(self|\d+)\/fd)\/(\d+)$/;
const STANDARD_STREAMS: Record<string, string> = {
  "/dev/stdin": "/dev/fd/0",
  "/dev/stdout": "/dev/fd/1",
  "/dev/stderr": "/dev/fd/2",
};

/** The id of an open file without references yet. Throws FileError. */
export function openPath(machine: Machine, process: Process, path: string, mode: OpenMode, files: FileSystem): number {
  const absolute = absolutePath(process.cwd, path);
  const named = DESCRIPTOR_PATH.exec(STANDARD_STREAMS[absolute] ?? absolute);
  if (named) return openDescriptor(machine, process, absolute, named[1], Number(named[2]));
  const entry = files.find(absolute);
  if (entry?.type === "device") return openDevice(machine, process, absolute, entry.device);
  if (entry?.type === "fifo") {
    files.access(absolute, mode === "read" ? "r" : "w");
    return addNamedPipeEnd(machine, files.realPath(absolute), mode === "read" ? "pipeReader" : "pipeWriter");
  }
  if (mode === "read") files.access(absolute, "r");
  else prepareForWriting(absolute, mode, files, process);
  return addFile(machine, {
    type: "file",
    path: files.realPath(absolute),
    position: 0,
    appends: mode === "append",
    canRead: mode === "read" || mode === "update",
    canWrite: mode !== "read",
  });
}

function prepareForWriting(path: string, mode: OpenMode, files: FileSystem, process: Process): void {
  const entry = files.find(path);
  if (entry?.type === "directory") throw new FileError("EISDIR", path);
  if (entry?.type === "socket") throw new FileError("ENXIO", path);
  if (entry && mode === "exclusive") throw new FileError("EEXIST", path);
  if (entry) files.access(path, mode === "update" ? "rw" : "w");
  if (!entry || mode === "truncate") files.write(path, "", 0o666 & ~process.umask);
}

/** The same open file under another number, as Linux does for pipes and terminals. */
function openDescriptor(
  machine: Machine,
  process: Process,
  path: string,
  owner: string | undefined,
  fd: number,
): number {
  const other = owner === undefined || owner === "self" ? process : machine.processes[Number(owner)];
  const id = other?.fds[fd];
  if (!other || id === undefined) throw new FileError("ENOENT", path);
  return id;
}

function openDevice(machine: Machine, process: Process, path: string, device: string): number {
  switch (device) {
    case "null":
    case "zero":
    case "full":
    case "random":
      return addFile(machine, { type: device });
    case "tty": {
      const terminal = [0, 1, 2].find((fd) => openFileOf(machine, process, fd)?.type === "terminal");
      const isOwned = machine.sessions[process.session]?.terminal !== undefined;
      if (!isOwned && terminal === undefined) throw new FileError("ENXIO", path);
      return addFile(machine, { type: "terminal", session: process.session });
    }
    default:
      throw new FileError("EACCES", path);
  }
}

/** The session of the container itself is that of its first process. */
export const CONTAINER_SESSION = FIRST_PID - 1;
