/**
 * Patterns of whole objects (`validate.pattern`), with anchors in their keys.
 * Source: github.com/kyverno/kyverno pkg/engine/validate/validate.go, pkg/engine/anchor/handlers.go
 */
import { equalJson, isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { formatGoValue } from "../../../schema/index.ts";
import { type Anchor, parseAnchor, withAnchorOf } from "./anchors.ts";
import { matchesValue } from "./value-patterns.ts";
import { hasWildcard, matchesWildcard } from "./wildcard.ts";

/** Why an object does not match. `skip`: the conditions of the pattern do not apply to it. */
export interface Mismatch {
  type: "skip" | "fail";
  /** `/spec/containers/0/image/`; empty: an anchor's key is missing. */
  path: string;
  message: string;
  /** It was collected from the keys of an object or from a list below, as opposed to an anchor's own mismatch. */
  isNested?: true;
  /** The object has a key that must not be there. */
  isNegation?: true;
}

type Outcome = Mismatch | undefined;
type Element = JsonValue | undefined;

/** Undefined: the object matches. */
export function matchPattern(object: JsonValue, pattern: JsonValue): Outcome {
  const anchors = new AnchorKeys();
  const mismatch = matchElement(object, pattern, "/", anchors);
  if (mismatch?.type === "fail" && !mismatch.isNegation && anchors.areMissing) {
    return { ...mismatch, path: "" };
  }
  return mismatch?.type === "skip" ? { ...mismatch, path: "" } : mismatch;
}

/** Anchors of the pattern, and whether an object had their keys. */
class AnchorKeys {
  readonly #found = new Map<string, boolean>();

  get areMissing(): boolean {
    return [...this.#found].some(([key, isFound]) => !isFound && parseAnchor(key)?.type !== "negation");
  }

  note(pattern: JsonObject, object: JsonObject): void {
    for (const key of Object.keys(pattern)) {
      const anchor = parseAnchor(key);
      if (!anchor || !["condition", "existence", "negation"].includes(anchor.type)) continue;
      this.#found.set(key, this.#found.get(key) === true || Object.hasOwn(object, anchor.key));
    }
  }
}

const failed = (path: string, message: string): Mismatch => ({ type: "fail", path, message });

function matchElement(element: Element, pattern: JsonValue, path: string, anchors: AnchorKeys): Outcome {
  if (isJsonObject(pattern)) {
    if (!isJsonObject(element)) {
      const types = `Expected ${goType(pattern)}, found ${goType(element)}`;
      return failed(path, `pattern and resource have different structures. Path: ${path}. ${types}`);
    }
    anchors.note(pattern, element);
    return matchObject(element, pattern, path, anchors);
  }
  if (Array.isArray(pattern)) {
    if (Array.isArray(element)) return matchList(element, pattern, path, anchors);
    const why = "resource does not satisfy the expected overlay pattern";
    return failed(path, `validation rule failed at path ${path}, ${why}`);
  }
  const values = Array.isArray(element) ? element : [element];
  if (values.every((value) => matchesValue(value, pattern))) return undefined;
  const shown = `resource value '${formatGoValue(element)}' does not match '${formatGoValue(pattern)}'`;
  return failed(path, `${shown} at path ${path}`);
}

function goType(value: Element): string {
  if (value === undefined || value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (isJsonObject(value)) return "map[string]interface {}";
  return { string: "string", boolean: "bool", number: "float64" }[typeof value as string] ?? "";
}

const FIRST = ["condition", "global", "existence", "equality", "negation"];

/** First the anchors decide whether the pattern applies, then the other keys are compared. */
function matchObject(object: JsonObject, given: JsonObject, path: string, anchors: AnchorKeys): Outcome {
  const pattern = withNamesOf(given, object);
  const keys = Object.keys(pattern).sort();
  const anchored = keys.filter((key) => FIRST.includes(parseAnchor(key)?.type ?? ""));
  const skips: Mismatch[] = [];
  let applied = 0;
  for (const key of anchored) {
    const mismatch = matchKey(object, key, pattern[key] ?? null, path, anchors);
    if (!mismatch) applied++;
    else if (mismatch.type === "skip") skips.push(mismatch);
    else if (!skips.some(isOwnSkip)) return mismatch;
  }
  if (skips.length > 0 && (applied === 0 || skips.some(isOwnSkip))) {
    return { type: "skip", path, message: skips.map(({ message }) => message).join("; "), isNested: true };
  }
  const others = keys.filter((key) => !anchored.includes(key));
  const withAnchors = others.filter((key) => hasAnchors(pattern[key] ?? null)).reverse();
  for (const key of [...withAnchors, ...others.filter((key) => !withAnchors.includes(key))]) {
    const mismatch = matchKey(object, key, pattern[key] ?? null, path, anchors);
    if (mismatch) return mismatch;
  }
  return undefined;
}

function isOwnSkip({ isNested }: Mismatch): boolean {
  return !isNested;
}

function hasAnchors(pattern: JsonValue): boolean {
  if (Array.isArray(pattern)) return pattern.some(hasAnchors);
  if (!isJsonObject(pattern)) return false;
  return Object.entries(pattern).some(
    ([key, value]) => FIRST.includes(parseAnchor(key)?.type ?? "") || hasAnchors(value ?? null),
  );
}

function matchKey(object: JsonObject, key: string, pattern: JsonValue, path: string, anchors: AnchorKeys): Outcome {
  const anchor = parseAnchor(key);
  if (anchor && anchor.type !== "addIfNotPresent") return matchAnchor(object, anchor, pattern, path, anchors);
  const element = object[key];
  if (pattern !== "*") return matchElement(element, pattern, `${path}${key}/`, anchors);
  return element === undefined || element === null ? failed(path, `${path}/${key} not found`) : undefined;
}

function matchAnchor(
  object: JsonObject,
  { type, key }: Anchor,
  pattern: JsonValue,
  parentPath: string,
  anchors: AnchorKeys,
): Outcome {
  const path = `${parentPath}${key}/`;
  const isThere = Object.hasOwn(object, key);
  if (type === "negation") {
    const message = `negation anchor matched in resource: ${path} is not allowed`;
    return isThere ? { ...failed(path, message), isNegation: true } : undefined;
  }
  if (!isThere) {
    if (type !== "condition") return undefined;
    const why = "conditional anchor key doesn't exist in the resource";
    return { type: "skip", path, message: `conditional anchor mismatch: ${why}` };
  }
  if (type === "existence") return matchSome(object[key], pattern, path, anchors);
  const mismatch = matchElement(object[key], pattern, path, anchors);
  if (!mismatch || type === "equality") return mismatch;
  const kind = type === "global" ? "global" : "conditional";
  return { type: "skip", path: mismatch.path, message: `${kind} anchor mismatch: ${mismatch.message}` };
}

/** Each pattern of the list must be met by an element. */
function matchSome(list: Element, patterns: JsonValue, path: string, anchors: AnchorKeys): Outcome {
  if (!Array.isArray(list)) {
    const why = "Existence ^ () anchor can be used only on list/array type resource";
    return failed(path, `invalid resource type ${goType(list)}: ${why}`);
  }
  if (!Array.isArray(patterns) || !patterns.every(isJsonObject)) {
    return failed(
      path,
      `invalid pattern type ${goType(patterns)}: Pattern has to be of list to compare against resource`,
    );
  }
  for (const pattern of patterns) {
    const isMet = list.some((element, i) => !matchElement(element, pattern, `${path}${i}/`, anchors));
    if (!isMet) return failed(path, `existence anchor validation failed at path ${path}`);
  }
  return undefined;
}

function matchList(list: readonly JsonValue[], patterns: readonly JsonValue[], path: string, anchors: AnchorKeys) {
  const [first] = patterns;
  if (first === undefined) return failed(path, "pattern Array empty");
  if (!isJsonObject(first) && !Array.isArray(first)) return matchElement([...list], first, path, anchors);
  // A list of one object is compared with all elements, a list of lists with each in its place.
  if (isJsonObject(first)) return matchAll(list, () => first, path, anchors);
  if (list.length < patterns.length) {
    const lengths = `resource Array len is ${list.length} and pattern Array len is ${patterns.length}`;
    return failed("", `validate Array failed, array length mismatch, ${lengths}`);
  }
  return matchAll(list.slice(0, patterns.length), (i) => patterns[i] ?? null, path, anchors);
}

function matchAll(
  list: readonly JsonValue[],
  patternAt: (index: number) => JsonValue,
  path: string,
  anchors: AnchorKeys,
): Outcome {
  const skips: string[] = [];
  for (const [i, element] of list.entries()) {
    const mismatch = matchElement(element, patternAt(i), `${path}${i}/`, anchors);
    if (mismatch?.type === "fail") return mismatch;
    if (mismatch) skips.push(mismatch.message);
  }
  if (skips.length === 0 || skips.length < list.length) return undefined;
  return { type: "skip", path, message: skips.join("; "), isNested: true };
}

/** Wildcards in keys of labels and annotations become the names that the object has. */
function withNamesOf(pattern: JsonObject, object: JsonObject): JsonObject {
  const metadataKey = keyOf(pattern, "metadata");
  const [own, other] = [metadataKey && pattern[metadataKey], object["metadata"]];
  if (!metadataKey || !isJsonObject(own) || !isJsonObject(other)) return pattern;
  const metadata = { ...own };
  for (const field of ["labels", "annotations"]) {
    const key = keyOf(own, field);
    const [wanted, there] = [key && own[key], other[field]];
    if (!key || !isJsonObject(wanted) || !isJsonObject(there)) continue;
    metadata[key] = Object.fromEntries(
      Object.entries(wanted).map(([name, value]) => [nameIn(name, there), value]),
    ) as JsonObject;
  }
  return equalJson(metadata, own) ? pattern : { ...pattern, [metadataKey]: metadata };
}

function keyOf(pattern: JsonObject, name: string): string | undefined {
  return Object.keys(pattern).find((key) => (parseAnchor(key)?.key ?? key) === name);
}

function nameIn(key: string, there: JsonObject): string {
  const plain = parseAnchor(key)?.key ?? key;
  if (!hasWildcard(plain)) return key;
  const found = Object.keys(there).find((name) => matchesWildcard(plain, name));
  if (found === undefined) return key;
  return plain === key ? found : withAnchorOf(key, found);
}
