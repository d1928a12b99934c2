/**
 * Reads Go templates.
 * Source: Go's text/template/parse/parse.go
 */
import { lineOf, type Token, tokensOf } from "./lexer.ts";
import { type CommandNode, type Node, type Operand, type Pipeline, type Template, TemplateError } from "./nodes.ts";
import { unquoted } from "./strings.ts";

/** The name under which errors show the template. */
export const TEMPLATE_NAME = "output";

/** Reads a template that calls these functions. Throws TemplateError. */
export function parseTemplate(text: string, functions: ReadonlySet<string>): Template {
  return new Parser(text, functions).template();
}

const CONTROL = ["if", "with", "range"] as const;

class Parser {
  readonly #text: string;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #bodies = new Map<string, readonly Node[]>();
  #at = 0;
  #variables: string[] = ["$"];
  #rangeDepth = 0;

  constructor(text: string, functions: ReadonlySet<string>) {
    this.#text = text;
    this.#functions = functions;
    this.#tokens = tokensOf(text, TEMPLATE_NAME);
  }

  template(): Template {
    const { nodes, end } = this.#list();
    if (end !== "EOF") throw this.#fail(`unexpected {{${end}}}`);
    this.#bodies.set(TEMPLATE_NAME, nodes);
    return { text: this.#text, bodies: this.#bodies };
  }

  /** Nodes up to `{{end}}`, `{{else}}` or the end of the text. */
  #list(): { nodes: Node[]; end: "end" | "else" | "EOF" } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.#next();
      if (token.type === "end") return { nodes, end: "EOF" };
      if (token.type === "text") {
        nodes.push({ type: "text", text: token.text });
        continue;
      }
      const word = this.#peekSolid();
      if (word.type === "word" && (word.text === "end" || word.text === "else")) {
        this.#nextSolid();
        return { nodes, end: word.text };
      }
      nodes.push(...this.#action());
    }
  }

  #action(): Node[] {
    const word = this.#peekSolid();
    const control = CONTROL.find((one) => word.type === "word" && one === word.text);
    if (control) {
      this.#nextSolid();
      return [this.#control(control)];
    }
    if (word.type === "word") {
      switch (word.text) {
        case "define":
          this.#nextSolid();
          this.#define();
          return [];
        case "block":
          this.#nextSolid();
          return [this.#block()];
        case "template":
          this.#nextSolid();
          return [this.#templateCall()];
        case "break":
        case "continue":
          this.#nextSolid();
          if (this.#rangeDepth === 0) throw this.#fail(`{{${word.text}}} outside {{range}}`);
          this.#expectClose(word.text);
          return [{ type: word.text }];
      }
    }
    return [{ type: "action", pipeline: this.#pipeline("command", "close") }];
  }

  #control(type: "if" | "with" | "range"): Node {
    const known = this.#variables.length;
    const pipeline = this.#pipeline(type, "close");
    if (type === "range") this.#rangeDepth++;
    const { nodes, end } = this.#list();
    if (type === "range") this.#rangeDepth--;
    let otherwise: readonly Node[] = [];
    if (end === "EOF") throw this.#fail("unexpected EOF");
    if (end === "else") otherwise = this.#otherwise(type);
    else this.#expectClose("end");
    this.#variables.length = known;
    return { type, pipeline, body: nodes, otherwise };
  }

  /** Behind `else`: its nodes, or another `if` or `with`. */
  #otherwise(type: "if" | "with" | "range"): readonly Node[] {
    const next = this.#peekSolid();
    if (type !== "range" && next.type === "word" && next.text === type) {
      this.#nextSolid();
      return [this.#control(type)];
    }
    this.#expectClose("else");
    const { nodes, end } = this.#list();
    if (end !== "end") throw this.#fail(end === "EOF" ? "unexpected EOF" : "expected end; found {{else}}");
    this.#expectClose("end");
    return nodes;
  }

  #define(): void {
    const name = this.#name("define clause");
    this.#expectClose("define clause");
    this.#bodies.set(name, this.#body());
  }

  #block(): Node {
    const { at } = this.#peekSolid();
    const name = this.#name("block clause");
    const pipeline = this.#pipeline("block clause", "close");
    this.#bodies.set(name, this.#body());
    return { type: "template", name, at, shown: `{{template ${JSON.stringify(name)}}}`, pipeline };
  }

  /** The nodes of a named template; it sees no variables of the template around it. */
  #body(): readonly Node[] {
    const outer = this.#variables;
    this.#variables = ["$"];
    const { nodes, end } = this.#list();
    if (end !== "end") throw this.#fail(`unexpected ${end === "EOF" ? "EOF" : "{{else}}"} in define clause`);
    this.#expectClose("end");
    this.#variables = outer;
    return nodes;
  }

  #templateCall(): Node {
    const { at } = this.#peekSolid();
    const name = this.#name("template clause");
    const hasPipeline = this.#peekSolid().type !== "close";
    const pipeline = hasPipeline ? this.#pipeline("template clause", "close") : undefined;
    if (!hasPipeline) this.#nextSolid();
    return { type: "template", name, at, shown: `{{template ${JSON.stringify(name)}}}`, pipeline };
  }

