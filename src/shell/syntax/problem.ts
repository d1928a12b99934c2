/** Errors of the parser, and their texts in each shell. */
import type { ParsedScript, SyntaxNode } from "unbash";
import type { ShellFlavour } from "../contract.ts";

export interface SyntaxProblem {
  position: number;
  /** More lines may complete the command. */
  isIncomplete: boolean;
  /** The token at the position; "newline" for the end of a line. */
  token: string;
  /** The quote or bracket that is not closed. */
  unclosed?: string;
  /** The whole message, if it names no token. */
  sentence?: string;
  /** Keyword that would complete a compound command: `fi`. */
  expected?: string;
}

const UNCLOSED: readonly [RegExp, string][] = [
  [/single quote|ANSI-C/, "'"],
  [/double quote/, '"'],
  [/backtick/, "`"],
  [/parameter expansion/, "}"],
  [/substitution|arithmetic|glob/, ")"],
  [/subscript/, "]"],
];

/** The first error of a script. */
export function syntaxProblem(script: ParsedScript, text: string): SyntaxProblem | undefined {
  const errors = script.errors ?? [];
  // An empty group is reported at its beginning, also if it is not closed yet.
  const error = errors.find(({ message: sentence }) => !/^expected command in/.test(sentence)) ?? errors[0];
  if (!error) return undefined;
  // The parser's errors are sentences; its version is pinned, and test/shell/syntax.test.ts has each of them.
  const { message: sentence } = error;
  const isUnterminated = sentence.startsWith("unterminated");
  const isIncomplete = isUnterminated || text.slice(error.pos).trim() === "";
  return {
    position: error.pos,
    isIncomplete,
    token: tokenAt(text, error.pos),
    unclosed: isUnterminated ? UNCLOSED.find(([pattern]) => pattern.test(sentence))?.[1] : undefined,
    expected: /expected '([^']+)'/.exec(sentence)?.[1],
  };
}

function tokenAt(text: string, position: number): string {
  const rest = text.slice(position).replace(/^[ \t]+/, "");
  // The parser reports a missing `then` after the keyword that came instead.
  const keyword = /\b(?:fi|done|esac|else|elif|then|do)$/.exec(text.slice(0, position).trimEnd())?.[0];
  if (rest === "" || rest.startsWith("\n")) return keyword ?? "newline";
  return /^(?:;;&|;;|;&|&&|\|\||\|&|[;&|()<>]|[^\s;&|()<>]+)/.exec(rest)?.[0] ?? "";
}

/** Whether a here-document of the script is still open at the end of the text. */
export function hasOpenHereDocument(nodes: readonly SyntaxNode[]): boolean {
  return nodes.some((node) => node.type === "HereDoc" && node.closing === undefined);
}

/** The error as the shell prints it after its prefix, and the line where it stands. */
export function describeProblem(
  problem: SyntaxProblem,
  flavour: ShellFlavour,
  lines: { text: string; line: number; lastLine: number },
): { line: number; messages: string[] } {
  if (flavour === "bash") return describeForBash(problem, lines);
  const sentence = sentenceOf(problem, flavour);
  const line = problem.isIncomplete ? lines.lastLine : lines.line;
  return { line, messages: [flavour === "dash" ? `Syntax error: ${sentence}` : `syntax error: ${sentence}`] };
}

function sentenceOf(problem: SyntaxProblem, flavour: "dash" | "busybox"): string {
  const { unclosed, token, expected, sentence } = problem;
  if (sentence) return flavour === "dash" ? sentence : lowerCase(sentence);
  if (unclosed === "`") return "EOF in backquote substitution";
  if (unclosed === "'" || unclosed === '"') {
    return flavour === "dash" ? "Unterminated quoted string" : "unterminated quoted string";
  }
  const wanted = expected ?? unclosed;
  const hint = wanted === undefined ? "" : ` (expecting "${wanted}")`;
  const what = problem.isIncomplete ? "end of file" : token === "newline" ? token : `"${token}"`;
  return flavour === "dash" ? `${what} unexpected${hint}` : `unexpected ${what}${hint}`;
}

/** Busybox turns the words around: `unexpected redirection`. */
function lowerCase(sentence: string): string {
  const [, what] = /^(\S+) unexpected$/.exec(sentence) ?? [];
  return what === undefined ? sentence.toLowerCase() : `unexpected ${what}`;
}

function describeForBash(
  problem: SyntaxProblem,
  lines: { text: string; line: number; lastLine: number },
): { line: number; messages: string[] } {
  if (problem.unclosed) {
    return { line: lines.line, messages: [`unexpected EOF while looking for matching \`${problem.unclosed}'`] };
  }
  if (problem.isIncomplete) return { line: lines.lastLine + 1, messages: ["syntax error: unexpected end of file"] };
  return {
    line: lines.line,
    messages: [`syntax error near unexpected token \`${problem.token}'`, `\`${lines.text}'`],
  };
}
