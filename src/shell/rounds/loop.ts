/**
 * Proves that a loop of a shell does the same in every round: it only prints texts, the time and counters, and pauses
 * once. Conditions, other programs, pipes and values that decide about anything make a loop unproven. The proof is
 * about the text of the loop; that names mean what they usually mean is compared with rounds that were run.
 */
import type { ArithmeticFor, Assignment, CommandNode, Pipeline, Statement, SyntaxNode, While } from "unbash";
import type { LoopModel, Operation, Piece } from "./model.ts";
import { printOf } from "./print.ts";
import { type Reading, templateOf } from "./template.ts";

/** Nothing can be proven about the loop. */
class Unproven extends Error {
  override name = "Unproven";
}

type Step = Operation | { type: "pause"; pieces: readonly Piece[] };

/** The model of a loop; undefined if it is not proven. */
export function modelOf(loop: SyntaxNode): LoopModel | undefined {
  try {
    return prove(loop);
  } catch (error) {
    if (error instanceof Unproven) return undefined;
    throw error;
  }
}

function prove(loop: SyntaxNode): LoopModel | undefined {
  if (loop.type !== "While" && loop.type !== "ArithmeticFor") return undefined;
  const read = new Set<string>();
  const reading: Reading = { read, refuse: () => new Unproven() };
  const steps = loop.type === "While" ? stepsOfWhile(loop, reading) : stepsOfFor(loop, reading);
  const pauses = steps.flatMap((step, i) => (step.type === "pause" ? [i] : []));
  if (pauses.length !== 1) return undefined;
  const at = pauses[0]!;
  const operations = [...steps.slice(at + 1), ...steps.slice(0, at)].filter(
    (step): step is Operation => step.type !== "pause",
  );
  const pause = steps[at]!;
  const model = checked(operations, read);
  // The length of the pause must be constant.
  const isConstant = (piece: Piece) =>
    piece.type === "text" || (piece.type === "variable" && model?.read.has(piece.name));
  return pause.type === "pause" && pause.pieces.every(isConstant) ? model : undefined;
}

function stepsOfWhile({ kind, clause, body }: While, reading: Reading): Step[] {
  const condition = stepsOf(clause.commands, reading, kind === "until");
  return [...condition, ...stepsOf(body.commands, reading)];
}

function stepsOfFor({ test, update, body }: ArithmeticFor, reading: Reading): Step[] {
  if (test) throw new Unproven();
  const counted = update ? [countOf(update)] : [];
  return [...stepsOf(body.commands, reading), ...counted];
}

/** `isFalse`: the last command must be one that fails. */
function stepsOf(statements: readonly Statement[], reading: Reading, isFalse = false): Step[] {
  return statements.flatMap((statement, i) => {
    if (statement.background) throw new Unproven();
    const { command } = statement;
    if (isFalse && i === statements.length - 1) {
      if (command.type !== "Command" || command.name?.text !== "false" || command.redirects.length > 0) {
        throw new Unproven();
      }
      return [];
    }
    if (command.type !== "AndOr") return commandOf(command, reading);
    // All commands succeed, so `&&` goes on and the rest of `||` is not run.
    const end = command.operators.indexOf("||");
    const run = end === -1 ? command.commands : command.commands.slice(0, end + 1);
    // Arithmetic fails where its value is 0.
    return run.flatMap((each) => (each.type === "ArithmeticCommand" ? refuse() : commandOf(each, reading)));
  });
}

function commandOf(command: CommandNode | Pipeline, reading: Reading): Step[] {
  if (command.type === "BraceGroup") return stepsOf(command.body.commands, reading);
  if (command.type === "ArithmeticCommand" && command.expression) {
    return /^\s*[1-9]\d*\s*$/.test(command.body) ? [] : [countOf(command.expression)];
  }
  if (command.type !== "Command") throw new Unproven();
  const { name, prefix, args, redirects } = command;
  if (!name) {
    if (redirects.length > 0) throw new Unproven();
    return prefix.map((each) => (each.type === "Assignment" ? assignmentOf(each, reading) : refuse()));
  }
  if (prefix.some(({ type }) => type === "Assignment")) throw new Unproven();
  const words = args.map((word) => (word.type === "Word" ? word : refuse()));
  switch (name.text) {
    case "true":
    case ":":
      return words.length + redirects.length > 0 ? refuse() : [];
    case "[":
    case "test":
      // Comparisons of constants.
      return words.every(({ text }) => /^(?:[\w]+|=|!=|-eq|-ne|-lt|-le|-gt|-ge|\])$/.test(text)) ? [] : refuse();
    case "sleep":
      if (words.length === 0 || redirects.length > 0) throw new Unproven();
      return [{ type: "pause", pieces: words.flatMap((word) => templateOf(word, reading)) }];
    case "echo":
    case "printf":
    case "date":
      return printOf({ name: name.text, words, redirects }, reading);
    default:
      throw new Unproven();
  }
}

