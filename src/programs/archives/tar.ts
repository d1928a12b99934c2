import { FileError } from "../../files/errors.ts";
import { MAX_LAYER_BYTES } from "../../lib/container-limits.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { matchesGlob } from "../base/glob.ts";
import { fileProblem } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { joinPath, resolvePath } from "../base/paths.ts";
import { Names } from "../base/users.ts";
import { linesOf } from "../text/fields.ts";
import { BYTES_PER_STEP, compress } from "./compression.ts";
import { extract } from "./tar-extract.ts";
import { encodeMember, endOfArchive } from "./tar-format.ts";

const RULES = {
  short: "acC:f:hIjJkmoOpPrsST:tuUvwX:xzZ",
  long: {
    create: "c",
    directory: "C",
    dereference: "h",
    exclude: ":",
    "exclude-from": "X",
    extract: "x",
    file: "f",
    "files-from": "T",
    get: "x",
    gzip: "z",
    "keep-old-files": "k",
    list: "t",
    "no-same-owner": "o",
    "no-same-permissions": "-",
    "numeric-owner": "-",
    overwrite: "-",
    owner: ":",
    group: ":",
    "same-permissions": "p",
    "strip-components": ":",
    "to-stdout": "O",
    touch: "m",
    "ignore-failed-read": "-",
    verbose: "v",
    warning: ":",
    "no-xattrs": "-",
  },
  status: 2,
};

export const tar = tool(
  (call) => {
    // The first argument may be letters without a dash: tar xzf a.tgz.
    const [first = "", ...rest] = call.args;
    const letters = /^[a-zA-Z]+$/.test(first) ? first : undefined;
    const args = letters === undefined ? call.args : separated(letters, rest);
    const options = readOptions({ args, flavour: call.flavour }, RULES);
    if (options.has("c")) return create(call, options, args);
    if (options.has("x") || options.has("t")) return extract(call, options);
    if (call.flavour === "busybox") throw new MissingOperand("", { status: 1 });
    call.warn(
      "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n" +
        "Try 'tar --help' or 'tar --usage' for more information.\n",
    );
    return 2;
  },
  { usageStatus: 2 },
);

/** Letters without a dash take their values from the following arguments, in their order. */
function separated(letters: string, rest: readonly string[]): string[] {
  const values = [...rest];
  const options = [...letters].flatMap((letter) =>
    "fCTX".includes(letter) ? [`-${letter}`, values.shift() ?? ""] : [`-${letter}`],
  );
  return [...options, ...values];
}

/** Members that `-C` puts into another folder: tar applies it to the names behind it. */
function create(call: Call, options: Options, args: readonly string[]): number {
  const { files } = call.process;
  const names = new Names(files);
  const output = { text: "", status: 0, isStripped: false };
  const excluded = options.values("exclude");
  const file = options.value("f");
  const add = (name: string, folder: string): void => {
    const path = resolvePath(folder, name);
    if (
      excluded.some(
        (glob) =>
          matchesGlob(glob, name) ||
          matchesGlob(glob, name.slice(name.lastIndexOf("/") + 1)) ||
          name.startsWith(`${glob}/`),
      )
    )
      return;
    try {
      const entry = options.has("h") ? files.find(path) : files.findLink(path);
      if (!entry) throw new FileError("ENOENT", path);
      if (entry.type === "socket") return;
      const stored =
        memberName(call, options, name, output) + (entry.type === "directory" && !name.endsWith("/") ? "/" : "");
      if (stored !== "/" && stored !== "")
        output.text += encodeMember(stored, entry, entry.type === "file" ? files.read(path) : "", {
          user: names.user(entry.uid),
          group: names.group(entry.gid),
        });
      if (output.text.length > MAX_LAYER_BYTES) throw new FileError("EFBIG", path);
      if (options.has("v")) (file === undefined || file === "-" ? call.warn : call.print)(`${stored}\n`);
      if (entry.type === "directory") for (const child of files.list(path)) add(joinPath(name, child), folder);
    } catch (error) {
      const problem = fileProblem(error);
      const what = error instanceof FileError && error.code === "ENOENT" ? "Cannot stat" : "Cannot open";
      call.warn(call.flavour === "gnu" ? `tar: ${name}: ${what}: ${problem}\n` : `tar: ${name}: ${problem}\n`);
      output.status = 2;
    }
  };
  const listed = options.values("T").flatMap((list) => linesOf(call.read(list)));
  const operands = operandsWithFolders(call, args);
  if (operands.length === 0 && listed.length === 0)
    throw new UsageError(call.flavour === "gnu" ? "Cowardly refusing to create an empty archive" : "empty archive", {
      status: 2,
    });
  for (const { name, folder } of operands) add(name, folder);
  for (const name of listed) add(name, call.process.cwd);
  if (output.status !== 0 && call.flavour === "busybox") {
    call.warn("tar: error exit delayed from previous errors\n");
    output.status = 1;
  }
  const archive = output.text + endOfArchive(output.text.length);
  call.process.charge(archive.length / BYTES_PER_STEP);
  const content = options.has("z") || (options.has("a") && /gz$/.test(file ?? "")) ? compress(archive) : archive;
  if (file === undefined || file === "-") call.print(content);
  else {
    try {
      files.write(call.path(file), content);
    } catch (error) {
      call.warn(
        call.flavour === "gnu"
          ? `tar: ${file}: Cannot open: ${fileProblem(error)}\ntar: Error is not recoverable: exiting now\n`
          : `tar: can't open '${file}': ${fileProblem(error)}\n`,
      );
      return 2;
    }
  }
  if (output.status !== 0 && call.flavour === "gnu")
    call.warn("tar: Exiting with failure status due to previous errors\n");
  return output.status === 0 ? 0 : call.flavour === "gnu" ? 2 : 1;
}

function operandsWithFolders(call: Call, args: readonly string[]): { name: string; folder: string }[] {
  let folder = call.process.cwd;
  const found: { name: string; folder: string }[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const value = /^-[a-zA-Z]*C$|^--directory$/.test(argument)
      ? args[++i]
      : (/^--directory=(.*)$/.exec(argument)?.[1] ?? /^-C(.+)$/.exec(argument)?.[1]);
    if (value !== undefined) folder = resolvePath(folder, value);
    else if (/^-[a-zA-Z]*[fTX]$|^--(file|exclude|owner|group|files-from|exclude-from|warning)$/.test(argument)) i++;
    else if (!argument.startsWith("-") || argument === "-") found.push({ name: argument, folder });
  }
  return found;
}

/** Without the leading slash, which tar tells once. */
function memberName(call: Call, options: Options, name: string, output: { isStripped: boolean }): string {
  if (options.has("P") || !name.startsWith("/")) return name;
  if (!output.isStripped)
    call.warn(
      call.flavour === "gnu"
        ? "tar: Removing leading `/' from member names\n"
        : "tar: removing leading '/' from member names\n",
    );
  output.isStripped = true;
  return name.replace(/^\/+/, "");
}
