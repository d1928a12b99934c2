import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../src/lib/json.ts";
import {
  applyStructDefaults,
  cloneJson,
  decode,
  jsonMergePatch,
  jsonPatch,
  type PatchError,
  strategicMergePatch,
} from "../../src/schema/index.ts";
import { golden } from "./golden.ts";

interface PatchCase {
  name: string;
  kind: "strategic" | "merge" | "json";
  patch: JsonValue;
  finalizers?: string[];
  changes: { path: string; value: JsonValue }[];
}

const { base, cases } = golden<{ base: JsonObject; cases: PatchCase[] }>("patches");

function patched(
  { kind, patch }: Pick<PatchCase, "kind" | "patch">,
  current: JsonObject,
): { value: JsonValue } | PatchError {
  if (kind === "strategic") return strategicMergePatch("Deployment", current, patch);
  return kind === "merge" ? jsonMergePatch(current, patch) : jsonPatch(current, patch);
}

/** Removes the server's defaults in added parts, and fields that only the server sets. */
const DEFAULTED = /terminationMessage|imagePullPolicy|rollingUpdate$|^generation$|^creationTimestamp$/;

describe("patches of a Deployment, as recorded", () => {
  it.each(cases.map((recorded) => [recorded.name, recorded] as const))("%s", (_, recorded) => {
    const current = cloneJson(base);
    if (recorded.finalizers) (current["metadata"] as JsonObject)["finalizers"] = recorded.finalizers;
    const before = cloneJson(current);
    const result = patched(recorded, current);
    if ("error" in result) throw new Error(result.error);
    expect(current, "the current object is not touched").toEqual(before);
    const decoded = decode<JsonObject>("Deployment", result.value, { fieldValidation: "Ignore" });
    if ("error" in decoded) throw new Error(decoded.error);
    const object = applyStructDefaults("Deployment", decoded.value);
    delete object["status"];
    expect(withoutDefaults(object)).toEqual(withoutDefaults(withChanges(before, recorded.changes)));
  });
});

function withChanges(object: JsonObject, changes: PatchCase["changes"]): JsonObject {
  const result = cloneJson(object);
  for (const { path, value } of changes) {
    // Keys of annotations may contain dots.
    const steps = path.startsWith("metadata.annotations.")
      ? ["metadata", "annotations", path.slice("metadata.annotations.".length)]
      : path.split(".");
    let place = result;
    for (const step of steps.slice(0, -1)) place = place[step] as JsonObject;
    if (value === null) delete place[steps.at(-1)!];
    else place[steps.at(-1)!] = value;
  }
  return result;
}

function withoutDefaults(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => item !== undefined && item !== "" && !DEFAULTED.test(key),
  );
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutDefaults(item!)]));
}

const pod = (...containers: JsonObject[]): JsonObject => ({ spec: { containers } });

function smp(current: JsonObject, patch: JsonValue): JsonValue {
  const result = strategicMergePatch("Pod", current, patch);
  return "error" in result ? { ...result } : result.value;
}

describe("strategic merge patch", () => {
  it("deletes items of a list, with the order of the others kept", () => {
    const current = pod({ name: "a" }, { name: "b" }, { name: "c" });
    expect(smp(current, pod({ name: "b", $patch: "delete" }))).toEqual(pod({ name: "a" }, { name: "c" }));
  });

  it("orders a list as the patch asks, with the server's own items before the items that followed them", () => {
    const current = pod({ name: "a" }, { name: "own" }, { name: "b" });
    const patch = { spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] } };
    expect(smp(current, patch)).toEqual(pod({ name: "own" }, { name: "b" }, { name: "a" }));
  });

  it("refuses an item without its merge key", () => {
    expect(smp(pod({ name: "a" }), pod({ image: "x" }))).toEqual({
      error: "map: map[image:x] does not contain declared merge key: name",
      code: 500,
    });
  });

  it("refuses $retainKeys that do not list what the patch sets", () => {
    const patch = { spec: { volumes: [{ name: "v", $retainKeys: ["name"], emptyDir: {} }] } };
    const current = { spec: { volumes: [{ name: "v", hostPath: { path: "/" } }] } };
    expect(smp(current, patch)).toEqual({ error: "invalid patch format of retainKeys", code: 400 });
  });

  it("removes nulls and directives from added values", () => {
    const patch = { spec: { nodeSelector: { a: "1", b: null }, affinity: { $patch: "delete" } } };
    expect(smp({ spec: {} }, patch)).toEqual({ spec: { nodeSelector: { a: "1" } } });
  });
});

describe("JSON patch", () => {
  const current: JsonObject = { list: [1, 2], object: { a: 1 } };

  it.each<[string, JsonObject[], JsonValue]>([
    ["appends", [{ op: "add", path: "/list/-", value: 3 }], { list: [1, 2, 3], object: { a: 1 } }],
    ["counts from the end", [{ op: "remove", path: "/list/-1" }], { list: [1], object: { a: 1 } }],
    ["adds by replacing", [{ op: "replace", path: "/object/b", value: 2 }], { list: [1, 2], object: { a: 1, b: 2 } }],
    [
      "decodes pointers",
      [{ op: "add", path: "/object/x~1y~0z", value: 0 }],
      { list: [1, 2], object: { a: 1, "x/y~z": 0 } },
    ],
    ["moves", [{ op: "move", from: "/object/a", path: "/list/0" }], { list: [1, 1, 2], object: {} }],
    ["takes what is missing as null", [{ op: "test", path: "/nope", value: null }], { list: [1, 2], object: { a: 1 } }],
  ])("%s", (_, operations, expected) => {
    expect(jsonPatch(current, operations)).toEqual({ value: expected, strictErrors: [] });
  });

  it.each<[JsonValue, number]>([
    [[{ op: "add", path: "/nope/x", value: 1 }], 422],
    [[{ op: "test", path: "/object/a", value: 2 }], 422],
    [[{ op: "remove", path: "/object/b" }], 422],
    [[{ op: "add", path: "spec", value: 1 }], 422],
    [[{ op: "add", path: "/list/9", value: 1 }], 422],
    [[{ op: "fly", path: "/list" }], 422],
    [{ op: "x" }, 400],
    [new Array(10_001).fill({ op: "test", path: "/list/0", value: 1 }), 413],
  ])("refuses %j with %i", (operations, code) => {
    expect(jsonPatch(current, operations)).toMatchObject({ code });
  });

  it("reports unknown fields of an operation", () => {
    const result = jsonPatch(current, [{ op: "test", path: "/object/a", value: 1, note: "x" }]);
    expect(result).toMatchObject({ strictErrors: ['json patch unknown field "[0].note"'] });
  });
});
