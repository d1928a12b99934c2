/** Completion of commands and files with the tab key. */
import { FileError } from "../../files/errors.ts";
import { BUILTIN_NAMES } from "../builtins/names.ts";
import type { Context } from "../context.ts";
import { DEFAULT_PATH } from "../executables.ts";
import { absolutePath } from "../paths.ts";
import { readVariable } from "../variables.ts";

export interface Completion {
  /** The part of the word that is there already. */
  typed: string;
  /** Names that begin with it; a folder ends with a slash. */
  names: string[];
}

const MAX_NAMES = 500;

/** Names that complete the word before the cursor. */
export function completionsOf(context: Context, line: string): Completion {
  const word = /[^\s;|&<>()=]*$/.exec(line)![0];
  const before = line.slice(0, line.length - word.length);
  const isCommand = /(?:^|[;|&(]|\b(?:then|do|else|sudo|exec|time)\s)\s*$/.test(before) && !/[<>]\s*$/.test(before);
  const names = isCommand && !word.includes("/") ? commandsOf(context, word) : filesOf(context, word);
  return { typed: word.slice(word.lastIndexOf("/") + 1), names: [...new Set(names)].sort().slice(0, MAX_NAMES) };
}

function commandsOf(context: Context, word: string): string[] {
  const { shell, process } = context;
  const folders = (readVariable(context, "PATH") ?? DEFAULT_PATH).split(":");
  const programs = folders.flatMap((folder) =>
    namesIn(context, absolutePath(process.cwd, folder === "" ? "." : folder)),
  );
  const own = [...BUILTIN_NAMES[shell.flavour], ...Object.keys(shell.functions), ...Object.keys(shell.aliases)];
  return [...own, ...programs].filter((name) => name.startsWith(word));
}

function filesOf(context: Context, word: string): string[] {
  const slash = word.lastIndexOf("/");
  const home = readVariable(context, "HOME") ?? "/";
  const folder = (slash === -1 ? "." : word.slice(0, slash) || "/").replace(/^~(?=\/|$)/, home);
  const start = word.slice(slash + 1);
  const path = absolutePath(context.process.cwd, folder);
  return namesIn(context, path)
    .filter((name) => name.startsWith(start) && (start !== "" || !name.startsWith(".")))
    .map((name) => (isDirectory(context, `${path}/${name}`) ? `${name}/` : name));
}

function namesIn({ files }: Context, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function isDirectory({ files }: Context, path: string): boolean {
  try {
    return files.find(path)?.type === "directory";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

/** The longest beginning that all names share. */
export function commonPrefix(names: readonly string[]): string {
  let prefix = names[0] ?? "";
  for (const name of names) while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}

/** Names in columns, as readline lists them. */
export function inColumns(names: readonly string[], width: number): string {
  const size = Math.max(...names.map((name) => name.length)) + 2;
  const columns = Math.max(1, Math.floor(width / size));
  const rows = Math.ceil(names.length / columns);
  let text = "";
  for (let row = 0; row < rows; row++) {
    const line = Array.from({ length: columns }, (_, column) => names[column * rows + row] ?? "");
    text += `${line
      .map((name) => name.padEnd(size))
      .join("")
      .trimEnd()}\n`;
  }
  return text;
}

export function quoteName(name: string): string {
  return name.replace(/[ \t\\"'$`*?&|;<>()[\]{}!#]/g, "\\$&");
}
