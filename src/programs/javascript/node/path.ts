/** `path`, for POSIX. */
import { objectOf, toText } from "../conversions.ts";
import { constants, define, links, natives } from "../intrinsics.ts";
import type { Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";

define("node:path", "Object.prototype", { isOpen: true });
constants("node:path", { sep: "/", delimiter: ":" });
links("node:path", { posix: "node:path" }, true);

function pathOf(vm: Vm, value: Value, name = "path"): string {
  if (typeof value === "string") return value;
  const received = vm.call(vm.intrinsic("node:text.received"), undefined, [value]) as string;
  return vm.fail("TypeError", `The "${name}" argument must be of type string. Received ${received}`, {
    code: "ERR_INVALID_ARG_TYPE",
  });
}

function normalized(path: string): string {
  if (path === "") return ".";
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push("..");
  }
  const text = parts.join("/");
  const end = path.endsWith("/") && text !== "" ? "/" : "";
  return isAbsolute ? `/${text}${end}` : `${text}${end}` || (path.endsWith("/") ? "./" : ".");
}

export function resolved(vm: Vm, parts: readonly string[]): string {
  let path = "";
  for (let i = parts.length - 1; i >= 0 && !path.startsWith("/"); i--)
    if (parts[i] !== "") path = path === "" ? parts[i]! : `${parts[i]}/${path}`;
  if (!path.startsWith("/")) path = `${vm.call(vm.intrinsic("process.cwd"), undefined, []) as string}/${path}`;
  return normalized(path).replace(/(.)\/$/, "$1");
}

function base(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

function folder(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  const at = trimmed.lastIndexOf("/");
  if (at < 0) return path.startsWith("/") ? "/" : ".";
  return trimmed.slice(0, at).replace(/\/+$/, "") || "/";
}

function extension(path: string): string {
  const name = base(path);
  const at = name.lastIndexOf(".");
  return at <= 0 || name === ".." ? "" : name.slice(at);
}

function relative(from: string, to: string): string {
  const [a, b] = [from, to].map((path) => path.split("/").filter((part) => part !== "")) as [string[], string[]];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/");
}

natives("node:path", {
  join(vm, _self, args) {
    const parts = args.map((each) => pathOf(vm, each)).filter((part) => part !== "");
    return parts.length === 0 ? "." : normalized(parts.join("/"));
  },
  resolve: (vm, _self, args) =>
    resolved(
      vm,
      args.map((each) => pathOf(vm, each, "paths[0]")),
    ),
  normalize: (vm, _self, [path]) => normalized(pathOf(vm, path)),
  basename(vm, _self, [path, suffix]) {
    const name = base(pathOf(vm, path));
    const end = suffix === undefined ? "" : toText(vm, suffix);
    return end !== "" && name.endsWith(end) && name !== end ? name.slice(0, -end.length) : name;
  },
  dirname: (vm, _self, [path]) => folder(pathOf(vm, path)),
  extname: (vm, _self, [path]) => extension(pathOf(vm, path)),
  isAbsolute: (vm, _self, [path]) => pathOf(vm, path).startsWith("/"),
  relative: (vm, _self, [from, to]) =>
    relative(resolved(vm, [pathOf(vm, from, "from")]), resolved(vm, [pathOf(vm, to, "to")])),
  parse(vm, _self, [value]) {
    const path = pathOf(vm, value);
    const ext = extension(path);
    const name = base(path);
    const root = path.startsWith("/") ? "/" : "";
    const dir = path.includes("/") ? folder(path) : "";
    return objectOf(vm, { root, dir, base: name, ext, name: ext === "" ? name : name.slice(0, -ext.length) });
  },
  format(vm, _self, [parts]) {
    const part = (key: string) => {
      const value = get(vm, parts, key);
      return value === undefined ? "" : toText(vm, value);
    };
    const dir = part("dir") || part("root");
    const name = part("base") || part("name") + part("ext");
    return dir === "" ? name : dir === part("root") ? dir + name : `${dir}/${name}`;
  },
});
