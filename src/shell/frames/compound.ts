/** Compound commands: if, while, until, for, select, case, functions, `(( ))` and `[[ ]]`. */
import type {
  ArithmeticCommand,
  ArithmeticFor,
  Case,
  Coproc,
  For,
  Function as FunctionNode,
  If,
  Select,
  TestCommand,
  While,
  Word,
} from "unbash";
import { type Context, writeOut } from "../context.ts";
import { finishCommand, popFrame, pushList, pushNode, pushScript } from "../control.ts";
import { addPipe, DescriptorError, readDescriptor, setDescriptor } from "../descriptors.ts";
import type { CaseFrame, ConditionalFrame, ForFrame, Frame } from "../frame.ts";
import { addJob } from "../jobs.ts";
import { nodeOf, referTo, scriptOf } from "../syntax/source.ts";
import { put } from "../table.ts";
import { assign, evaluate, readVariable } from "../variables.ts";
import { patternOptions } from "../words/modify.ts";
import { compilePattern, matches } from "../words/pattern.ts";
import { evaluateCondition } from "./condition.ts";
import { expanding, forkShell, PRIVATE_DESCRIPTORS } from "./expanding.ts";
import { traceCompound } from "./trace.ts";

/** `at`: the branch that comes next; `isGuarded`: its condition was evaluated. */
export function stepIf(context: Context, frame: ConditionalFrame): void {
  const node = nodeOf(context.machine, frame) as If;
  const { shell } = context;
  const branches = [
    { clause: node.clause, body: node.then },
    ...node.elif.map((each) => ({ clause: each.clause, body: each.then })),
  ];
  if (frame.isGuarded) {
    frame.isGuarded = undefined;
    if (shell.status === 0) {
      popFrame(context);
      pushList(context, frame.source, branches[frame.at]!.body);
      return;
    }
    frame.at++;
  }
  const branch = branches[frame.at];
  if (branch) {
    frame.isGuarded = true;
    pushList(context, frame.source, branch.clause);
    return;
  }
  popFrame(context);
  if (node.else) pushList(context, frame.source, node.else);
  else shell.status = 0;
}

/** `at`: 0 before the condition, 1 after it. `status`: that of the body, which is the loop's. */
export function stepWhile(context: Context, frame: ConditionalFrame): void {
  const node = nodeOf(context.machine, frame) as While;
  const { shell } = context;
  if (frame.at !== 1) {
    if (frame.at === 2) frame.status = shell.status;
    frame.at = 1;
    frame.isGuarded = true;
    pushList(context, frame.source, node.clause);
    return;
  }
  frame.isGuarded = undefined;
  if ((shell.status === 0) !== (node.kind === "while")) {
    popFrame(context);
    shell.status = frame.status ?? 0;
    return;
  }
  frame.at = 2;
  pushList(context, frame.source, node.body);
}

export function stepFor(context: Context, frame: ForFrame): void {
  const node = nodeOf(context.machine, frame) as For;
  if (!frame.values && !expandList(context, frame, node.wordlist)) return;
  const value = frame.values![frame.at++];
  if (value === undefined) {
    popFrame(context);
    return;
  }
  traceCompound(context, () => `for ${node.name.text} in ${(node.wordlist ?? []).map((word) => word.text).join(" ")}`);
  assign(context, { name: node.name.value, appends: false, value });
  pushList(context, frame.source, node.body);
}

/** The words of `for` and `select`. True when all are known; the status is 0 then. */
function expandList(context: Context, frame: ForFrame, list: readonly Word[] | undefined): boolean {
  const words = list ?? [];
  frame.words ??= [];
  while (frame.at < words.length) {
    const found = expanding(context, frame, (x) => x.fields(words[frame.at]!));
    if (!found) return false;
    frame.words.push(...found.value);
    frame.at++;
  }
  frame.values = list ? frame.words : [...context.shell.parameters];
  frame.words = undefined;
  frame.at = 0;
  // The first command of the body still sees the status before the loop.
  if (frame.values.length === 0) context.shell.status = 0;
  return true;
}

/** `at`: 0 the first expression, 1 the test, 2 after the body. */
export function stepArithmeticFor(context: Context, frame: Frame): void {
  const node = nodeOf(context.machine, frame) as ArithmeticFor;
  const script = scriptOf(context.machine, frame.source);
  const [first, test, update] = headerOf(script.text.slice(node.pos, node.body.pos));
  const part = [first, test, update][frame.at]!;
  if (!frame.substitution) traceCompound(context, () => `(( ${part.trim()} ))`);
  const result = expanding(context, frame, (x) => evaluate(context, x.rawText(part)));
  if (!result) return;
  if (frame.at !== 1) {
    frame.at = 1;
    return;
  }
  if (test!.trim() !== "" && result.value === 0n) {
    popFrame(context);
    context.shell.status = 0;
    return;
  }
  frame.at = 2;
  pushList(context, frame.source, node.body);
}

/** The three expressions between `((` and `))`. */
function headerOf(text: string): [string, string, string] {
  const inner = text.slice(text.indexOf("((") + 2, text.lastIndexOf("))"));
  const parts = inner.split(";");
  return [parts[0] ?? "", parts[1] ?? "", parts[2] ?? ""];
}

