/**
 * `kubectl plugin list`: programs of the search path whose names begin with `kubectl-`.
 * Source: k8s.io/kubectl pkg/cmd/plugin/plugin.go
 */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { baseName, joinPath } from "../../base/paths.ts";
import type { Command } from "../core/command.ts";
import { Failure, type Session } from "../core/session.ts";
import { helpOf } from "../help/help.ts";

export const pluginList: Command = {
  words: ["plugin", "list"],
  flags: [{ name: "name-only", type: "bool" }],
  // biome-ignore lint/correctness/useYield: a command that asks nothing is a generator like all others
  *run({ session, flags }) {
    const plugins = pluginsOf(session);
    if (plugins.length === 0) throw new Failure("error: unable to find any kubectl plugins in your PATH");
    session.print("The following compatible plugins are available:\n\n");
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const path of plugins) {
      session.print(`${flags.is("name-only") ? baseName(path) : path}\n`);
      for (const problem of problemsOf(session, path, seen)) {
        session.warn(`  - ${problem}\n`);
        warnings++;
      }
    }
    if (warnings === 0) return 0;
    throw new Failure(
      warnings === 1 ? "error: one plugin warning was found" : `error: ${warnings} plugin warnings were found`,
    );
  },
};

function pluginsOf(session: Session): string[] {
  const { files } = session.process;
  const folders = [...new Set(session.env("PATH").split(":"))].filter((folder) => folder.trim() !== "");
  return folders.flatMap((folder) => {
    try {
      const names = files.list(bytesOfText(folder)).map(textOfBytes);
      return names.filter((name) => name.startsWith("kubectl-")).map((name) => joinPath(folder, name));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const why = `open ${folder}: no such file or directory`;
      session.warn(`Unable to read directory ${JSON.stringify(folder)} from your PATH: ${why}. Skipping...\n`);
      return [];
    }
  });
}

function problemsOf({ process }: Session, path: string, seen: Map<string, string>): string[] {
  const name = baseName(path);
  const problems: string[] = [];
  const entry = process.files.find(bytesOfText(path));
  if (!entry || (entry.mode & 0o111) === 0) {
    problems.push(`warning: ${path} identified as a kubectl plugin, but it is not executable`);
  }
  const known = seen.get(name);
  if (known !== undefined) problems.push(`warning: ${path} is overshadowed by a similarly named plugin: ${known}`);
  else seen.set(name, path);
  const words = name.split("-").slice(1);
  if (helpOf(words[0] ?? "") !== undefined) {
    problems.push(`warning: ${name} overwrites existing command: ${JSON.stringify(`kubectl ${words[0]}`)}`);
  }
  return problems;
}