function assignmentOf(assignment: Assignment, reading: Reading): Operation {
  const { name, value, append, index, text } = assignment;
  if (append || index || value.type !== "Word") throw new Unproven();
  const [, sign, by] =
    new RegExp(`^${name}=\\$\\(\\(\\s*\\$?${name}\\s*([-+])\\s*(\\d+)\\s*\\)\\)$`).exec(text) ??
    new RegExp(`^${name}=(?:\\$\\(|\`)\\s*expr\\s+\\$${name}\\s+([-+])\\s+(\\d+)\\s*[)\`]$`).exec(text) ??
    [];
  if (by !== undefined) return { type: "count", name, by: sign === "-" ? -Number(by) : Number(by) };
  return { type: "set", name, value: templateOf(value, { ...reading, isAssigned: true }) };
}

/** `i++`, `++i`, `i--`, `i+=2`, `i=i+2`. */
function countOf({ pos: _pos, ...expression }: SyntaxNode): Operation {
  const node = expression as SyntaxNode;
  if (node.type === "ArithmeticUnary" && node.operand.type === "ArithmeticWord" && isName(node.operand.value)) {
    if (node.operator === "++" || node.operator === "--") {
      return { type: "count", name: node.operand.value, by: node.operator === "++" ? 1 : -1 };
    }
  }
  if (node.type !== "ArithmeticBinary" || node.left.type !== "ArithmeticWord") throw new Unproven();
  const { left, operator, right } = node;
  if (!isName(left.value)) throw new Unproven();
  if ((operator === "+=" || operator === "-=") && right.type === "ArithmeticWord" && /^\d+$/.test(right.value)) {
    return { type: "count", name: left.value, by: operator === "+=" ? Number(right.value) : -Number(right.value) };
  }
  const isSum =
    operator === "=" && right.type === "ArithmeticBinary" && (right.operator === "+" || right.operator === "-");
  if (!isSum || right.left.type !== "ArithmeticWord" || right.right.type !== "ArithmeticWord") throw new Unproven();
  if (right.left.value !== left.value || !/^\d+$/.test(right.right.value)) throw new Unproven();
  const by = Number(right.right.value);
  return { type: "count", name: left.value, by: right.operator === "-" ? -by : by };
}

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function refuse(): never {
  throw new Unproven();
}

/** Counters are only counted, and a variable's value must not depend on its own earlier values. */
function checked(operations: readonly Operation[], read: ReadonlySet<string>): LoopModel | undefined {
  const counters = new Map<string, number>();
  const assigned = new Set<string>();
  for (const operation of operations) {
    if (operation.type === "count") {
      counters.set(operation.name, (counters.get(operation.name) ?? 0) + operation.by);
    }
    if (operation.type === "set") assigned.add(operation.name);
  }
  if ([...assigned].some((name) => counters.has(name))) return undefined;
  // Outside quotes a value of several words is several arguments.
  const words = operations.flatMap((operation) => (operation.type === "write" ? operation.value : []));
  if (words.some((piece) => piece.type === "variable" && piece.isOneWord && assigned.has(piece.name))) return undefined;
  const known = new Set<string>();
  for (const operation of operations) {
    if (operation.type !== "set") continue;
    for (const piece of operation.value) {
      const isOpen = piece.type === "variable" && assigned.has(piece.name) && !known.has(piece.name);
      if (isOpen) return undefined;
    }
    known.add(operation.name);
  }
  // Names that decide about the shell itself or that it computes are no counters.
  const all = [...counters.keys(), ...assigned];
  if (all.some((name) => /^(?:IFS|PATH|TZ|LC_\w+|LANG|PS\d|OPTIND|HOME|PWD|RANDOM|SECONDS|_)$/.test(name)))
    return undefined;
  return { operations, counters, assigned, read: new Set([...read].filter((name) => !all.includes(name))) };
}
