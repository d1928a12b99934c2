/** Exceptions that end a program: their text on standard error, and the exit status. */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { flush } from "./files.ts";
import { str } from "./formatting.ts";
import { type Instance, List, type Tuple } from "./objects.ts";
import type { PythonSyntaxError } from "./syntax.ts";
import type { Interpreter } from "./vm.ts";

/** The exit status of an exception that no handler took; its traceback is printed. */
export function statusOf(vm: Interpreter, exception: Instance): number {
  if (exception.type.name === "SystemExit") {
    const code = exception.attributes.get("code") ?? null;
    if (code === null) return 0;
    if (typeof code === "bigint" || typeof code === "boolean") return Number(BigInt.asUintN(8, BigInt(code)));
    flush(vm, vm.modules.get("sys")?.scope.variables.get("stdout"));
    vm.process.write(2, bytesOfText(`${str(vm, code)}\n`));
    return 1;
  }
  flush(vm, vm.modules.get("sys")?.scope.variables.get("stdout"));
  vm.process.write(2, bytesOfText(traceback(vm, exception)));
  return exception.type.name === "KeyboardInterrupt" ? 130 : 1;
}

/** The text that Python prints of an exception. */
export function traceback(vm: Interpreter, exception: Instance): string {
  const known = exception.attributes.get(".traceback");
  const entries = known instanceof List ? [...known.items].reverse() : [];
  const lines = entries.map((entry) => {
    const [file, line, name] = (entry as Tuple).items;
    const at = `  File "${String(file)}", line ${String(line)}, in ${String(name)}`;
    const source = sourceLine(vm, String(file), Number(line));
    return source === undefined ? at : `${at}\n    ${source}`;
  });
  const message = str(vm, exception);
  const head = lines.length === 0 ? "" : `Traceback (most recent call last):\n${lines.join("\n")}\n`;
  const name = moduleOfClass(exception) + exception.type.name;
  return `${head}${name}${message === "" ? "" : `: ${message}`}\n`;
}

/** The text that Python prints of a source that it cannot compile. */
export function syntaxErrorText({ line, message }: PythonSyntaxError, source: string, file: string): string {
  const text = source.split("\n")[line - 1] ?? "";
  return `  File "${file}", line ${line}\n    ${text.trim()}\nSyntaxError: ${message}\n`;
}

const QUALIFIED: Record<string, string> = {
  URLError: "urllib.error.",
  HTTPError: "urllib.error.",
  gaierror: "socket.",
  JSONDecodeError: "json.decoder.",
  CalledProcessError: "subprocess.",
};
const moduleOfClass = (exception: Instance) => QUALIFIED[exception.type.name] ?? "";

/** The text of a line of a script's file. */
function sourceLine(vm: Interpreter, file: string, line: number): string | undefined {
  if (!file.startsWith("/")) return undefined;
  try {
    return textOfBytes(vm.process.files.read(file)).split("\n")[line - 1]?.trim();
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
