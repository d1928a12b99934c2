/** The command line of `node`. */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { SourceKind } from "./code.ts";
import { hasModuleSyntax, kindOf, resolveFile } from "./modules.ts";
import type { Vm } from "./vm.ts";

export interface Invocation {
  source?: string;
  file: string;
  kind: SourceKind;
  /** process.argv after the path of node. */
  argv: string[];
  execArgv: string[];
  isRepl?: boolean;
  /** `-p` */
  prints?: boolean;
}

/** Options with a value of their own. */
const WITH_VALUE =
  /^(?:-r|--require|--import|-C|--conditions|--loader|--env-file|--title|--input-type|--max-http-header-size)$/;

function print(process: ProcessView, fd: number, text: string, status: number): Step {
  process.write(fd, bytesOfText(text));
  return { type: "exit", status };
}

const versionText = (process: ProcessView) => `v${process.env["NODE_VERSION"] || "25.5.0"}`;

/** Reads the command line. Without a script the program is standard input. */
export function invocationOf(process: ProcessView): Invocation | Step {
  const args = process.argv.slice(1).map(textOfBytes);
  const execArgv: string[] = [];
  let inputType = "";
  let isInteractive = false;
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i]!;
    const [name = arg, value] = /^(--[\w-]+)=([\s\S]*)$/.exec(arg)?.slice(1) ?? [];
    if (arg === "-v" || name === "--version") return print(process, 1, `${versionText(process)}\n`, 0);
    if (/^(?:-e|--eval|-p|--print|-pe)$/.test(name)) {
      const source = value ?? args[++i];
      if (source === undefined) return print(process, 2, `node: ${arg} requires an argument\n`, 9);
      const prints = name !== "-e" && name !== "--eval";
      const kind =
        inputType === "module" || (!prints && inputType === "" && hasModuleSyntax(source)) ? "module" : "script";
      const rest = args.slice(i + 1);
      const argv = rest[0] === "--" ? rest.slice(1) : rest;
      const file = kind === "module" ? `${textOfBytes(process.cwd)}/[eval1]` : "[eval]";
      return { source, file, kind, argv, execArgv: [...execArgv, arg, source], prints };
    }
    if (name === "--input-type") inputType = value ?? args[i + 1] ?? "";
    if (arg === "-i" || arg === "--interactive") isInteractive = true;
    if (arg === "--") {
      i++;
      break;
    }
    if (!arg.startsWith("-") || arg === "-") break;
    if (!KNOWN_OPTION.test(name)) return print(process, 2, `node: bad option: ${arg}\n`, 9);
    execArgv.push(arg);
    if (WITH_VALUE.test(arg)) execArgv.push(args[++i] ?? "");
  }
  const script = args[i];
  if (script === "inspect")
    return print(process, 2, "node: the debugger is not part of the Node.js of this cluster\n", 69);
  if (script === undefined && (process.isTerminal(0) || isInteractive)) {
    return { file: "REPL1", kind: "script", argv: [], execArgv, isRepl: true };
  }
  if (script === undefined || script === "-") return fromInput(process, args.slice(i), execArgv, inputType);
  return fromFile(process, script, args.slice(i + 1), execArgv);
}

const KNOWN_OPTION =
  /^(?:-[ircC]|--(?:require|import|conditions|loader|interactive|check|enable-source-maps|no-[\w-]+|trace-[\w-]+|max-[\w-]+|experimental-[\w-]+|inspect(?:-[\w-]+)?|env-file(?:-if-exists)?|harmony[\w-]*|expose[\w-]*|optimize-for-size|stack-[\w-]+|unhandled-rejections|throw-deprecation|pending-deprecation|preserve-symlinks[\w-]*|title|input-type|use-[\w-]+|dns-result-order|watch[\w-]*|test[\w-]*|abort-on-uncaught-exception|disable-[\w-]+|huge-max-old-generation-size|icu-data-dir|tls-[\w-]+|v8-options|zero-fill-buffers|run|es-module-specifier-resolution|openssl-[\w-]+|prof|cpu-prof|heap-prof|heapsnapshot-[\w-]+|permission|allow-[\w-]+|jitless|single-threaded|gc-interval|localstorage-file))$/;

function fromFile(process: ProcessView, script: string, rest: string[], execArgv: string[]): Invocation | Step {
  const cwd = textOfBytes(process.cwd);
  // The functions of modules need the process only.
  const vm = { process } as unknown as Vm;
  const relative = script.startsWith("/") ? script : `./${script}`;
  try {
    const file = resolveFile(vm, relative, `${cwd.replace(/\/$/, "")}/x`);
    if (file === undefined)
      return missing(
        process,
        script.startsWith("/") ? script : `${cwd.replace(/\/$/, "")}/${script.replace(/^\.\//, "")}`,
      );
    const source = textOfBytes(process.files.read(bytesOfText(file)));
    return { source, file, kind: kindOf(vm, file, source), argv: [file, ...rest], execArgv };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return missing(process, script);
  }
}

/** The script does not exist. */
function missing(process: ProcessView, path: string): Step {
  const major = Number(/^\d+/.exec(process.env["NODE_VERSION"] ?? "")?.[0] ?? 25);
  const old = [
    "node:internal/modules/cjs/loader:1210",
    "    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)",
    "    at Module._load (node:internal/modules/cjs/loader:1038:27)",
    "    at Function.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:164:12)",
    "    at node:internal/main/run_main_module:28:49 {",
  ];
  const newer = [
    "node:internal/modules/cjs/loader:1567",
    "    at Module._resolveFilename (node:internal/modules/cjs/loader:1564:15)",
    "    at wrapResolveFilename (node:internal/modules/cjs/loader:1117:27)",
    "    at defaultResolveImplForCJSLoading (node:internal/modules/cjs/loader:1141:10)",
    "    at resolveForCJSWithHooks (node:internal/modules/cjs/loader:1162:12)",
    "    at Module._load (node:internal/modules/cjs/loader:1362:25)",
    "    at wrapModuleLoad (node:internal/modules/cjs/loader:261:19)",
    "    at Module.executeUserEntryPoint [as runMain] (node:internal/modules/run_main:154:5)",
    "    at node:internal/main/run_main_module:33:47 {",
  ];
  const [head, ...lines] = major <= 20 ? old : newer;
  const text = `${head}\n  throw err;\n  ^\n\nError: Cannot find module '${path}'\n${lines.join("\n")}\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js ${versionText(process)}\n`;
  return print(process, 2, text, 1);
}

/** Standard input as a script, read to its end first. */
function fromInput(process: ProcessView, rest: string[], execArgv: string[], inputType: string): Invocation | Step {
  const state = process.state as JsonObject & { input?: string };
  for (;;) {
    const data = process.read(0);
    if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
    if (data === "") break;
    state.input = (state.input ?? "") + data;
  }
  const source = textOfBytes(state.input ?? "");
  const kind = inputType === "module" || (inputType === "" && hasModuleSyntax(source)) ? "module" : "script";
  return { source, file: "[stdin]", kind, argv: rest, execArgv };
}
