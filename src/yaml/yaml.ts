/** Reads YAML like the API server: YAML 1.1's booleans and octal numbers, times as text, the first document only. */
import {
  type CollectionTag,
  type Document,
  type ErrorCode,
  isMap,
  isScalar,
  parseDocument,
  Scalar,
  type ScalarTag,
  stringify,
  visit,
  type YAMLParseError,
} from "yaml";
import { ApiError } from "../lib/api-error.ts";
import { isBigInteger, type JsonValue } from "../lib/json.ts";
import { MAX_CAREFULLY_READ_YAML, MAX_FORMATTED_YAML, MAX_STRICT_ERRORS, MAX_YAML_BODY_BYTES } from "../lib/limits.ts";
import { utf8Length } from "../lib/text.ts";
import { type Parts, runToEnd, WORK } from "../lib/work.ts";
import { parseLargeInParts } from "./large-yaml.ts";
import { type ParsedYaml, UNMARSHAL_ERRORS, version11Value, YamlError } from "./yaml-values.ts";

export { YamlError } from "./yaml-values.ts";

/** The library's limit on the expansion of aliases. */
const MAX_ALIASES = 100;
/** The library's own expression reads a lone point, a frequent key in managedFields, as a number. */
const POINT_FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9_]+)$/;

/** Throws YamlError or RequestEntityTooLarge. `duplicates` holds go-yaml's messages about repeated keys. */
export function parseYaml(text: string): ParsedYaml {
  return runToEnd(parseYamlInParts(text, () => {}));
}

/** As `parseYaml`; `spend` counts the work, in units of lib/work.ts. */
export function* parseYamlInParts(text: string, spend: (work: number) => void): Parts<ParsedYaml> {
  if (text.length <= MAX_CAREFULLY_READ_YAML) {
    spend(text.length * WORK.carefullyReadCharacter);
    return parseCarefully(text);
  }
  if (utf8Length(text) > MAX_YAML_BODY_BYTES) {
    const message = `Request entity too large: limit is ${MAX_YAML_BODY_BYTES} for YAML, send larger objects as JSON`;
    throw new ApiError("RequestEntityTooLarge", message);
  }
  return yield* parseLargeInParts(text, spend);
}

/** Reads with a tree of nodes: two milliseconds for each thousand characters, with precise messages and lines. */
function parseCarefully(text: string): ParsedYaml {
  const document = parseDocument(text, { uniqueKeys: false, merge: true, logLevel: "silent" });
  const error = document.errors[0];
  // Go reads the first document only.
  if (error && error.code !== "MULTIPLE_DOCS") throw new YamlError(`yaml: ${inGoWords(error, text)}`);
  try {
    const duplicates = duplicateKeys(document, text);
    readAsVersion11(document);
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue, duplicates };
  } catch (failure) {
    if (failure instanceof RangeError) throw new YamlError(`yaml: ${TOO_DEEP}`);
    const message = failure instanceof Error ? failure.message : "cannot be read";
    const anchor = /^Unresolved alias[^:]*: (\S+)/.exec(message)?.[1];
    throw new YamlError(anchor === undefined ? `yaml: ${message}` : `yaml: unknown anchor '${anchor}' referenced`);
  }
}

const TOO_DEEP = "exceeded max depth of 10000";

/** Splits go-yaml's message into a warning for each repeated key. Duplicates of other formats are unchanged. */
export function yamlWarnings(duplicates: readonly string[]): string[] {
  return duplicates.flatMap((text) =>
    text.startsWith(UNMARSHAL_ERRORS)
      ? text
          .slice(UNMARSHAL_ERRORS.length)
          .split("\n")
          .map((line) => line.trim())
      : text,
  );
}

interface GoWords {
  words: string;
  /** The line that go-yaml names, from 1, minus the line that the library names. */
  later?: number;
}

const NOT_A_KEY: GoWords = { words: "could not find expected ':'", later: 1 };
const MAPPING_VALUES = "mapping values are not allowed in this context";

