/** `sys`. */
import type { ProcessView } from "../../../shell/program.ts";
import { optional } from "../builtins/arguments.ts";
import { exitWith } from "../errors.ts";
import { streamOf } from "../files.ts";
import { Dict, List, type Module, Tuple } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

/** The version that an image gives its Python, else the one whose language the interpreter follows. */
export function versionOf({ env }: Pick<ProcessView, "env">): string {
  const version = env["PYTHON_VERSION"] ?? "";
  return /^3\.\d+\.\d+$/.test(version) ? version : "3.12.7";
}

/** `sys.version`, and the beginning of the banner of the interactive mode. */
export function fullVersionOf(process: Pick<ProcessView, "env">): string {
  return `${versionOf(process)} (main, Oct  1 2024, 00:00:00) [GCC 12.2.0]`;
}

const fill = functionsOf("sys", {
  exit(_vm, args, keywords) {
    return exitWith(optional(args, 0, keywords, "status") ?? null);
  },
  getrecursionlimit: () => 1000n,
  setrecursionlimit: () => null,
  exc_info(vm) {
    const exception = vm.frames.findLast(({ exceptions }) => exceptions.length > 0)?.exceptions.at(-1);
    return new Tuple(exception ? [exception.type, exception, null] : [null, null, null]);
  },
  getsizeof: () => 56n,
});

export function fillSys(vm: Interpreter, module: Module): void {
  fill(module);
  const modules = new Dict();
  const version = versionOf(vm.process);
  const [major = 3n, minor = 12n, micro = 0n] = version.split(".").map(BigInt);
  define(module, {
    argv: new List(vm.arguments.map((each) => each)),
    path: new List([vm.folder]),
    modules,
    version: fullVersionOf(vm.process),
    version_info: new Tuple([major, minor, micro, "final", 0n]),
    platform: "linux",
    executable: "/usr/local/bin/python3",
    prefix: "/usr/local",
    byteorder: "little",
    maxsize: 9223372036854775807n,
    stdin: streamOf(0, "<stdin>", "r"),
    stdout: streamOf(1, "<stdout>", "w"),
    stderr: streamOf(2, "<stderr>", "w"),
  });
}
