/** Small programs for tests of the shell: enough of each tool for the corpus, without the tools' own folder. */
import { FileError } from "../../../src/files/errors.ts";
import type { ProcessView, Program, Step } from "../../../src/shell/program.ts";

type Text = (view: ProcessView, args: string[], input: string) => string | { out: string; status: number };

/** A program that reads all of its input, then writes its result. */
function filter(compute: Text, readsInput: (args: string[]) => boolean = () => true): Program {
  return {
    run(view): Step {
      const state = view.state as { input?: string; result?: { out: string; status: number } };
      const args = view.argv.slice(1);
      state.input ??= "";
      if (!state.result && readsInput(args)) {
        for (;;) {
          const data = view.read(0);
          if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
          if (data === "") break;
          state.input += data;
        }
      }
      try {
        const result = compute(view, args, state.input);
        const { out, status } = typeof result === "string" ? { out: result, status: 0 } : result;
        view.write(1, out);
        return { type: "exit", status };
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        view.write(2, `${view.argv[0]}: ${error.path}: ${error.message}\n`);
        return { type: "exit", status: view.argv[0] === "ls" ? 2 : 1 };
      }
    },
  };
}

const pathOf = (view: ProcessView, path: string) => (path.startsWith("/") ? path : `${view.cwd}/${path}`);
const operands = (args: string[]) => args.filter((arg) => !arg.startsWith("-") || arg === "-");
const noFiles = (args: string[]) => operands(args).length === 0 || args.includes("-");

const readAll = (view: ProcessView, paths: string[], input: string) =>
  paths.length === 0 ? input : paths.map((path) => (path === "-" ? input : readPath(view, path))).join("");

function readPath(view: ProcessView, path: string): string {
  if (!/^\/(dev|proc)\//.test(path)) return view.files.read(pathOf(view, path));
  const fd = view.open(path, "read");
  const data = view.read(fd);
  view.close(fd);
  return data ?? "";
}

const lines = (text: string) => text.replace(/\n$/, "").split("\n");

const sleep: Program = {
  run(view): Step {
    const state = view.state as { until?: number };
    state.until ??= view.nowMs + Number(view.argv[1]) * 1000;
    return view.nowMs >= state.until
      ? { type: "exit", status: 0 }
      : { type: "wait", for: [{ type: "time", atMs: state.until }] };
  },
};

const yes: Program = {
  run(view): Step {
    for (;;) if (!view.write(1, "y\n".repeat(512))) return { type: "wait", for: [{ type: "writable", fd: 1 }] };
  },
};

/** Copies as data arrives, so that a slow writer shows. */
const cat: Program = {
  run(view): Step {
    const args = operands(view.argv.slice(1));
    const state = view.state as { at?: number; fd?: number };
    state.at ??= 0;
    while (state.at < Math.max(1, args.length)) {
      const path = args[state.at] ?? "-";
      try {
        state.fd ??= path === "-" ? 0 : view.open(path, "read");
        const data = view.read(state.fd);
        if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: state.fd }] };
        if (data === "") {
          state.at++;
          if (state.fd !== 0) view.close(state.fd);
          state.fd = undefined;
        } else if (!view.write(1, data)) return { type: "wait", for: [{ type: "writable", fd: 1 }] };
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        view.write(2, `cat: ${path}: ${error.message}\n`);
        return { type: "exit", status: 1 };
      }
    }
    return { type: "exit", status: 0 };
  },
};

