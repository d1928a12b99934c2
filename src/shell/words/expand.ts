/**
 * Expansion of words. A command substitution whose output is not known yet throws `PendingSubstitution`: its command
 * runs as a process, and the word is evaluated again from its start with the output in the frame's memo. Effects within
 * a word (`$((i++))`, `${x:=y}`) are kept in the same memo, so they happen once.
 */
import type {
  ArithmeticExpansionPart,
  CommandExpansionPart,
  ProcessSubstitutionPart,
  SyntaxNode,
  Word,
  WordPart,
} from "unbash";
import { MAX_FIELDS } from "../../lib/container-limits.ts";
import { type Context, failure } from "../context.ts";
import type { Frame } from "../frame.ts";
import { addSource, type Script, scriptOf, scriptOfText } from "../syntax/source.ts";
import { lookUp, put } from "../table.ts";
import { evaluate, readVariable } from "../variables.ts";
import { expandBraces } from "./braces.ts";
import { escapeOptions } from "./escape-options.ts";
import { decodeAnsiC } from "./escapes.ts";
import { globField } from "./glob.ts";
import { expandParameter, expandSimple } from "./parameter.ts";
import type { PatternCharacter } from "./pattern.ts";
import {
  type Expander,
  type Field,
  literalPieces,
  type Mode,
  patternOfField,
  piece,
  splitFields,
  textOfField,
} from "./pieces.ts";
import { tildePieces } from "./tilde.ts";

/** A command must run before the word can be expanded. */
export class PendingSubstitution extends Error {
  override name = "PendingSubstitution";
  readonly script: Script;
  readonly node: CommandExpansionPart | ProcessSubstitutionPart;
  readonly key: string;

  constructor(script: Script, node: CommandExpansionPart | ProcessSubstitutionPart, key: string) {
    super(node.text);
    this.script = script;
    this.node = node;
    this.key = key;
  }
}

const WHOLE: Mode = { isQuoted: false, isWhole: true };
const SPLIT: Mode = { isQuoted: false, isWhole: false };

export class WordExpander implements Expander {
  readonly context: Context;
  readonly #frame: Frame;
  #script: Script;

  constructor(context: Context, frame: Frame) {
    this.context = context;
    this.#frame = frame;
    this.#script = scriptOf(context.machine, frame.source);
  }

  /** The fields of a word: one for most, several for `"$@"`, none for an unset `$x`. */
  fields(word: Word): string[] {
    const { shell } = this.context;
    if (!word.parts) return this.#plainFields(word);
    const texts = this.#braceTexts(word);
    if (texts) return texts.flatMap((text) => this.#fieldsOfText(text));
    return this.#finish(this.fieldsOf(word, SPLIT), shell.options["noglob"] === true);
  }

  #plainFields(word: Word): string[] {
    if (!word.text.includes("~")) return [word.value];
    return [textOfField(tildePieces(this.context, word.text, "word", SPLIT))];
  }

