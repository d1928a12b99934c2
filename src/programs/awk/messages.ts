/** Messages of awk as each of its programs words them, without the name of the program. */
import { FileError } from "../../files/errors.ts";
import { UsageError } from "../base/call.ts";
import { AwkError } from "./errors.ts";
import { AwkSyntaxError, type DialectName, type SyntaxProblem } from "./syntax.ts";

/** `run` shows where a running program is; absent before it runs. Throws what is no error of a program. */
export function messageOf(error: unknown, dialect: DialectName, run: { place(): string } | undefined): string {
  if (error instanceof AwkSyntaxError) return syntaxMessage(error, dialect);
  if (error instanceof UsageError || error instanceof FileError) return error.message;
  if (!(error instanceof AwkError)) throw error;
  if (error.isFile) return error.message;
  if (dialect === "mawk" && run) return `run time error: ${error.message}\n\t${run.place()}`;
  return `cmd. line:1: ${dialect === "gawk" ? "fatal: " : ""}${error.message}`;
}

const BUSYBOX: Readonly<Partial<Record<SyntaxProblem, string>>> = {
  undefinedFunction: "Call to undefined function",
  argumentCount: "Too few arguments",
  endlessText: "Unexpected end of string",
  endlessRegex: "Unexpected end of string",
};

function syntaxMessage(error: AwkSyntaxError, dialect: DialectName): string {
  const { problem, line, near } = error;
  if (dialect === "busybox") return `cmd. line:${line}: ${BUSYBOX[problem] ?? "Unexpected token"}`;
  if (dialect === "gawk") return `cmd. line:${line}: ${GAWK[problem] ?? "syntax error"}`;
  switch (problem) {
    case "character":
      return `${line}: unexpected character '${near}'`;
    case "missingBrace":
      return `line ${line + 1}: missing } near end of file`;
    case "undefinedFunction":
      return `line ${line + 1}: function ${near} never defined`;
    case "argumentCount":
      return `line ${line}: wrong number of arguments in call to ${near}`;
    case "endlessText":
      return `line ${line}: runaway string constant ${near} ...`;
    case "endlessRegex":
      return `line ${line}: runaway regular expression ${near} ...`;
    case "extraBrace":
      return `line ${line}: extra '}'\nawk: line ${line}: syntax error at or near end of line`;
    case "syntax": {
      const where = near === "" ? "end of file" : near === "\n" ? "end of line" : near;
      return `line ${near === "" ? line + 1 : line}: syntax error at or near ${where}`;
    }
  }
}

const GAWK: Readonly<Partial<Record<SyntaxProblem, string>>> = {
  missingBrace: "unexpected newline or end of string",
  endlessText: "unterminated string",
  endlessRegex: "unterminated regexp",
};
