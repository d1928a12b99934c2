/**
 * The corpus of SQL: `corpus/*.sql`. A line `== name` begins a group, which has a new database named `course`. Blocks
 * are separated by empty lines. A block is one call of `psql -c`; `$ program args` begins a call with the other lines as
 * its input; `@ name` writes a file.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Step {
  /** The block itself: it identifies the step in its group. */
  text: string;
  argv?: readonly string[];
  input: string;
  file?: { name: string; content: string };
}

export interface Outcome {
  out: string;
  err: string;
  status: number;
}

export interface SqlGroup {
  name: string;
  steps: readonly Step[];
}

const FOLDER = join(import.meta.dirname, "corpus");

export function recordedPath(group: string): string {
  return join(import.meta.dirname, "recorded", `${group.replaceAll(" ", "-")}.json`);
}

export function readCorpus(): SqlGroup[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .flatMap((name) => groupsOf(readFileSync(join(FOLDER, name), "utf8")));
}

function groupsOf(text: string): SqlGroup[] {
  return text
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const [name = "", ...rest] = part.split("\n");
      const blocks = rest.join("\n").split(/\n{2,}/);
      return {
        name,
        steps: blocks
          .map((block) => block.replace(/^\n+|\n+$/g, ""))
          .filter(Boolean)
          .map(stepOf),
      };
    });
}

function stepOf(text: string): Step {
  const [first = "", ...rest] = text.split("\n");
  const content = rest.map((line) => `${line}\n`).join("");
  if (first.startsWith("@ ")) return { text, input: "", file: { name: first.slice(2), content } };
  if (first.startsWith("$ ")) return { text, argv: wordsOf(first.slice(2)), input: content };
  return { text, argv: ["psql", "-c", text], input: "" };
}

/** Words of a command line with double and single quotes. `$DB` is the group's database. */
function wordsOf(line: string): string[] {
  const words = line.replaceAll("$DB", "course").matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g);
  return [...words].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, (_all, a, b) => a ?? b));
}

/** Without what differs from run to run: times, tokens, releases and the place of the socket. */
export function comparable({ out, err, status }: Outcome): string {
  const text = (each: string) =>
    each
      .replace(/Time: [\d.]+ ms( \([\d:.]+\))?/g, "Time: 1 ms")
      .replace(/^\\(un)?restrict \w+$/gm, "\\$1restrict TOKEN")
      .replace(/\b15\.\d+ \(Debian [^)]*\)/g, "15 (Debian)")
      .replace(/"\/[^"]*\/\.s\.PGSQL\.\d+"/g, '"/var/run/postgresql/.s.PGSQL.5432"')
      .replace(/socket in "[^"]*" at port "\d+"/g, 'socket in "/var/run/postgresql" at port "5432"')
      .replace(/^\/[^\n]*:\d+ - (accepting|no)/gm, "/var/run/postgresql:5432 - $1");
  return `${text(out)}\u0000${text(err)}\u0000${status}`;
}
