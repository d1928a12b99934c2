/** Documents of YAML with their comments and styles: a result changes only those nodes of its document that differ. */
import { type Document, isMap, isScalar, isSeq, type Node, parseAllDocuments, Scalar, visit } from "yaml";
import { isObject, type Value } from "../jq/values.ts";

/** An input, and where it comes from. */
export interface InputDocument {
  document: Document;
  value: Value;
  file: string;
  fileIndex: number;
  documentIndex: number;
}

/** @throws Error of the parser: its message says what is wrong */
export function readDocuments(text: string, file: string, fileIndex: number): InputDocument[] {
  return parseAllDocuments(text, { keepSourceTokens: false, uniqueKeys: false }).flatMap((parsed, documentIndex) => {
    const document = parsed as Document;
    if (document.errors[0]) throw document.errors[0];
    return [{ document, value: jqValueOf(document.contents, document), file, fileIndex, documentIndex }];
  });
}

/** Aliases are followed, because results do not refer to their documents. */
function jqValueOf(node: unknown, document: Document): Value {
  if (isMap(node)) {
    const entries = node.items.map(({ key, value }): [string, Value] => [keyText(key), jqValueOf(value, document)]);
    const merged = entries.filter(([key]) => key === "<<").flatMap(([, value]) => (isObject(value) ? [...value] : []));
    return new Map([...merged, ...entries.filter(([key]) => key !== "<<")]);
  }
  if (isSeq(node)) return node.items.map((item) => jqValueOf(item, document));
  if (isScalar(node)) return scalarValue(node.value);
  const resolved =
    node && typeof node === "object" && "resolve" in node
      ? (node as { resolve(doc: Document): Node | undefined }).resolve(document)
      : undefined;
  return resolved ? jqValueOf(resolved, document) : null;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function scalarValue(value: unknown): Value {
  if (value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  return typeof value === "bigint" ? Number(value) : (value as Value);
}

/** The node of a value: `like` gives comments and styles where it has the same value. */
function nodeFor(document: Document, like: unknown, value: Value): unknown {
  if (isMap(like) && isObject(value)) {
    const map = like.clone() as typeof like;
    map.items = [...value].map(([key, item]) => {
      const known = like.items.find((pair) => keyText(pair.key) === key);
      if (!known) return document.createPair(key, nodeFor(document, undefined, item));
      const pair = document.createPair(key, undefined) as unknown as (typeof like.items)[number];
      pair.key = known.key;
      pair.value = nodeFor(document, known.value, item);
      return pair;
    });
    return map;
  }
  if (isSeq(like) && Array.isArray(value)) {
    const list = like.clone() as typeof like;
    list.items = value.map((item, index) => nodeFor(document, bestLike(like.items, index, item, document), item));
    return list;
  }
  if (isScalar(like) && !isObject(value) && !Array.isArray(value)) {
    if (scalarValue(like.value) === value) return like;
    const scalar = new Scalar(value);
    if (like.comment) scalar.comment = like.comment;
    if (typeof value === "string" && like.type && typeof like.value === "string") scalar.type = like.type;
    return scalar;
  }
  if (like && sameValue(jqValueOf(like, document), value)) return like;
  return document.createNode(plain(value));
}

/** The item at the same place, or another one of the same value: items may have moved. */
function bestLike(items: readonly unknown[], index: number, value: Value, document: Document): unknown {
  const same = items.find((item) => sameValue(jqValueOf(item, document), value));
  return same ?? items[index];
}

function sameValue(a: Value, b: Value): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** A value as plain JSON. */
function plain(value: Value): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return isObject(value) ? Object.fromEntries([...value].map(([key, item]) => [key, plain(item)])) : value;
}

/** The node of the document that has this value, if there is one: comments within it are kept. */
function nodeWith(document: Document, value: Value): unknown {
  let found: unknown;
  visit(document, {
    Node(_, node) {
      if (isScalar(node) || !sameValue(jqValueOf(node, document), value)) return undefined;
      found = node;
      return visit.BREAK;
    },
  });
  return found;
}

export interface YamlStyle {
  indent: number;
  /** Block style and plain scalars, also where the input had others. */
  isPretty: boolean;
}

/** YAML of a result of this document; of a value alone without one. Ends with a line break. */
export function yamlText(
  value: Value,
  from: Document | undefined,
  { indent, isPretty }: YamlStyle,
  create: () => Document,
): string {
  const part = from && nodeWith(from, value);
  const isWhole = part === undefined && from !== undefined && isSameKind(from.contents, value);
  const document = isWhole ? from.clone() : create();
  document.contents = (
    isWhole ? nodeFor(document, from.contents, value) : (part ?? document.createNode(plain(value)))
  ) as never;
  if (isPretty) prettify(document);
  document.directives = undefined as never;
  return document.toString({ indent, lineWidth: 0, nullStr: "null", flowCollectionPadding: false });
}

function isSameKind(node: unknown, value: Value): boolean {
  return isMap(node) ? isObject(value) : isSeq(node) && Array.isArray(value);
}

function prettify(document: Document): void {
  visit(document, {
    Collection(_, node) {
      node.flow = false;
    },
    Scalar(_, node) {
      if (node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE) node.type = Scalar.PLAIN;
    },
  });
}
