/** Tests of files, strings and variables that `test` and `[[` share. */
import type { FileEntry } from "../../files/entry.ts";
import { FileError } from "../../files/errors.ts";
import { type Context, hasOption } from "../context.ts";
import { openFileOf } from "../descriptors.ts";
import { absolutePath } from "../paths.ts";
import { lookUp } from "../table.ts";
import { isSet, readElement, splitElement, variableOf } from "../variables.ts";

const UNARY = "abcdefghknoprstuvwxzGLNORS";

export function isUnaryTest(operator: string): boolean {
  return /^-[A-Za-z]$/.test(operator) && UNARY.includes(operator[1]!);
}

export function testUnary(context: Context, operator: string, operand: string): boolean {
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-v":
      return isVariableSet(context, operand);
    case "-R":
      return lookUp(context.shell.variables, operand)?.flags.includes("n") === true;
    case "-o":
      return hasOption(context.shell, operand);
    case "-t":
      return openFileOf(context.machine, context.process, Number(operand))?.type === "terminal";
    default:
      return operand !== "" && testFile(context, operator, operand);
  }
}

function isVariableSet(context: Context, text: string): boolean {
  const element = splitElement(text);
  if (element && (element.key === "@" || element.key === "*")) return isSet(variableOf(context, element.name));
  if (element) return readElement(context, element.name, element.key) !== undefined;
  const variable = variableOf(context, text);
  return variable?.items ? lookUp(variable.items, "0") !== undefined : variable?.value !== undefined;
}

function testFile(context: Context, operator: string, path: string): boolean {
  const { files, process } = context;
  const absolute = absolutePath(process.cwd, path);
  const descriptor = /^\/dev\/fd\/(\d+)$/.exec(absolute);
  if (descriptor) return "-e-r-w-p".includes(operator) && process.fds[Number(descriptor[1])] !== undefined;
  try {
    const entry = operator === "-L" || operator === "-h" ? files.findLink(absolute) : files.find(absolute);
    return entry !== undefined && testEntry(context, operator, absolute, entry);
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

const TYPES: Record<string, FileEntry["type"]> = {
  "-f": "file",
  "-d": "directory",
  "-L": "link",
  "-h": "link",
  "-p": "fifo",
  "-S": "socket",
};

function testEntry({ files, process }: Context, operator: string, path: string, entry: FileEntry): boolean {
  const type = TYPES[operator];
  if (type) return entry.type === type;
  switch (operator) {
    case "-a":
    case "-e":
      return true;
    case "-s":
      return entry.type === "directory" || files.sizeBytes(entry) > 0;
    case "-r":
    case "-w":
    case "-x":
      files.access(path, operator[1]!);
      return true;
    case "-b":
      return entry.type === "device" && entry.device === "block";
    case "-c":
      return entry.type === "device" && entry.device !== "block";
    case "-g":
      return (entry.mode & 0o2000) !== 0;
    case "-u":
      return (entry.mode & 0o4000) !== 0;
    case "-k":
      return (entry.mode & 0o1000) !== 0;
    case "-O":
      return entry.uid === process.credentials.uid;
    case "-G":
      return entry.gid === process.credentials.gid;
    default:
      return false;
  }
}

/** -nt, -ot and -ef. A missing file is older than any other. */
export function compareFiles(context: Context, operator: string, left: string, right: string): boolean {
  const [a, b] = [lookAt(context, left), lookAt(context, right)];
  if (operator === "-ef") return a !== undefined && b !== undefined && a.path === b.path;
  const [first, second] = operator === "-nt" ? [a, b] : [b, a];
  if (!first) return false;
  return !second || first.entry.modifiedAtMs > second.entry.modifiedAtMs;
}

function lookAt({ files, process }: Context, path: string): { entry: FileEntry; path: string } | undefined {
  try {
    const absolute = absolutePath(process.cwd, path);
    const entry = files.find(absolute);
    return entry && { entry, path: files.realPath(absolute) };
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
