/** Pathname expansion. */
import { FileError } from "../../files/errors.ts";
import { MAX_FIELDS } from "../../lib/container-limits.ts";
import { type Context, failure, hasShopt } from "../context.ts";
import { absolutePath } from "../paths.ts";
import { compilePattern, matches, type Pattern, type PatternCharacter } from "./pattern.ts";
import { type Field, patternOfField, textOfField } from "./pieces.ts";

/** Paths that match a field, sorted; the field itself if it is no pattern or nothing matches. */
export function globField(context: Context, field: Field): string[] {
  const text = textOfField(field);
  if (!field.some((piece) => !piece.isQuoted && /[*?[\\]|[@+!]\(/.test(piece.text))) return [text];
  const characters = patternOfField(field);
  if (!hasActive(characters)) return [text];
  const found = findPaths(context, characters);
  if (found.length > 0) return found;
  const { shell } = context;
  if (shell.flavour === "bash" && hasShopt(shell, "failglob")) throw failure(context, `no match: ${text}`);
  return shell.flavour === "bash" && hasShopt(shell, "nullglob") ? [] : [text];
}

function hasActive(characters: readonly PatternCharacter[]): boolean {
  return characters.some(({ character, isQuoted }, i) => {
    if (isQuoted) return false;
    if (character === "*" || character === "?") return true;
    if (character === "[") return characters.slice(i + 1).some((each) => each.character === "]");
    return "@+!".includes(character) && characters[i + 1]?.character === "(" && !characters[i + 1]!.isQuoted;
  });
}

interface Step {
  characters: PatternCharacter[];
  /** Several slashes may stand between two names. */
  separator: string;
}

function findPaths(context: Context, characters: readonly PatternCharacter[]): string[] {
  const steps = splitSteps(characters);
  let paths: string[] = [""];
  for (const [i, step] of steps.entries()) {
    const isLast = i === steps.length - 1;
    paths = paths.flatMap((path) => advance(context, path, step, isLast));
    if (paths.length > MAX_FIELDS) throw failure(context, "Argument list too long");
  }
  return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function splitSteps(characters: readonly PatternCharacter[]): Step[] {
  const steps: Step[] = [{ characters: [], separator: "" }];
  let depth = 0;
  for (const [i, each] of characters.entries()) {
    if (
      !each.isQuoted &&
      each.character === "(" &&
      depth + Number("?*+@!".includes(characters[i - 1]?.character ?? " ")) > 0
    )
      depth++;
    if (!each.isQuoted && each.character === ")" && depth > 0) depth--;
    const last = steps.at(-1)!;
    if (each.character !== "/" || depth > 0) {
      if (last.separator === "") last.characters.push(each);
      else steps.push({ characters: [each], separator: "" });
    } else last.separator += "/";
  }
  return steps;
}

function advance(context: Context, path: string, step: Step, isLast: boolean): string[] {
  const { shell } = context;
  const text = step.characters.map(({ character }) => character).join("");
  if (!hasActive(step.characters)) {
    const next = path + text;
    if (isLast && step.separator === "") return exists(context, next) ? [next] : [];
    return next === "" || isDirectory(context, next) ? [next + step.separator] : [];
  }
  if (text === "**" && shell.flavour === "bash" && hasShopt(shell, "globstar"))
    return descend(context, path, step, isLast);
  const pattern = compilePattern(step.characters, {
    isPlain: shell.flavour !== "bash",
    ignoresCase: shell.flavour === "bash" && hasShopt(shell, "nocaseglob"),
  });
  const found = namesIn(context, path)
    .filter((name) => isMatch(context, pattern, step, name))
    .map((name) => path + name);
  if (isLast && step.separator === "") return found;
  return found.filter((each) => isDirectory(context, each)).map((each) => each + step.separator);
}

/** A leading dot must be written out. */
function isMatch({ shell }: Context, pattern: Pattern, step: Step, name: string): boolean {
  const isHidden = name.startsWith(".");
  const showsHidden = shell.flavour === "bash" && hasShopt(shell, "dotglob");
  if (isHidden && !showsHidden && step.characters[0]?.character !== ".") return false;
  return matches(pattern, name);
}

/** `**`: all folders below, and all files if it is the last name. */
function descend(context: Context, path: string, step: Step, isLast: boolean): string[] {
  const results: string[] = [];
  const isEnd = isLast && step.separator === "";
  const visit = (folder: string) => {
    if (!isEnd || folder !== "") results.push(isEnd ? folder.replace(/\/$/, path === folder ? "/" : "") : folder);
    for (const name of namesIn(context, folder)) {
      if (name.startsWith(".") && !hasShopt(context.shell, "dotglob")) continue;
      const each = folder + name;
      if (results.length > MAX_FIELDS) throw failure(context, "Argument list too long");
      if (isDirectory(context, each) && !isLink(context, each)) visit(`${each}/`);
      else if (isEnd) results.push(each);
    }
  };
  visit(path);
  return results;
}

function namesIn(context: Context, path: string): string[] {
  try {
    const names = context.files.list(absolutePath(context.process.cwd, path === "" ? "." : path));
    return context.shell.flavour === "bash" ? [...names] : [".", "..", ...names];
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function exists(context: Context, path: string): boolean {
  try {
    return context.files.findLink(absolutePath(context.process.cwd, path)) !== undefined;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

function isDirectory(context: Context, path: string): boolean {
  try {
    return context.files.find(absolutePath(context.process.cwd, path))?.type === "directory";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

function isLink(context: Context, path: string): boolean {
  return context.files.findLink(absolutePath(context.process.cwd, path))?.type === "link";
}