/** go-yaml's messages and lines. Its parser, unlike its scanner, names the line before. */
const GO_WORDS: Partial<Record<ErrorCode, GoWords>> = {
  BAD_DQ_ESCAPE: { words: "found unknown escape character" },
  BAD_INDENT: { words: "did not find expected key", later: -1 },
  BAD_SCALAR_START: { words: "found character that cannot start any token" },
  BLOCK_IN_FLOW: { words: "did not find expected node content", later: -1 },
  KEY_OVER_1024_CHARS: NOT_A_KEY,
  MULTILINE_IMPLICIT_KEY: NOT_A_KEY,
  MULTIPLE_ANCHORS: { words: "did not find expected node content", later: -1 },
  TAB_AS_INDENT: { words: "found character that cannot start any token" },
  UNEXPECTED_TOKEN: { words: "did not find expected <document start>", later: -1 },
};

function inGoWords({ code, message, pos, linePos }: YAMLParseError, text: string): string {
  if (message.startsWith("Maximum call stack size exceeded")) return TOO_DEEP;
  const line = linePos?.[0].line ?? 1;
  const isFirstKey = code === "MULTILINE_IMPLICIT_KEY" && text.slice(0, pos[0]).trim() === "";
  if (code === "BLOCK_AS_IMPLICIT_KEY" || isFirstKey) {
    const colon = pos[0] + Math.max(0, text.slice(pos[0]).search(/:(?:\s|$)/));
    return atLine(text.slice(0, colon).split("\n").length, MAPPING_VALUES);
  }
  const found = inFlow(message) ?? (code === "MISSING_CHAR" ? NOT_A_KEY : GO_WORDS[code]);
  return atLine(line + (found?.later ?? 0), found?.words ?? message.split(" at line ")[0]!);
}

/** The message about a missing end of a quoted string or of a flow collection. */
function inFlow(message: string): GoWords | undefined {
  if (/^Missing closing ["']/.test(message)) return { words: "found unexpected end of stream" };
  const end = /^Flow (?:sequence|map).* end with a ([\]}])/.exec(message)?.[1];
  return end === undefined ? undefined : { words: `did not find expected ',' or '${end}'` };
}

/** The message with its line; go-yaml does not name the first line. */
function atLine(line: number, words: string): string {
  return line <= 1 ? words : `line ${line}: ${words}`;
}

/** The value as YAML. Long answers are written as JSON, which is valid YAML and takes a fiftieth of the time. */
export function yamlText(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > MAX_FORMATTED_YAML ? `${json}\n` : formatYaml(value);
}

/** YAML like the server's: sorted fields, lists not indented, strings quoted if they would read as another type. */
export function formatYaml(value: unknown): string {
  return stringify(withBigInts(value), {
    aliasDuplicateObjects: false,
    customTags: (tags) => tags.map((tag) => (isPointFloat(tag) ? { ...tag, test: POINT_FLOAT } : tag)),
    indentSeq: false,
    lineWidth: 0,
    sortMapEntries: true,
    version: "1.1",
  });
}

/** The value with bigints for integers beyond 2^53, as the writer needs them. */
function withBigInts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isBigInteger(value)) return BigInt(value.rawJSON);
  if (Array.isArray(value)) return value.map(withBigInts);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withBigInts(field)]));
}

function isPointFloat(tag: string | ScalarTag | CollectionTag): tag is ScalarTag {
  return (
    typeof tag === "object" && tag.tag === "tag:yaml.org,2002:float" && (tag as ScalarTag).test?.test(".") === true
  );
}

function readAsVersion11(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (node.type !== Scalar.PLAIN || node.source === undefined || node.tag !== undefined) return;
      const value = version11Value(node.source);
      if (value !== undefined) node.value = value;
    },
  });
}

function duplicateKeys(document: Document, text: string): string[] {
  const problems: string[] = [];
  visit(document, {
    Map(_, node) {
      if (!isMap(node)) return;
      const seen = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value) && problems.length < MAX_STRICT_ERRORS) {
          const line = text.slice(0, key.range?.[0] ?? 0).split("\n").length;
          problems.push(`  line ${line}: key ${JSON.stringify(key.value)} already set in map`);
        }
        seen.add(key.value);
      }
    },
  });
  return problems.length === 0 ? [] : [UNMARSHAL_ERRORS + problems.join("\n")];
}