export function stepSelect(context: Context, frame: ForFrame): void {
  const node = nodeOf(context.machine, frame) as Select;
  if (!frame.values && !expandList(context, frame, node.wordlist)) return;
  const values = frame.values!;
  if (frame.at === 0) {
    const width = String(values.length).length;
    for (const [i, value] of values.entries()) writeOut(context, 2, `${String(i + 1).padStart(width)}) ${value}\n`);
  }
  if (frame.at < 2) {
    writeOut(context, 2, readVariable(context, "PS3") ?? "#? ");
    frame.at = 2;
    frame.line = "";
  }
  const line = readLine(context, frame);
  if (line === undefined) return;
  if (line === "") {
    writeOut(context, 1, "\n");
    popFrame(context);
    context.shell.status = 1;
    return;
  }
  const reply = line.replace(/\n$/, "");
  frame.line = "";
  frame.at = reply.trim() === "" ? 0 : 1;
  assign(context, { name: "REPLY", appends: false, value: reply });
  if (reply.trim() === "") return;
  const chosen = /^\s*\d+\s*$/.test(reply) ? values[Number(reply) - 1] : undefined;
  assign(context, { name: node.name.value, appends: false, value: chosen ?? "" });
  pushList(context, frame.source, node.body);
}

function readLine(context: Context, frame: ForFrame): string | undefined {
  const { machine, process, files } = context;
  try {
    const data = readDescriptor(machine, process, 0, files, { upTo: "\n" });
    if (data === undefined) {
      process.waits = [{ type: "readable", fd: 0 }];
      return undefined;
    }
    frame.line = (frame.line ?? "") + data;
    return data === "" || data.endsWith("\n") ? frame.line : undefined;
  } catch (error) {
    if (error instanceof DescriptorError) return "";
    throw error;
  }
}

export function stepCase(context: Context, frame: CaseFrame): void {
  const { word, items } = nodeOf(context.machine, frame) as Case;
  const { shell } = context;
  if (frame.word === undefined) {
    const value = expanding(context, frame, (x) => x.text(word));
    if (!value) return;
    traceCompound(context, () => `case ${word.text} in`);
    frame.word = value.value;
  }
  while (frame.at < items.length) {
    const item = items[frame.at]!;
    const hit = frame.fallsThrough
      ? { value: true }
      : expanding(context, frame, (x) =>
          item.pattern.some((each) => matches(compilePattern(x.pattern(each), patternOptions(context)), frame.word!)),
        );
    if (!hit) return;
    frame.at++;
    if (!hit.value) continue;
    frame.fallsThrough = item.terminator === ";&" ? true : undefined;
    if (item.terminator === ";;" || item.terminator === undefined) popFrame(context);
    if (item.body.commands.length === 0) shell.status = 0;
    frame.hasMatched = true;
    pushList(context, frame.source, item.body);
    return;
  }
  if (!frame.hasMatched) shell.status = 0;
  popFrame(context);
}

export function stepFunction(context: Context, frame: Frame): void {
  const node = nodeOf(context.machine, frame) as FunctionNode;
  const { shell } = context;
  popFrame(context);
  put(shell.functions, node.name.value, referTo(context.machine, frame.source, node.body));
  shell.status = 0;
}

export function stepArithmetic(context: Context, frame: Frame): void {
  const { body } = nodeOf(context.machine, frame) as ArithmeticCommand;
  if (context.shell.flavour !== "bash") {
    // Two subshells there.
    popFrame(context);
    pushScript(context, `( (${body}) )`);
    return;
  }
  if (!frame.substitution) traceCompound(context, () => `(( ${body.trim()} ))`);
  const result = expanding(context, frame, (x) => evaluate(context, x.rawText(body)));
  if (!result) return;
  popFrame(context);
  finishCommand(context, result.value === 0n ? 1 : 0);
}

export function stepTest(context: Context, frame: Frame): void {
  const { expression, pos, end } = nodeOf(context.machine, frame) as TestCommand;
  if (context.shell.flavour === "dash") {
    // The name of a command there.
    const { text } = scriptOf(context.machine, frame.source);
    popFrame(context);
    pushScript(context, `\\[\\[${text.slice(pos + 2, end)}`);
    return;
  }
  const result = expanding(context, frame, (x) => evaluateCondition(x, expression));
  if (!result) return;
  popFrame(context);
  finishCommand(context, result.value);
}

/** A process with pipes to and from the shell: NAME[0] reads its output, NAME[1] writes its input. */
export function stepCoproc(context: Context, frame: Frame): void {
  const node = nodeOf(context.machine, frame) as Coproc;
  const { machine, process, shell } = context;
  popFrame(context);
  const name = node.name?.value ?? "COPROC";
  const [outputReader, outputWriter] = addPipe(machine);
  const [inputReader, inputWriter] = addPipe(machine);
  let fd = PRIVATE_DESCRIPTORS - 1;
  while (process.fds[fd] !== undefined || process.fds[fd - 1] !== undefined) fd -= 2;
  const child = forkShell(context, { ...process.fds, 0: inputReader, 1: outputWriter });
  setDescriptor(machine, process, fd, outputReader);
  setDescriptor(machine, process, fd - 1, inputWriter);
  pushNode({ ...context, process: child, shell: child.shell! }, frame.source, node.body);
  const items = [fd, fd - 1].map((value) => ({ value: String(value), appends: false }));
  assign(context, { name, appends: false, items });
  assign(context, { name: `${name}_PID`, appends: false, value: String(child.pid) });
  shell.lastBackground = child.pid;
  addJob(context, [child.pid], `coproc ${name}`);
  shell.status = 0;
}
