/** Raises exceptions of Python from the interpreter. */
import { FileError, type FileErrorCode } from "../../files/errors.ts";
import { builtinClass } from "./classes.ts";
import { Instance, PyError, Tuple, type Value } from "./objects.ts";

export function exceptionOf(name: string, ...args: Value[]): Instance {
  const exception = new Instance(builtinClass(name));
  exception.attributes.set("args", new Tuple(args));
  return exception;
}

/** Raises SystemExit: the end of the program unless it is caught. */
export function exitWith(code: Value): never {
  const exception = exceptionOf("SystemExit", ...(code === null ? [] : [code]));
  exception.attributes.set("code", code);
  throw new PyError(exception);
}

export function raise(name: string, ...args: Value[]): never {
  throw new PyError(exceptionOf(name, ...args));
}

/** Python asks for a value of this many bytes, which is more than a value can have here. */
export class TooLarge extends Error {
  override name = "TooLarge";
  readonly bytes: number;

  constructor(bytes: number) {
    super("the value is too large");
    this.bytes = bytes;
  }
}

/** A value that is larger than the container's limit of memory: the kernel ends the process that fills it. */
export class LimitExceeded extends TooLarge {
  override name = "LimitExceeded";
}

/** Numbers of errno and the exception that Python raises for each. */
const OS_ERRORS: Partial<Record<FileErrorCode, [number, string]>> = {
  EPERM: [1, "PermissionError"],
  ENOENT: [2, "FileNotFoundError"],
  EACCES: [13, "PermissionError"],
  EEXIST: [17, "FileExistsError"],
  ENOTDIR: [20, "NotADirectoryError"],
  EISDIR: [21, "IsADirectoryError"],
  EINVAL: [22, "OSError"],
  ENOSPC: [28, "OSError"],
  EROFS: [30, "OSError"],
  ENOTEMPTY: [39, "OSError"],
};

/** Runs an operation on files; its errors become OSError and its kinds. */
export function withFileErrors<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const [number, name] = OS_ERRORS[error.code] ?? [5, "OSError"];
    return raiseOsError(name, number, error.message, path);
  }
}

export function raiseOsError(name: string, number: number, text: string, path?: string): never {
  const exception = exceptionOf(name, BigInt(number), text);
  exception.attributes.set("errno", BigInt(number));
  exception.attributes.set("strerror", text);
  exception.attributes.set("filename", path ?? null);
  throw new PyError(exception);
}

/** The process must wait; the call is made again when it goes on. */
export class Suspension extends Error {
  override name = "Suspension";
}
