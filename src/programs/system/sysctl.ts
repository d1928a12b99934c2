/**
 * sysctl: settings of the kernel below /proc/sys.
 * procps: src/sysctl.c; BusyBox: procps/sysctl.c
 */
import { FileError } from "../../files/errors.ts";
import { type Call, tool } from "../base/call.ts";
import { readOptions } from "../base/options.ts";

const ROOT = "/proc/sys";
const RULES = {
  short: "abdeFfhNnpqrwAX",
  long: { all: "a", ignore: "e", names: "N", quiet: "q", values: "n", write: "w" },
};

interface Shown {
  onlyNames: boolean;
  onlyValues: boolean;
  isQuiet: boolean;
  ignoresUnknown: boolean;
}

export const sysctl = tool((call) => {
  const options = readOptions(call, RULES);
  const shown: Shown = {
    onlyNames: options.has("N"),
    onlyValues: options.has("n", "b"),
    isQuiet: options.has("q"),
    ignoresUnknown: options.has("e"),
  };
  if (options.has("a", "A", "X")) {
    printFolder(call, ROOT, shown);
    return 0;
  }
  if (options.has("p", "f")) return load(call, options.operands[0] ?? "/etc/sysctl.conf", shown);
  if (options.operands.length === 0) {
    call.warn(call.flavour === "gnu" ? "sysctl: no variables specified\n" : "");
    return 1;
  }
  let status = 0;
  for (const operand of options.operands) if (!setOrPrint(call, operand, shown)) status = 1;
  return status;
});

/** False: the setting does not exist, or cannot be written. */
function setOrPrint(call: Call, operand: string, shown: Shown): boolean {
  const [, name = "", value] = /^([^=]*?)\s*(?:=\s*([\s\S]*))?$/.exec(operand) ?? [];
  const path = `${ROOT}/${/^[^.]*\//.test(name) ? name : swapped(name)}`;
  const { files } = call.process;
  const entry = files.find(path);
  if (!entry) {
    if (shown.ignoresUnknown) return true;
    const problem =
      call.flavour === "gnu" ? `cannot stat ${path}: No such file or directory` : `error: '${name}' is an unknown key`;
    call.warn(`sysctl: ${problem}\n`);
    return false;
  }
  if (value === undefined) {
    if (entry.type === "directory") printFolder(call, path, shown);
    else print(call, name, files.read(path), shown);
    return true;
  }
  try {
    files.write(path, `${value}\n`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(
      call.flavour === "gnu"
        ? `sysctl: setting key "${name}"${shown.ignoresUnknown ? ", ignoring" : ""}: ${error.message}\n`
        : `sysctl: error setting key '${name}': ${error.message}\n`,
    );
    return false;
  }
  if (!shown.isQuiet) print(call, name, value, shown);
  return true;
}

function load(call: Call, path: string, shown: Shown): number {
  const lines = call.read(path).split("\n");
  const settings = lines.map((line) => line.trim()).filter((line) => line !== "" && !/^[#;]/.test(line));
  return settings.map((line) => setOrPrint(call, line, shown)).every(Boolean) ? 0 : 1;
}

function printFolder(call: Call, path: string, shown: Shown): void {
  const { files } = call.process;
  for (const name of [...files.list(path)].sort()) {
    const inner = `${path}/${name}`;
    if (files.find(inner)?.type === "directory") printFolder(call, inner, shown);
    else print(call, swapped(inner.slice(ROOT.length + 1)), files.read(inner), shown);
  }
}

function print(call: Call, name: string, content: string, { onlyNames, onlyValues }: Shown): void {
  const shownName = /^[^.]*\//.test(name) ? swapped(name) : name;
  if (onlyNames) call.print(`${shownName}\n`);
  else
    for (const line of content.replace(/\n$/, "").split("\n"))
      call.print(onlyValues ? `${line}\n` : `${shownName} = ${line}\n`);
}

/** Dots become slashes and slashes dots: `net.ipv4.conf.eth0/1` is `net/ipv4/conf/eth0.1`. */
function swapped(name: string): string {
  return name.replace(/[./]/g, (sign) => (sign === "." ? "/" : "."));
}
