/**
 * Writes the help texts of the real kubectl for the kubectl of containers: what each command prints with `--help`. The
 * texts of options that several commands share are kept once. The scripts of `kubectl completion` are written beside.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { PROJECT_ROOT } from "../wrangler-config.ts";
import { findKubectls } from "./ensure.ts";

const run = promisify(execFile);
const OUTPUT = join(PROJECT_ROOT, "src/programs/kubectl/help/generated/texts.json");
const SCRIPTS = join(PROJECT_ROOT, "src/programs/kubectl/help/generated/completion.json");
const SECTION = /^(?:[A-Z][\w ]*Commands?(?: \(\w+\))?):\n((?: {2}\S.*\n)+)/gm;
const OPTIONS = /\nOptions:\n([\s\S]*?)\n\n(?=Usage:)/;

interface Texts {
  options: string[];
  /** By words: the text with `\0` in place of its options, and their positions. */
  commands: Record<string, { text: string; options: number[] }>;
}

async function textOf(kubectl: string, words: readonly string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], HOME: "/root", KUBECONFIG: "/nonexistent" };
  const { stdout } = await run(kubectl, [...words], { env });
  return stdout;
}

/** The subcommands that a help text lists. */
function subcommandsIn(text: string): string[] {
  return [...text.matchAll(SECTION)].flatMap(([, lines = ""]) =>
    [...lines.matchAll(/^ {2}(\S+)/gm)].map(([, name = ""]) => name),
  );
}

function add(texts: Texts, words: string, help: string): void {
  const [, listed = ""] = OPTIONS.exec(help) ?? [];
  const options = listed === "" ? [] : listed.split("\n\n");
  const positions = options.map((option) => {
    if (!texts.options.includes(option)) texts.options.push(option);
    return texts.options.indexOf(option);
  });
  const text = listed === "" ? help : help.replace(listed, () => "\0");
  texts.commands[words] = { text, options: positions };
}

const newest = (await findKubectls()).at(-1);
if (!newest) throw new Error("there is no kubectl on this machine");
const texts: Texts = { options: [], commands: {} };
const waiting: string[][] = [[]];
for (let words = waiting.shift(); words; words = waiting.shift()) {
  const help = await textOf(newest.path, [...words, "--help"]);
  add(texts, words.join(" "), help);
  for (const name of subcommandsIn(help)) waiting.push([...words, name]);
}
texts.commands["options"] = { text: await textOf(newest.path, ["options"]), options: [] };
const scripts: Record<string, string> = {};
for (const shell of ["bash", "fish", "powershell", "zsh"]) {
  scripts[shell] = await textOf(newest.path, ["completion", shell]);
}
await writeFile(SCRIPTS, `${JSON.stringify(scripts, null, 1)}\n`);
await writeFile(OUTPUT, `${JSON.stringify(texts, null, 1)}\n`);
console.log(`${Object.keys(texts.commands).length} texts of kubectl ${newest.version}`);