  #name(context: string): string {
    const token = this.#nextSolid();
    if (token.type !== "string" && token.type !== "raw") throw this.#unexpected(token, context);
    return unquoted(token.text);
  }

  #pipeline(context: string, end: "close" | ")"): Pipeline {
    const first = this.#peekSolid();
    const { variables, isAssignment } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#peekSolid();
      if (token.type === end || token.text === end) {
        const last = this.#nextSolid();
        if (commands.length === 0) throw this.#fail(`missing value for ${context}`);
        // A declared variable is known behind its own pipeline only.
        if (!isAssignment) this.#variables.push(...variables);
        return { at: first.at, shown: this.#shown(first.at, last.at), commands, variables, isAssignment };
      }
      const { command, isPiped } = this.#command(context);
      if (commands.length > 0) this.#checkCallable(commands.length, command);
      commands.push(command);
      if (isPiped && this.#endsAt(end)) throw this.#fail(`missing value for ${context}`);
    }
  }

  #endsAt(end: string): boolean {
    const token = this.#peekSolid();
    return token.type === end || token.text === end;
  }

  #checkCallable(position: number, command: CommandNode): void {
    const [first] = command.operands;
    if (first && ["constant", "nil", "dot"].includes(first.type)) {
      throw this.#fail(`non executable command in pipeline stage ${position + 1}`);
    }
  }

  #declarations(context: string): { variables: string[]; isAssignment: boolean } {
    const start = this.#at;
    const variables: string[] = [];
    while (this.#peekSolid().type === "variable") {
      variables.push(this.#nextSolid().text);
      const next = this.#peekSolid();
      if (next.text === ":=" || next.text === "=") {
        this.#nextSolid();
        if (variables.length > 1 && context !== "range") throw this.#fail(`too many declarations in ${context}`);
        return { variables, isAssignment: next.text === "=" };
      }
      if (next.text !== "," || context !== "range") break;
      this.#nextSolid();
    }
    this.#at = start;
    return { variables: [], isAssignment: false };
  }

  #command(context: string): { command: CommandNode; isPiped: boolean } {
    const { at } = this.#peekSolid();
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#operand(context);
      if (operand) operands.push(operand);
      const token = this.#next();
      if (token.type === "space") {
        const next = this.#peekSolid();
        if (next.type !== "close" && ![")", "|"].includes(next.text)) continue;
        if (next.text === "|") this.#nextSolid();
        return { command: this.#commandNode(at, operands), isPiped: next.text === "|" };
      }
      if (token.text === "|" && token.type === "symbol") {
        return { command: this.#commandNode(at, operands), isPiped: true };
      }
      if (token.type === "close" || token.text === ")") {
        this.#at--;
        return { command: this.#commandNode(at, operands), isPiped: false };
      }
      throw this.#unexpected(token, "operand");
    }
  }

  #commandNode(at: number, operands: readonly Operand[]): CommandNode {
    if (operands.length === 0) throw this.#fail("empty command");
    return { at, shown: operands.map(({ shown }) => shown).join(" "), operands };
  }

  #operand(context: string): Operand | undefined {
    const start = this.#peekSolid();
    const term = this.#term(context);
    if (!term) return undefined;
    // Errors show the second field of a chain.
    const at = this.#tokens[this.#at]?.at ?? start.at;
    const names = this.#fieldNames();
    if (names.length === 0) return term;
    const place = { at, shown: `${term.shown}.${names.join(".")}` };
    if (term.type === "field" || term.type === "variable")
      return { ...term, ...place, names: [...term.names, ...names] };
    if (term.type === "constant" || term.type === "nil") {
      throw this.#fail(`unexpected . after term ${JSON.stringify(term.shown)}`);
    }
    return { ...place, type: "chain", of: term, names };
  }

  #fieldNames(): string[] {
    const names: string[] = [];
    while (this.#tokens[this.#at]?.type === "field") names.push(this.#next().text.slice(1));
    return names;
  }

  #term(context: string): Operand | undefined {
    const token = this.#nextSolid();
    const place = { at: token.at, shown: token.text };
    switch (token.type) {
      case "word":
        return this.#wordTerm(token);
      case "field":
        return { ...place, type: "field", names: [token.text.slice(1)] };
      case "variable":
        if (!this.#variables.includes(token.text)) throw this.#fail(`undefined variable ${JSON.stringify(token.text)}`);
        return { ...place, type: "variable", name: token.text, names: [] };
      case "string":
      case "raw":
        return { ...place, type: "constant", value: unquoted(token.text) };
      case "character":
        return { ...place, type: "constant", value: BigInt(unquoted(token.text).codePointAt(0) ?? 0) };
      case "number":
        return { ...place, type: "constant", value: this.#number(token.text) };
      default:
        break;
    }
    if (token.text === "." && token.type === "symbol") return { ...place, type: "dot" };
    if (token.text === "(") {
      const pipeline = this.#pipeline("parenthesized pipeline", ")");
      return { at: pipeline.at, shown: `(${pipeline.shown})`, type: "pipeline", pipeline };
    }
    if (token.type === "close" || token.text === "|" || token.text === ")") {
      this.#at--;
      return undefined;
    }
    throw this.#unexpected(token, context);
  }

  #wordTerm({ text, at }: Token): Operand {
    const place = { at, shown: text };
    if (text === "true" || text === "false") return { ...place, type: "constant", value: text === "true" };
    if (text === "nil") return { ...place, type: "nil" };
    if (!this.#functions.has(text)) throw this.#fail(`function ${JSON.stringify(text)} not defined`);
    return { ...place, type: "function", name: text };
  }

  #number(text: string): bigint | number {
    const plain = text.replaceAll("_", "");
    if (/^[+-]?\d+$|^[+-]?0[xXbBoO]/.test(plain)) {
      const isNegative = plain.startsWith("-");
      const digits = plain.replace(/^[+-]/, "").replace(/^0(?=[0-7]+$)/, "0o");
      return isNegative ? -BigInt(digits) : BigInt(digits);
    }
    const value = Number(plain);
    if (Number.isNaN(value)) throw this.#fail(`bad number syntax: ${JSON.stringify(text)}`);
    return value;
  }

  #shown(from: number, to: number): string {
    return this.#text.slice(from, to).trim();
  }

  #expectClose(context: string): void {
    const token = this.#nextSolid();
    if (token.type !== "close") throw this.#unexpected(token, context);
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw this.#fail("unexpected EOF");
    this.#at++;
    return token;
  }

  #nextSolid(): Token {
    while (this.#tokens[this.#at]?.type === "space") this.#at++;
    return this.#next();
  }

  #peekSolid(): Token {
    let at = this.#at;
    while (this.#tokens[at]?.type === "space") at++;
    return this.#tokens[at] ?? { type: "end", text: "EOF", at: this.#text.length };
  }

  #unexpected(token: Token, context: string): TemplateError {
    const shown = token.type === "end" ? "EOF" : `<${token.text}>`;
    return this.#fail(`unexpected ${shown} in ${context}`);
  }

  #fail(problem: string): TemplateError {
    const last = this.#tokens[Math.max(0, this.#at - 1)];
    return new TemplateError(`template: ${TEMPLATE_NAME}:${lineOf(this.#text, last?.at ?? 0)}: ${problem}`);
  }
}
