/** YAML as the API server reads it: YAML 1.1's booleans and octal numbers, times as text, the first document. */
import {
  type CollectionTag,
  type Document,
  isMap,
  isScalar,
  parseDocument,
  Scalar,
  type ScalarTag,
  stringify,
  visit,
} from "yaml";
import type { JsonValue } from "../lib/json.ts";

export class YamlError extends Error {
  override name = "YamlError";
}

/** A hundred: what aliases may unfold to before a document is refused. */
const MAX_ALIASES = 100;
const TRUE = /^(y|Y|yes|Yes|YES|on|On|ON)$/;
const FALSE = /^(n|N|no|No|NO|off|Off|OFF)$/;
/** The library's own takes a lone point, a frequent key in managedFields, for a number. */
const POINT_FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9_]+)$/;
const OCTAL = /^[-+]?0[0-7]+$/;

/** Throws YamlError. `duplicates` holds what go-yaml says of keys given twice. */
export function parseYaml(text: string): { value: JsonValue; duplicates: string[] } {
  const document = parseDocument(text, { uniqueKeys: false, merge: true, logLevel: "silent" });
  const error = document.errors[0];
  // Go reads the first document and leaves the rest.
  if (error && error.code !== "MULTIPLE_DOCS") {
    throw new YamlError(`yaml: line ${error.linePos?.[0].line ?? 1}: ${error.message.split("\n")[0]}`);
  }
  const duplicates = duplicateKeys(document, text);
  readAsVersion11(document);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue, duplicates };
  } catch (failure) {
    throw new YamlError(`yaml: ${failure instanceof Error ? failure.message : "cannot be read"}`);
  }
}

/** As the server writes it: fields by name, lists not indented, text quoted where it would read as something else. */
export function formatYaml(value: unknown): string {
  return stringify(value, {
    aliasDuplicateObjects: false,
    customTags: (tags) => tags.map((tag) => (isPointFloat(tag) ? { ...tag, test: POINT_FLOAT } : tag)),
    indentSeq: false,
    lineWidth: 0,
    sortMapEntries: true,
    version: "1.1",
  });
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
      if (TRUE.test(node.source)) node.value = true;
      else if (FALSE.test(node.source)) node.value = false;
      else if (OCTAL.test(node.source)) node.value = Number.parseInt(node.source, 8);
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
        if (seen.has(key.value)) {
          const line = text.slice(0, key.range?.[0] ?? 0).split("\n").length;
          problems.push(`  line ${line}: key ${JSON.stringify(key.value)} already set in map`);
        }
        seen.add(key.value);
      }
    },
  });
  return problems.length === 0 ? [] : [`yaml: unmarshal errors:\n${problems.join("\n")}`];
}