  #braceTexts(word: Word): string[] | undefined {
    const hasBraces =
      this.context.shell.flavour === "bash" && word.parts?.some((part) => part.type === "BraceExpansion");
    if (!hasBraces || this.context.shell.options["nobraceexpand"]) return undefined;
    const texts = expandBraces(word.text);
    if (!texts || texts.length > MAX_FIELDS) throw failure(this.context, "brace expansion: cannot allocate memory");
    return texts.length === 1 && texts[0] === word.text ? undefined : texts;
  }

  /** A word that brace expansion made: it has a script of its own. */
  #fieldsOfText(text: string): string[] {
    if (/^[\w.,:/+%=-]+$/.test(text)) return [text];
    if (text === "") return [];
    return this.#within(`: ${text}`, (script) => {
      const command = script.root.commands[0]?.command;
      const word = command?.type === "Command" ? command.suffix[0] : undefined;
      if (word?.type !== "Word") return [text];
      if (!word.parts) return this.#plainFields(word);
      return this.#finish(this.fieldsOf(word, SPLIT), this.context.shell.options["noglob"] === true);
    });
  }

  #finish(fields: Field[], isGlobOff: boolean): string[] {
    const ifs = readVariable(this.context, "IFS") ?? " \t\n";
    const split = splitFields(fields, ifs);
    const results = isGlobOff ? split.map(textOfField) : split.flatMap((field) => globField(this.context, field));
    if (results.length > MAX_FIELDS) throw failure(this.context, "Argument list too long");
    return results;
  }

  /** The value of an assignment: not split, with tildes after colons. */
  assigned(word: Word): string {
    if (!word.parts) return textOfField(tildePieces(this.context, word.text, "assignment", WHOLE));
    return this.fieldsOf(word, { ...WHOLE, isAssignment: true })
      .map(textOfField)
      .join(" ");
  }

  text(word: Word): string {
    if (!word.parts && !word.text.includes("~") && !word.text.includes("\\")) return word.value;
    return this.fieldsOf(word, WHOLE).map(textOfField).join(" ");
  }

  /** As between double quotes; quotes have no meaning. */
  hereDocument(parts: readonly WordPart[]): string {
    return this.fieldsOfParts(parts, { isQuoted: true, isWhole: true }).map(textOfField).join(" ");
  }

  pattern(word: Word): PatternCharacter[] {
    return this.fieldsOf(word, WHOLE).flatMap(patternOfField);
  }

  activeCharacters(word: Word): PatternCharacter[] {
    return this.fieldsOf(word, { ...WHOLE, isOperand: true }).flatMap(patternOfField);
  }

  rawText(text: string): string {
    if (!/[$`\\]/.test(text)) return text;
    const end = text.includes("\nEXPANSION") ? `EXPANSION${text.length}` : "EXPANSION";
    return this.#within(`: <<${end}\n${text}\n${end}\n`, (script) => {
      const command = script.root.commands[0]?.command;
      const document = command?.type === "Command" ? command.suffix[0] : undefined;
      const parts = document?.type === "HereDoc" ? document.body.parts : undefined;
      return parts ? this.hereDocument(parts).replace(/\n$/, "") : text;
    });
  }

  #within<T>(text: string, body: (script: Script) => T): T {
    const outer = this.#script;
    this.#script = scriptOfText(text);
    try {
      return body(this.#script);
    } finally {
      this.#script = outer;
    }
  }

  /** Evaluates an element of an array value, `[key]=value`, whose text is parsed as an assignment. */
  inScript<T>(text: string, body: (script: Script) => T): T {
    return this.#within(text, body);
  }

  fieldsOf(word: Pick<Word, "text" | "parts">, mode: Mode): Field[] {
    if (word.parts) return this.fieldsOfParts(word.parts, mode);
    if (!mode.isQuoted && word.text.startsWith("~")) return [tildePieces(this.context, word.text, "word", mode)];
    if (word.text === "") return mode.isOperand && mode.isQuoted ? [[piece("", true)]] : [[]];
    return [literalPieces(word.text, mode)];
  }

  fieldsOfParts(parts: readonly WordPart[], mode: Mode): Field[] {
    const result: Field[] = [[]];
    let isEmptyList = false;
    for (const [i, part] of parts.entries()) {
      const found = this.#partFields(part, mode, i === 0);
      if (found.length === 0) isEmptyList = true;
      for (const [n, field] of found.entries()) {
        if (n > 0) result.push([]);
        result.at(-1)!.push(...field);
      }
    }
    return isEmptyList && result.length === 1 && result[0]!.length === 0 ? [] : result;
  }

  #partFields(part: WordPart, mode: Mode, isFirst: boolean): Field[] {
    switch (part.type) {
      case "Literal":
        return [this.#literal(part.text, part.value, mode, isFirst)];
      case "SingleQuoted":
        return [[piece(part.value, true)]];
      case "AnsiCQuoted":
        return [[piece(this.#ansiC(part.text.slice(2, -1)), true)]];
      case "DoubleQuoted":
      case "LocaleString":
        return this.#quotedFields(part.parts, mode);
      case "Glob":
      case "ExtendedGlob":
        return [this.#patternPart(part, mode)];
      case "BraceExpansion":
        return part.parts ? this.fieldsOfParts(part.parts, mode) : [literalPieces(part.text, mode)];
      case "SimpleExpansion":
        return this.#simple(part.text, mode);
      case "ParameterExpansion":
        return expandParameter(this, part, mode);
      case "CommandExpansion":
      case "ProcessSubstitution":
        return [[piece(this.#substituted(part), mode.isQuoted, !mode.isQuoted)]];
      case "ArithmeticExpansion":
        return [[piece(this.#arithmetic(part), mode.isQuoted, !mode.isQuoted)]];
    }
  }

  #ansiC(inner: string): string {
    if (this.context.shell.flavour === "dash") return `$${inner}`;
    return decodeAnsiC(inner, escapeOptions(this.context));
  }

  #literal(text: string, value: string, mode: Mode, isFirst: boolean): Field {
    if (mode.isQuoted) return mode.isOperand ? literalPieces(text, mode) : [piece(value, true)];
    const kind = mode.isAssignment ? "assignment" : "word";
    if (text.includes("~") && (isFirst || kind === "assignment")) {
      return tildePieces(this.context, text, kind, mode, !isFirst);
    }
    return literalPieces(text, mode);
  }

  #quotedFields(parts: readonly WordPart[], mode: Mode): Field[] {
    const fields = this.fieldsOfParts(parts, { isQuoted: true, isWhole: mode.isWhole });
    if (parts.length === 0) return [[piece("", true)]];
    return fields.map((field) => (field.length > 0 ? field : [piece("", true)]));
  }

  #simple(text: string, mode: Mode): Field[] {
    const name = text.slice(1);
    return expandSimple(this, name, mode);
  }

  /** `*`, `?`, `[…]` and extended patterns: active characters, with expansions inside. */
  #patternPart(part: WordPart & { type: "Glob" | "ExtendedGlob" }, mode: Mode): Field {
    const inner = part.parts ?? [];
    if (inner.length === 0 || inner.every((each) => each.type === "Literal" && each.text === each.value)) {
      return [piece(part.text, mode.isQuoted)];
    }
    const field: Field = [];
    let at = 0;
    for (const each of inner) {
      const from = each.pos - part.pos;
      if (from > at) field.push(piece(part.text.slice(at, from), mode.isQuoted));
      if (each.type === "Literal" && each.text === each.value) field.push(piece(each.text, mode.isQuoted));
      else for (const pieces of this.#partFields(each, { ...mode, isWhole: true }, false)) field.push(...pieces);
      at = each.end - part.pos;
    }
    if (at < part.text.length) field.push(piece(part.text.slice(at), mode.isQuoted));
    return field;
  }

  #key(node: SyntaxNode): string {
    const number = this.#script.numbers.get(node);
    return `${addSource(this.context.machine, this.#script.text)}:${number}`;
  }

  #substituted(part: CommandExpansionPart | ProcessSubstitutionPart): string {
    const key = this.#key(part);
    const known = this.#frame.memo && lookUp(this.#frame.memo, key);
    if (known === undefined) throw new PendingSubstitution(this.#script, part, key);
    return known;
  }

  once(node: SyntaxNode, make: () => string): string {
    const key = this.#key(node);
    const known = this.#frame.memo && lookUp(this.#frame.memo, key);
    if (known !== undefined) return known;
    const value = make();
    this.#frame.memo ??= {};
    put(this.#frame.memo, key, value);
    return value;
  }

  #arithmetic(part: ArithmeticExpansionPart): string {
    const isBracket = part.text.startsWith("$[");
    const body = isBracket ? part.text.slice(2, -1) : part.text.slice(3, -2);
    // Only an effect makes a second evaluation differ.
    const hasEffect = /[=+-]/.test(body);
    const make = () => String(evaluate(this.context, this.rawText(body)));
    return hasEffect ? this.once(part, make) : make();
  }
}
