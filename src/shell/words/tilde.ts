/** Tilde expansion: `~`, `~user`, `~+` and `~-`. */
import { FileError } from "../../files/errors.ts";
import type { Context } from "../context.ts";
import { readVariable } from "../variables.ts";
import { type Field, literalPieces, type Mode, piece } from "./pieces.ts";

/**
 * Pieces of literal text whose tildes are expanded: at the beginning of a word, and in an assignment also after each
 * colon. `isInner`: the text does not begin the word.
 */
export function tildePieces(
  context: Context,
  text: string,
  kind: "word" | "assignment",
  mode: Mode,
  isInner = false,
): Field {
  const assignment =
    kind === "word" && context.shell.flavour === "bash" ? /^[A-Za-z_]\w*=(?=~)/.exec(text)?.[0] : undefined;
  const head = assignment ?? "";
  const rest = text.slice(head.length);
  const segments = kind === "assignment" || assignment ? rest.split(/(?<=:)/) : [rest];
  const field: Field = head === "" ? [] : [piece(head, true)];
  for (const [i, segment] of segments.entries()) {
    const prefix = i === 0 && isInner ? undefined : /^~[^/:\\"'$`]*/.exec(segment)?.[0];
    const home = prefix === undefined ? undefined : homeOf(context, prefix.slice(1));
    if (home === undefined) field.push(...literalPieces(segment, mode));
    else field.push(piece(home, true), ...literalPieces(segment.slice(prefix!.length), mode));
  }
  return field;
}

function homeOf(context: Context, user: string): string | undefined {
  if (user === "")
    return (
      readVariable(context, "HOME") ??
      homeInPasswd(context, (line) => line[2] === String(context.process.credentials.uid))
    );
  if (user === "+" && context.shell.flavour === "bash") return readVariable(context, "PWD");
  if (user === "-" && context.shell.flavour === "bash") return readVariable(context, "OLDPWD");
  return homeInPasswd(context, (line) => line[0] === user);
}

function homeInPasswd({ files }: Context, isUser: (line: string[]) => boolean): string | undefined {
  try {
    return files
      .read("/etc/passwd")
      .split("\n")
      .map((line) => line.split(":"))
      .find((line) => line.length > 5 && isUser(line))?.[5];
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}
