/**
 * The syntax of a Corefile: server blocks with directives, snippets, imports and variables of the environment.
 * https://github.com/coredns/caddy (caddyfile/lexer.go, caddyfile/parse.go, caddyfile/dispenser.go)
 */

/** A message in the words of CoreDNS: it ends a start, and a reload keeps the old configuration. */
export class CorefileError extends Error {}

interface Token {
  text: string;
  line: number;
}

export interface ServerBlock {
  /** `.:53`, `example.org`. */
  keys: readonly string[];
  directives: readonly Directive[];
}

export interface Directive {
  name: string;
  /** The name, its arguments and its braces. */
  tokens: readonly Token[];
  /** The path of the file, for messages. */
  file: string;
}

/** Imports of one snippet into others, one inside the other. */
const MAX_IMPORTS = 100;

export function parseCorefile(
  text: string,
  file: string,
  env: Readonly<Record<string, string>>,
  isDirective: (name: string) => boolean,
): ServerBlock[] {
  return new Parser(tokensOf(text, env), file, isDirective).blocks();
}

/** Words, quoted words, and comments that end with the line. */
function tokensOf(text: string, env: Readonly<Record<string, string>>): Token[] {
  const tokens: Token[] = [];
  const pattern = /#[^\n]*|"((?:\\[\s\S]|[^"\\])*)"?|(\S+)|\n/g;
  let line = 1;
  for (const [whole, quoted, word] of text.matchAll(pattern)) {
    if (quoted !== undefined) tokens.push({ text: withVariables(quoted.replace(/\\"/g, '"'), env), line });
    else if (word !== undefined) tokens.push({ text: withVariables(word, env), line });
    line += whole.split("\n").length - 1;
  }
  return tokens;
}

/** `{$NAME}` and `{%NAME%}`. */
function withVariables(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(
    /\{\$([^}]*)\}|\{%([^%]*)%\}/g,
    (_, one?: string, other?: string) => env[one ?? other ?? ""] ?? "",
  );
}

class Parser {
  readonly #tokens: Token[];
  readonly #file: string;
  readonly #isDirective: (name: string) => boolean;
  readonly #snippets = new Map<string, Token[]>();
  #at = 0;
  #imports = 0;

  constructor(tokens: Token[], file: string, isDirective: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#file = file;
    this.#isDirective = isDirective;
  }

  blocks(): ServerBlock[] {
    const blocks: ServerBlock[] = [];
    while (this.#at < this.#tokens.length) {
      const keys = this.#keys();
      if (keys.length === 0) continue;
      const [name = ""] = keys;
      if (keys.length === 1 && /^\(.+\)$/.test(name)) this.#snippets.set(name.slice(1, -1), this.#snippet());
      else blocks.push({ keys, directives: this.#directives() });
    }
    return blocks;
  }

  #keys(): string[] {
    const keys: string[] = [];
    for (; this.#at < this.#tokens.length; this.#at++) {
      const { text } = this.#tokens[this.#at]!;
      if (text === "{") return keys;
      if (text === "}") throw this.#problem("Unexpected '}' because no matching opening brace");
      if (text === "import" && keys.length === 0) {
        this.#import();
        return [];
      }
      keys.push(...text.split(",").filter((key) => key !== ""));
    }
    throw this.#problem("Unexpected EOF");
  }

  /** The tokens of a snippet, with its braces in balance. */
  #snippet(): Token[] {
    const from = ++this.#at;
    for (let depth = 1; this.#at < this.#tokens.length; this.#at++) {
      const { text } = this.#tokens[this.#at]!;
      if (text === "{") depth++;
      if (text === "}" && --depth === 0) return this.#tokens.slice(from, this.#at++);
    }
    throw this.#syntaxProblem("}");
  }

  #directives(): Directive[] {
    const directives: Directive[] = [];
    for (this.#at++; this.#at < this.#tokens.length; ) {
      const { text } = this.#tokens[this.#at]!;
      if (text === "}") {
        this.#at++;
        return directives;
      }
      if (text === "import") this.#import();
      else directives.push(this.#directive());
    }
    throw this.#problem("Unexpected EOF");
  }

  #directive(): Directive {
    const from = this.#at;
    const { text: name, line } = this.#tokens[from]!;
    if (!this.#isDirective(name)) throw this.#problem(`Unknown directive '${name}'`);
    let depth = 0;
    for (this.#at++; this.#at < this.#tokens.length; this.#at++) {
      const token = this.#tokens[this.#at]!;
      if (token.text === "{") depth++;
      else if (depth === 0 && token.line > (this.#tokens[this.#at - 1]?.line ?? line)) break;
      else if (token.text === "}" && depth === 0) break;
      else if (token.text === "}" && --depth === 0) {
        this.#at++;
        break;
      }
    }
    if (depth > 0) throw this.#problem("Unexpected EOF");
    return { name, tokens: this.#tokens.slice(from, this.#at), file: this.#file };
  }

  /** Puts the tokens of a snippet in the place of `import name`. */
  #import(): void {
    const name = this.#tokens[this.#at + 1]?.text ?? "";
    const found = this.#snippets.get(name);
    this.#at++;
    if (!found) {
      if (!name.includes("*")) throw this.#problem(`File to import not found: ${name}`);
      this.#tokens.splice(this.#at - 1, 2);
      this.#at--;
      return;
    }
    if (++this.#imports > MAX_IMPORTS) throw this.#problem(`maximum snippet import depth (${MAX_IMPORTS}) exceeded`);
    this.#tokens.splice(this.#at - 1, 2, ...found);
    this.#at--;
  }

  #line(): number {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]?.line ?? 0;
  }

  #problem(message: string): CorefileError {
    return new CorefileError(`${this.#file}:${this.#line()} - Error during parsing: ${message}`);
  }

  #syntaxProblem(expected: string): CorefileError {
    const text = this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]?.text ?? "";
    return new CorefileError(
      `${this.#file}:${this.#line()} - Syntax error: Unexpected token '${text}', expecting '${expected}'`,
    );
  }
}

/** Reads the arguments and the block of a directive, one token after another. */
export class DirectiveReader {
  readonly #directive: Directive;
  readonly keys: readonly string[];
  #at = 0;

  /** `keys` are those of the server block. */
  constructor(directive: Directive, keys: readonly string[]) {
    this.#directive = directive;
    this.keys = keys;
  }

  get value(): string {
    return this.#directive.tokens[this.#at]?.text ?? "";
  }

  /** The rest of the present line. */
  args(): string[] {
    const { tokens } = this.#directive;
    const args: string[] = [];
    for (let next = tokens[this.#at + 1]; next; next = tokens[this.#at + 1]) {
      if (next.line > tokens[this.#at]!.line || next.text === "{" || next.text === "}") break;
      args.push(next.text);
      this.#at++;
    }
    return args;
  }

  /** Goes to the first word of the next line of the block; false at its end, or if there is no block. */
  nextLine(): boolean {
    const { tokens } = this.#directive;
    this.args();
    if (tokens[this.#at + 1]?.text === "{") this.#at++;
    const next = tokens[this.#at + 1];
    if (!next || next.text === "}") return false;
    this.#at++;
    return true;
  }

  problem(message: string): CorefileError {
    const { name, file, tokens } = this.#directive;
    const line = tokens[Math.min(this.#at, tokens.length - 1)]?.line ?? 0;
    return new CorefileError(`plugin/${name}: ${file}:${line} - Error during parsing: ${message}`);
  }

  /** For messages that name no line. */
  plainProblem(message: string): CorefileError {
    return new CorefileError(`plugin/${this.#directive.name}: ${message}`);
  }

  argumentProblem(): CorefileError {
    return this.problem(`Wrong argument count or unexpected line ending after '${this.value}'`);
  }
}
