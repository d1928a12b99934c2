/**
 * Reads large YAML documents into plain values without a tree of nodes: about ten times faster than the reader in
 * yaml.ts, and with less memory. That reader has better error messages. Both give the same values.
 */
import {
  CORE_SCHEMA,
  type ConstructorOptions,
  constructFromEvents,
  defineScalarTag,
  type Event,
  mergeTag,
  NOT_RESOLVED,
  type ParserOptions,
  parseEvents,
  Schema,
  YAMLException,
} from "js-yaml";
import type { JsonValue } from "../lib/json.ts";
import { MAX_JSON_DEPTH, MAX_YAML_NODES } from "../lib/limits.ts";
import { type Parts, runToEnd, WORK } from "../lib/work.ts";
import { type ParsedYaml, UNMARSHAL_ERRORS, version11Value, YamlError } from "./yaml-values.ts";

const version11Tag = defineScalarTag("tag:yaml.org,2002:version11", {
  implicit: true,
  resolve(source) {
    const value = version11Value(source);
    return value === undefined ? NOT_RESOLVED : value;
  },
  identify: () => false,
});

/** Scalars with unknown tags are read as strings. */
const otherTags = ["!", "tag:"].map((prefix) =>
  defineScalarTag(prefix, { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
);

// The order matters: the first tag that resolves a plain scalar wins.
const SCHEMA = new Schema([version11Tag, ...CORE_SCHEMA.tags, mergeTag, ...otherTags]);
const PARSING: ParserOptions = { maxDepth: MAX_JSON_DEPTH };
const CONSTRUCTION = { schema: SCHEMA, maxTotalMergeKeys: MAX_YAML_NODES } satisfies Partial<ConstructorOptions>;
const EXCESSIVE = "yaml: document contains excessive aliasing";
const DUPLICATE_KEY = "duplicated mapping key";

/** Throws YamlError. `duplicates` names only the first repeated key. */
export function parseLargeYaml(text: string): ParsedYaml {
  return runToEnd(parseLargeInParts(text, () => {}));
}

/** As `parseLargeYaml`; `spend` counts the work, in units of lib/work.ts. */
export function* parseLargeInParts(text: string, spend: (work: number) => void): Parts<ParsedYaml> {
  refuseManyNodes(text);
  spend(text.length * WORK.parsedCharacter);
  yield;
  const work = text.length * WORK.bodyCharacter;
  try {
    const events = parseEvents(text, PARSING);
    spend(work);
    yield;
    const value = firstDocument(text, events, {});
    spend(work);
    return { value, duplicates: [] };
  } catch (failure) {
    if (!(failure instanceof YAMLException) || failure.reason !== DUPLICATE_KEY) throw inWords(failure);
    yield;
    try {
      const value = firstDocument(text, parseEvents(text, PARSING), { json: true });
      spend(2 * work);
      return { value, duplicates: [duplicateOf(failure, text)] };
    } catch (further) {
      throw inWords(further);
    }
  }
}

/** UTF-16 units of `\n`, `,`, `[`, `{`, `-` and a space. */
const [NEWLINE, COMMA, BRACKET, BRACE, DASH, SPACE] = [0x0a, 0x2c, 0x5b, 0x7b, 0x2d, 0x20] as const;

/** Throws YamlError. The number of nodes is estimated by lines, commas and opened collections. */
function refuseManyNodes(text: string): void {
  let marks = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isMark = unit === NEWLINE || unit === COMMA || unit === BRACKET || unit === BRACE;
    if (isMark || (unit === DASH && text.charCodeAt(i + 1) === SPACE)) marks++;
  }
  if (marks > MAX_YAML_NODES) throw new YamlError(`yaml: more than ${MAX_YAML_NODES} values; send it as JSON`);
}

/** The first document of the text: Go ignores the others. */
function firstDocument(text: string, events: Event[], options: { json?: boolean }): JsonValue {
  const value = (constructFromEvents(events, { ...CONSTRUCTION, ...options, source: text })[0] ?? null) as JsonValue;
  // An aliased value is in memory once, but is written once for each alias.
  if (/[*]/.test(text) && isLargerThan(value, 2 * MAX_YAML_NODES)) throw new YamlError(EXCESSIVE);
  return value;
}

/** Counts the nodes that would be written, and stops at the limit. */
function isLargerThan(root: JsonValue, limit: number): boolean {
  const waiting: unknown[] = [root];
  let count = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== "object" || value === null) continue;
    const items = Object.values(value);
    count += items.length;
    if (count > limit) return true;
    for (const item of items) waiting.push(item);
  }
  return false;
}

function duplicateOf({ mark }: YAMLException, text: string): string {
  const position = mark?.position ?? 0;
  const line = text.slice(text.lastIndexOf("\n", position - 1) + 1).split("\n", 1)[0]!;
  const key = /^[\s-]*(.*?)\s*:(?:\s|$)/.exec(line)?.[1] ?? line.trim();
  return `${UNMARSHAL_ERRORS}  line ${(mark?.line ?? 0) + 1}: key ${JSON.stringify(key.replaceAll(/^["']|["']$/g, ""))} already set in map`;
}

function inWords(failure: unknown): YamlError {
  if (failure instanceof YamlError) return failure;
  if (failure instanceof RangeError) return new YamlError("yaml: exceeded max depth of 10000");
  if (!(failure instanceof YAMLException)) return new YamlError("yaml: cannot be read");
  const { reason, mark } = failure;
  if (reason.startsWith("nesting exceeded")) return new YamlError("yaml: exceeded max depth of 10000");
  const anchor = /^unidentified alias "(.*)"$/.exec(reason)?.[1];
  if (anchor !== undefined) return new YamlError(`yaml: unknown anchor '${anchor}' referenced`);
  return new YamlError(mark ? `yaml: line ${mark.line + 1}: ${reason}` : `yaml: ${reason}`);
}
