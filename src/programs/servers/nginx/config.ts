/** Reads nginx's configuration. The tree is JSON, so it can be part of a process's state. */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import { isKnownDirective, mustHaveBlock } from "./directives.ts";

export interface Directive {
  name: string;
  args: string[];
  /** Directives of the block; absent for a simple directive. */
  block?: Directive[];
}

/** A configuration that nginx refuses. The message is nginx's, without its prefix. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

interface Token {
  text: string;
  isQuoted: boolean;
  line: number;
}

/** The directives of a file and of all that it includes. @throws ConfigError, FileError */
export function readConfig(files: FileSystem, path: string): Directive[] {
  return new Reader(files).file(path, "main", 0);
}

const MAX_INCLUDE_DEPTH = 10;

class Reader {
  readonly #files: FileSystem;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  file(path: string, context: string, depth: number): Directive[] {
    if (depth > MAX_INCLUDE_DEPTH) throw new ConfigError(`too many nested includes in ${path}`);
    const tokens = tokensOf(this.#read(path), path);
    const cursor = { at: 0 };
    const directives = this.#block(tokens, cursor, path, context, depth);
    const rest = tokens[cursor.at];
    if (rest) throw new ConfigError(`unexpected "${rest.text}" in ${path}:${rest.line}`);
    return directives;
  }

  #read(path: string): string {
    try {
      return this.#files.read(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new ConfigError(`open() "${path}" failed (${errno(error)}: ${error.message})`);
    }
  }

  /** Up to the closing brace, or to the end of the file. */
  #block(tokens: readonly Token[], cursor: { at: number }, path: string, context: string, depth: number): Directive[] {
    const found: Directive[] = [];
    while (cursor.at < tokens.length) {
      const token = tokens[cursor.at] as Token;
      if (token.text === "}" && !token.isQuoted) return found;
      found.push(...this.#directive(tokens, cursor, path, context, depth));
    }
    return found;
  }

  #directive(
    tokens: readonly Token[],
    cursor: { at: number },
    path: string,
    context: string,
    depth: number,
  ): Directive[] {
    const first = tokens[cursor.at++] as Token;
    const at = (line: number) => `in ${path}:${line}`;
    const args: string[] = [];
    for (;;) {
      const token = tokens[cursor.at++];
      const last = tokens.at(-1)?.line ?? 1;
      if (!token) throw new ConfigError(`unexpected end of file, expecting ";" or "}" ${at(last)}`);
      if (token.isQuoted || !/^[;{}]$/.test(token.text)) {
        args.push(token.text);
        continue;
      }
      if (token.text === "}") throw new ConfigError(`unexpected "}" ${at(token.line)}`);
      const hasBlock = token.text === "{";
      this.#check(first, context, hasBlock, at(token.line));
      if (first.text === "include" && !hasBlock) return this.#include(args[0] ?? "", path, context, depth);
      if (!hasBlock) return [{ name: first.text, args }];
      const block = this.#block(tokens, cursor, path, first.text, depth);
      if (tokens[cursor.at]?.text !== "}") throw new ConfigError(`unexpected end of file, expecting "}" ${at(last)}`);
      cursor.at++;
      return [{ name: first.text, args, block }];
    }
  }

  #check({ text, line }: Token, context: string, hasBlock: boolean, where: string): void {
    // Maps and types have arbitrary words instead of directives.
    if (/^(types|map|geo|split_clients|match)$/.test(context)) return;
    if (!isKnownDirective(text))
      throw new ConfigError(`unknown directive "${text}" ${where.replace(/\d+$/, String(line))}`);
    if (hasBlock && !mustHaveBlock(text) && text !== "server")
      throw new ConfigError(`directive "${text}" is not terminated by ";" ${where}`);
    if (!hasBlock && mustHaveBlock(text)) throw new ConfigError(`directive "${text}" has no opening "{" ${where}`);
    const isMisplaced =
      (text === "server" && hasBlock && context !== "http" && context !== "stream" && context !== "mail") ||
      (text === "location" && context !== "server" && context !== "location") ||
      (text === "http" && context !== "main") ||
      (text === "root" && context === "main");
    if (isMisplaced)
      throw new ConfigError(`"${text}" directive is not allowed here ${where.replace(/\d+$/, String(line))}`);
  }

  #include(pattern: string, from: string, context: string, depth: number): Directive[] {
    const path = pattern.startsWith("/") ? pattern : `/etc/nginx/${pattern}`;
    if (!path.includes("*")) return this.file(path, context, depth + 1);
    const folder = path.slice(0, path.lastIndexOf("/"));
    const name = globPattern(path.slice(folder.length + 1));
    let names: readonly string[] = [];
    try {
      names = this.#files.list(folder === "" ? "/" : folder);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
    void from;
    return names
      .filter((entry) => name.test(entry))
      .flatMap((entry) => this.file(`${folder}/${entry}`, context, depth + 1));
  }
}

function globPattern(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, "[^/]*")
      .replace(/\?/g, "[^/]")}$`,
  );
}

function tokensOf(text: string, path: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  const pattern =
    /(\n)|[ \t\r]+|#[^\n]*|"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|([;{}])|((?:\$\{\w+\}|\\[\s\S]|[^\s;{}])+)/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new ConfigError(`unexpected "${text[at]}" in ${path}:${line}`);
    const [whole, newline, double, single, sign, word] = match;
    const quoted = double ?? single;
    if (newline) line++;
    else if (quoted !== undefined) found.push({ text: withoutEscapes(quoted), isQuoted: true, line });
    else if (sign ?? word) found.push({ text: (sign ?? word) as string, isQuoted: false, line });
    if (!newline) line += whole.split("\n").length - 1;
  }
  return found;
}

function withoutEscapes(quoted: string): string {
  return quoted.replace(
    /\\(["'\\tnr])/g,
    (_, character: string) => ({ t: "\t", n: "\n", r: "\r" })[character] ?? character,
  );
}

const ERRNO: Readonly<Record<string, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EACCES: 13,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  ENOSPC: 28,
  EROFS: 30,
};

/** The number of the error in Linux. */
export function errno({ code }: FileError): number {
  return ERRNO[code] ?? 22;
}

/** All directives of that name in a block. */
export function all(block: readonly Directive[] | undefined, name: string): Directive[] {
  return (block ?? []).filter((directive) => directive.name === name);
}

/** The last directive of that name in a block. */
export function last(block: readonly Directive[] | undefined, name: string): Directive | undefined {
  return all(block, name).at(-1);
}
