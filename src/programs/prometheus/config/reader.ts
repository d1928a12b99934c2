/**
 * Reads YAML into typed settings with the errors of go-yaml and of Prometheus: unknown fields with their line, values of
 * a wrong type, durations.
 */
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { parseDuration } from "../promql/durations.ts";

/** The text is not what its reader expects. The message has Prometheus' words. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/** Problems with a line are collected and told together, as go-yaml does. */
export class YamlReader {
  readonly #lines = new LineCounter();
  readonly #problems: string[] = [];
  #document: Document | undefined;

  /** Throws ConfigError for a text that is no YAML. */
  read(text: string): Value {
    const document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    this.#document = document as unknown as Document;
    const [error] = document.errors;
    if (error) {
      const line = this.#lines.linePos(error.pos[0]).line;
      throw new ConfigError(`yaml: line ${line}: ${YAML_TEXTS[error.code] ?? error.message.split("\n")[0] ?? ""}`);
    }
    return new Value(this, document.contents as Node | null);
  }

  /** The node that an alias stands for. */
  resolved(node: Node | null): Node | null {
    return isAlias(node) && this.#document ? ((node.resolve(this.#document) as Node | undefined) ?? null) : node;
  }

  lineOf(node: Node | null): number {
    return node?.range ? this.#lines.linePos(node.range[0]).line : 1;
  }

  problem(node: Node | null, text: string): void {
    this.#problems.push(`  line ${this.lineOf(node)}: ${text}`);
  }

  /** Throws ConfigError if there were problems. */
  finish(): void {
    if (this.#problems.length > 0) throw new ConfigError(`yaml: unmarshal errors:\n${this.#problems.join("\n")}`);
  }
}

const YAML_TEXTS: Readonly<Record<string, string>> = {
  BAD_INDENT: "did not find expected key",
  BLOCK_AS_IMPLICIT_KEY: "mapping values are not allowed in this context",
  MULTILINE_IMPLICIT_KEY: "could not find expected ':'",
  TAB_AS_INDENT: "found character that cannot start any token",
  DUPLICATE_KEY: "mapping key already defined",
  MISSING_CHAR: "could not find expected ':'",
};

/** A node of the document. */
export class Value {
  readonly #reader: YamlReader;
  readonly node: Node | null;

  constructor(reader: YamlReader, node: Node | null) {
    this.#reader = reader;
    this.node = reader.resolved(node);
  }

  get isEmpty(): boolean {
    return this.node === null || (isScalar(this.node) && this.node.value === null);
  }

  /** Fields by name. `known` are the fields that the type has; undefined: any. */
  fields(type: string, known?: readonly string[]): Record<string, Value> {
    if (this.isEmpty) return {};
    if (!isMap(this.node)) {
      this.#wrongType(type);
      return {};
    }
    const found: Record<string, Value> = {};
    for (const pair of this.node.items) {
      if (!isPair(pair)) continue;
      const key = pair.key as Node;
      const name = isScalar(key) ? String(key.value) : "";
      if (known && !known.includes(name)) this.#reader.problem(key, `field ${name} not found in type ${type}`);
      else found[name] = new Value(this.#reader, pair.value as Node | null);
    }
    return found;
  }

  items(type: string): Value[] {
    if (this.isEmpty) return [];
    if (isSeq(this.node)) return this.node.items.map((item) => new Value(this.#reader, item as Node));
    this.#wrongType(type);
    return [];
  }

  text(): string {
    if (this.isEmpty) return "";
    if (isScalar(this.node)) return typeof this.node.value === "string" ? this.node.value : (this.node.source ?? "");
    this.#wrongType("string");
    return "";
  }

  /** An object or list as plain data: parts that are not evaluated. */
  plain(): unknown {
    return this.node?.toJSON();
  }

  flag(): boolean {
    if (isScalar(this.node) && typeof this.node.value === "boolean") return this.node.value;
    if (!this.isEmpty) this.#wrongType("bool");
    return false;
  }

  number(): number {
    if (isScalar(this.node) && typeof this.node.value === "number") return this.node.value;
    if (!this.isEmpty) this.#wrongType("int");
    return 0;
  }

  /** In ms. Throws ConfigError. */
  duration(): number {
    const text = this.text();
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    throw new ConfigError(
      text === "" ? "empty duration string" : `not a valid duration string: ${JSON.stringify(text)}`,
    );
  }

  texts(): string[] {
    return this.items("[]string").map((item) => item.text());
  }

  pairs(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.fields("map[string]string")).map(([name, value]) => [name, value.text()]),
    );
  }

  #wrongType(wanted: string): void {
    const { node } = this;
    const tag = isMap(node) ? "!!map" : isSeq(node) ? "!!seq" : tagOf(node);
    const shown = isScalar(node) ? ` \`${String(node.source ?? node.value).slice(0, 10)}\`` : "";
    this.#reader.problem(node, `cannot unmarshal ${tag}${shown} into ${wanted}`);
  }
}

function tagOf(node: Node | null): string {
  if (!isScalar(node)) return "!!null";
  if (typeof node.value === "boolean") return "!!bool";
  return typeof node.value === "number" ? (Number.isInteger(node.value) ? "!!int" : "!!float") : "!!str";
}
