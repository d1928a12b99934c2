/** Errors of JavaScript from the interpreter. */
import { FileError, type FileErrorCode } from "../../files/errors.ts";
import { toText } from "./conversions.ts";
import { CHECKED } from "./internal-frames.ts";
import { hidden, JsError, type JsObject, Thrown, type Value } from "./objects.ts";
import { get } from "./properties.ts";
import { captureStack } from "./stack-trace.ts";
import type { Vm } from "./vm.ts";

export function errorOf(vm: Vm, type: string, message: string, fields: Readonly<Record<string, Value>> = {}): JsError {
  const error = new JsError(vm.intrinsic(`${type}.prototype`));
  const code = fields["code"];
  // Errors of Node.js show their code in the trace.
  const name = typeof code === "string" && code.startsWith("ERR_") ? `${type} [${code}]` : type;
  error.properties.set("stack", undefined);
  error.properties.set("message", hidden(message));
  captureStack(vm, error, name === type ? undefined : `${name}: ${message}`);
  for (const [key, value] of Object.entries(fields)) error.properties.set(key, value);
  if (name !== type) error.raisedAt ??= CHECKED;
  return error;
}

/** `name: message`, as `Error.prototype.toString` shows it. */
export function errorText(vm: Vm, error: JsObject): string {
  const part = (key: string, fallback: string) => {
    const value = get(vm, error, key);
    return value === undefined ? fallback : toText(vm, value);
  };
  const [name, message] = [part("name", "Error"), part("message", "")];
  return name === "" ? message : message === "" ? name : `${name}: ${message}`;
}

/** Numbers of errno and libuv's texts. */
const SYSTEM_ERRORS: Record<string, [number, string]> = {
  EPERM: [1, "operation not permitted"],
  ENOENT: [2, "no such file or directory"],
  EACCES: [13, "permission denied"],
  EBADF: [9, "bad file descriptor"],
  EBUSY: [16, "resource busy or locked"],
  EEXIST: [17, "file already exists"],
  EXDEV: [18, "cross-device link not permitted"],
  ENOTDIR: [20, "not a directory"],
  EISDIR: [21, "illegal operation on a directory"],
  EINVAL: [22, "invalid argument"],
  EFBIG: [27, "file too large"],
  ENOSPC: [28, "no space left on device"],
  EROFS: [30, "read-only file system"],
  ENAMETOOLONG: [36, "name too long"],
  ENOTEMPTY: [39, "directory not empty"],
  ELOOP: [40, "too many symbolic links encountered"],
  EADDRINUSE: [98, "address already in use"],
  ECONNRESET: [104, "connection reset by peer"],
  ETIMEDOUT: [110, "connection timed out"],
  ECONNREFUSED: [111, "connection refused"],
  EHOSTUNREACH: [113, "host is unreachable"],
};

/** An error of a system call: `ENOENT: no such file or directory, open '/x'`. */
export function systemError(vm: Vm, code: string, call: string, path?: string, to?: string): JsError {
  const [number, text] = SYSTEM_ERRORS[code] ?? [5, "i/o error"];
  const places = path === undefined ? "" : ` '${path}'${to === undefined ? "" : ` -> '${to}'`}`;
  return errorOf(vm, "Error", `${code}: ${text}, ${call}${places}`, {
    errno: -number,
    code,
    syscall: call,
    ...(path !== undefined && { path }),
    ...(to !== undefined && { dest: to }),
  });
}

/** Runs an operation on files; its errors become those of Node.js. */
export function withFileErrors<T>(vm: Vm, call: string, path: string, operation: () => T, to?: string): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const code: FileErrorCode = error.code;
    // `read` of a directory fails after its `open`.
    const isRead = code === "EISDIR" && call === "open";
    throw new Thrown(systemError(vm, code, isRead ? "read" : call, isRead ? undefined : path, to));
  }
}
