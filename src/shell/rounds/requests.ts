/**
 * Loops of shells that send the same request for ever: nothing that an answer holds decides about what the loop does,
 * and nothing in its text ends it. The proof is about the text; rounds that were run show that the requests are equal.
 */
import type { Statement, SyntaxNode } from "unbash";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { Machine } from "../machine-state.ts";
import { nodeOf, scriptOf } from "../syntax/source.ts";

const CLIENTS = ["wget", "curl"];
const CACHED_PROOFS = 256;
const proofs = new BoundedCache<string, { isProven: boolean }>(CACHED_PROOFS);

/** Whether process 1 is in such a loop and waits for its client, and nothing else runs. */
export function isInRequestLoop(machine: Machine): boolean {
  const [first, second, ...others] = Object.values(machine.processes);
  if (!first?.shell || !second || others.length > 0 || second.parentPid !== first.pid) return false;
  if (!CLIENTS.some((name) => second.program.endsWith(name)) || machine.listeners.length > 0) return false;
  const { shell } = first;
  const isPlain = shell.jobs.length === 0 && !shell.isInteractive && shell.options["errexit"] !== true;
  const isRenamed = Object.keys({ ...shell.functions, ...shell.aliases }).length > 0;
  const frame = shell.frames.find(({ type }) => type === "while" || type === "arithmeticFor");
  if (!isPlain || isRenamed || !frame) return false;
  const key = `${frame.node} ${scriptOf(machine, frame.source).text}`;
  return proofs.getOrCompute(key, () => ({ isProven: isRequestLoop(nodeOf(machine, frame) as SyntaxNode) })).isProven;
}

/** Whether a loop never ends by itself and has one request in each round. */
export function isRequestLoop(loop: SyntaxNode): boolean {
  if (loop.type === "ArithmeticFor") return !loop.test && isRound(loop.body.commands);
  if (loop.type !== "While") return false;
  const { kind, clause, body } = loop;
  const condition = clause.commands.at(-1);
  const isEndless = condition !== undefined && ENDLESS[kind]?.includes(nameOf(condition) ?? "") === true;
  return isEndless && isRound([...clause.commands, ...body.commands]);
}

/** Conditions that do not end a loop. */
const ENDLESS: Readonly<Record<string, readonly string[]>> = { while: ["true", ":", "sleep"], until: ["false"] };
/** Commands that change nothing: neither the shell, nor a file, nor a process. */
const HARMLESS = ["true", ":", "false", "sleep", "echo", "date"];

function isRound(statements: readonly Statement[]): boolean {
  const names = statements.map(nameOf);
  const known = names.every((name) => name !== undefined && [...HARMLESS, ...CLIENTS].includes(name));
  return known && names.filter((name) => CLIENTS.includes(name!)).length === 1;
}

/** The name of a command whose arguments are constant and that writes no file; undefined: anything else. */
function nameOf({ command, background }: Statement): string | undefined {
  if (background || command.type !== "Command" || !command.name || command.prefix.length > 0) return undefined;
  const { name, args, redirects } = command;
  const isDiscarded = redirects.every(
    (redirect) => redirect.type === "Redirect" && (redirect.target?.text === "/dev/null" || redirect.operator === ">&"),
  );
  if (!isDiscarded || args.some((word) => word.type !== "Word" || /[$`*?<>~{}[\]]/.test(word.text))) return undefined;
  const words = args.map(({ text }) => text);
  return CLIENTS.includes(name.text) && savesFile(name.text, words) ? undefined : name.text;
}

/** Whether a client's arguments make it write its answer into a file. */
function savesFile(name: string, words: readonly string[]): boolean {
  const text = ` ${words.join(" ")} `;
  if (name === "curl")
    return / -[a-zA-Z]*[oOcDJ]| --(output|remote|dump|cookie-jar)/.test(text) && !/-o ?\/dev\/null/.test(text);
  return !/ --spider | -[a-zA-Z]*O ?(-|\/dev\/null) | --output-document[= ](-|\/dev\/null) /.test(text);
}