export const TEST_PROGRAMS: Readonly<Record<string, Program>> = {
  sleep,
  yes,
  cat,
  echo: filter(
    (_view, args) => `${args.join(" ")}\n`,
    () => false,
  ),
  printf: filter(
    (_view, args) => (args[0] ?? "").replace(/\\n/g, "\n").replace(/%s/g, () => args[1] ?? ""),
    () => false,
  ),
  true: { run: () => ({ type: "exit", status: 0 }) },
  false: { run: () => ({ type: "exit", status: 1 }) },
  env: filter(
    (view) =>
      Object.entries(view.env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    () => false,
  ),
  head: {
    run(view): Step {
      const state = view.state as { left?: number };
      state.left ??= Number(/\d+/.exec(view.argv.slice(1).join(" "))?.[0] ?? 10);
      while (state.left > 0) {
        const line = view.read(0, { upTo: "\n" });
        if (line === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
        if (line === "") break;
        view.write(1, line);
        if (line.endsWith("\n")) state.left--;
      }
      return { type: "exit", status: 0 };
    },
  },
  tail: filter((_view, args, input) =>
    lines(input)
      .slice(-Number(/\d+/.exec(args.join(" "))?.[0] ?? 10))
      .map((line) => `${line}\n`)
      .join(""),
  ),
  wc: filter((view, args, input) => {
    const text = readAll(view, operands(args), input);
    const count = args.includes("-c")
      ? text.length
      : args.includes("-w")
        ? (text.match(/\S+/g) ?? []).length
        : text.split("\n").length - 1;
    const [path] = operands(args);
    return path === undefined ? `${count}\n` : `${count} ${path}\n`;
  }, noFiles),
  sort: filter((view, args, input) => {
    const text = readAll(view, operands(args), input);
    if (text === "") return "";
    const compare = args.some((arg) => /n/.test(arg))
      ? (a: string, b: string) => Number.parseFloat(a) - Number.parseFloat(b) || (a < b ? -1 : 1)
      : undefined;
    const sorted = lines(text).sort(compare);
    if (args.some((arg) => /r/.test(arg))) sorted.reverse();
    const unique = args.some((arg) => /u/.test(arg)) ? [...new Set(sorted)] : sorted;
    return `${unique.join("\n")}\n`;
  }, noFiles),
  tr: filter((_view, args, input) => {
    const expand = (set: string) =>
      set
        .replace(/\\n/g, "\n")
        .replace(/(.)-(.)/g, (_all, a: string, b: string) =>
          Array.from({ length: b.charCodeAt(0) - a.charCodeAt(0) + 1 }, (_, i) =>
            String.fromCharCode(a.charCodeAt(0) + i),
          ).join(""),
        );
    if (args[0] === "-d") return [...input].filter((each) => !expand(args[1]!).includes(each)).join("");
    const [from, to] = [expand(args[0]!), expand(args[1]!)];
    return [...input]
      .map((each) => (from.includes(each) ? to[Math.min(from.indexOf(each), to.length - 1)] : each))
      .join("");
  }),
  seq: filter(
    (_view, args) => {
      const [first, last] = args.length === 1 ? [1, Number(args[0])] : [Number(args[0]), Number(args.at(-1))];
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => `${first + i}\n`).join("");
    },
    () => false,
  ),
  grep: filter(
    (view, args, input) => {
      const flags = args.filter((arg) => arg.startsWith("-")).join("");
      const [pattern, ...paths] = operands(args);
      const text = readAll(view, paths, input);
      const matched = (text === "" ? [] : lines(text)).filter(
        (line) => new RegExp(pattern!).test(line) !== flags.includes("v"),
      );
      const status = matched.length > 0 ? 0 : 1;
      if (flags.includes("q")) return { out: "", status };
      return { out: flags.includes("c") ? `${matched.length}\n` : matched.map((line) => `${line}\n`).join(""), status };
    },
    (args) => operands(args).length < 2,
  ),
  ls: filter(
    (view, args) => {
      const names = operands(args).length > 0 ? operands(args) : ["."];
      return names
        .flatMap((path) =>
          view.files.stat(pathOf(view, path)).type === "directory" ? view.files.list(pathOf(view, path)) : [path],
        )
        .map((name) => `${name}\n`)
        .join("");
    },
    () => false,
  ),
  mkdir: filter(
    (view, args) => {
      for (const path of operands(args)) {
        const names = pathOf(view, path).split("/").filter(Boolean);
        for (let i = args.includes("-p") ? 1 : names.length; i <= names.length; i++) {
          const each = `/${names.slice(0, i).join("/")}`;
          if (!(args.includes("-p") && view.files.find(each))) view.files.makeDirectory(each);
        }
      }
      return "";
    },
    () => false,
  ),
  mkfifo: filter(
    (view, args) => {
      for (const path of args) view.files.makeSpecial(pathOf(view, path), "fifo");
      return "";
    },
    () => false,
  ),
  touch: filter(
    (view, args) => {
      for (const path of args) view.files.append(pathOf(view, path), "");
      return "";
    },
    () => false,
  ),
  ln: filter(
    (view, args) => {
      view.files.makeLink(args[1]!, pathOf(view, args[2]!));
      return "";
    },
    () => false,
  ),
  chmod: filter(
    (view, args) => {
      for (const path of args.slice(1)) {
        view.files.setMode(pathOf(view, path), args[0] === "+x" ? 0o755 : Number.parseInt(args[0]!, 8));
      }
      return "";
    },
    () => false,
  ),
  rm: filter(
    (view, args) => {
      const remove = (path: string) => {
        const entry = view.files.findLink(path);
        if (!entry) {
          if (args.some((arg) => /^-\w*f/.test(arg))) return;
          view.files.stat(path);
        }
        if (entry?.type === "directory") {
          for (const name of view.files.list(path)) remove(`${path}/${name}`);
          view.files.removeDirectory(path);
        } else view.files.removeFile(path);
      };
      for (const path of operands(args)) remove(pathOf(view, path));
      return "";
    },
    () => false,
  ),
};
