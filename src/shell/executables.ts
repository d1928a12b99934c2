/** Finds the file that a command name means, as execvp(3) does. */
import type { RegularFile } from "../files/entry.ts";
import { FileError } from "../files/errors.ts";
import type { FileSystem } from "../files/file-system.ts";
import { absolutePath } from "./paths.ts";

export type Executable =
  | { type: "found"; path: string; entry: RegularFile }
  /** No such file, or no such name in PATH. */
  | { type: "missing" }
  | { type: "notExecutable"; path: string }
  | { type: "isDirectory"; path: string };

/** The PATH of a process without that variable. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** A name with a slash is a path; another one is looked up in PATH. Errors on the way count as a missing file. */
export function findExecutable(
  name: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
  files: FileSystem,
): Executable {
  if (name.includes("/")) return lookAt(absolutePath(cwd, name), files);
  if (name === "") return { type: "missing" };
  let denied: Executable | undefined;
  for (const folder of (env["PATH"] ?? DEFAULT_PATH).split(":")) {
    const found = lookAt(absolutePath(cwd, folder === "" ? `./${name}` : `${folder}/${name}`), files);
    if (found.type === "found") return found;
    if (found.type === "notExecutable") denied ??= found;
  }
  return denied ?? { type: "missing" };
}

function lookAt(path: string, files: FileSystem): Executable {
  try {
    const entry = files.find(path);
    if (!entry) return { type: "missing" };
    if (entry.type === "directory") return { type: "isDirectory", path };
    if (entry.type !== "file" || (entry.mode & 0o111) === 0) return { type: "notExecutable", path };
    files.access(path, "x");
    return { type: "found", path, entry };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return error.code === "EACCES" ? { type: "notExecutable", path } : { type: "missing" };
  }
}

/** Interpreter and argument of a script's first line, `#!/bin/sh -e`. */
export function shebangOf(content: string): { interpreter: string; argument?: string } | undefined {
  if (!content.startsWith("#!")) return undefined;
  const line = content.slice(2, content.includes("\n") ? content.indexOf("\n") : 256).trim();
  const [, interpreter, argument] = /^(\S+)(?:\s+(.*))?$/.exec(line) ?? [];
  return interpreter === undefined ? undefined : { interpreter, argument };
}
