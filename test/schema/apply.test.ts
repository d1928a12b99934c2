import { describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject, type JsonValue } from "../../src/lib/json.ts";
import {
  applyPatch,
  applyStructDefaults,
  decode,
  jsonMergePatch,
  type KubernetesObject,
  type ManagedFieldsEntry,
  trackUpdate,
} from "../../src/schema/index.ts";
import { golden } from "./golden.ts";

interface Step {
  name: string;
  request: "apply" | "update" | "merge";
  manager: string;
  force?: boolean;
  subresource?: string;
  body: JsonObject;
  error?: { code: number; message: string; causes?: object[] };
  object?: JsonObject;
  managers?: { manager: string; operation: string; subresource?: string; hasTime: boolean; fieldsV1: JsonObject }[];
}

const { stories } = golden<{ stories: { kind: string; steps: Step[] }[] }>("apply");
const API_VERSIONS: Record<string, string> = { ConfigMap: "v1", Service: "v1", Deployment: "apps/v1" };

type Outcome = { object: KubernetesObject } | { error: Step["error"] };

function run(kind: string, live: KubernetesObject | undefined, step: Step, time: string): Outcome {
  const apiVersion = API_VERSIONS[kind]!;
  const { manager, subresource, force = false } = step;
  if (step.request === "apply") {
    const result = applyPatch(kind, { live, applied: step.body, manager, apiVersion, kind, subresource, force, time });
    if ("conflicts" in result) {
      const { message, causes } = result.conflicts;
      return { error: { code: 409, message, causes } };
    }
    if ("error" in result) return { error: { code: result.code, message: result.error } };
    return { object: stored(kind, result.object, result.managedFields) };
  }
  const next =
    step.request === "merge" ? jsonMergePatch(live as unknown as JsonValue, step.body) : { value: step.body };
  if ("error" in next) throw new Error(next.error);
  const after = stored(
    kind,
    next.value as JsonObject,
    (next.value as unknown as KubernetesObject).metadata.managedFields,
  );
  after.metadata.managedFields ??= live?.metadata.managedFields;
  const managers = trackUpdate(kind, {
    before: live,
    after,
    manager,
    operation: "Update",
    apiVersion,
    subresource,
    time,
  });
  return { object: stored(kind, after as unknown as JsonObject, managers) };
}

function stored(kind: string, object: JsonObject, managedFields: ManagedFieldsEntry[] | undefined): KubernetesObject {
  const decoded = decode<KubernetesObject>(kind, object, { fieldValidation: "Ignore" });
  if ("error" in decoded) throw new Error(decoded.error);
  const result = applyStructDefaults(kind, decoded.value);
  if (managedFields) result.metadata.managedFields = managedFields;
  return result;
}

/** All fields of our result must be in the server's answer. Fields from defaults and controllers are ignored. */
function expectWithin(ours: unknown, theirs: unknown, path: string): void {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    expect(ours.length, path).toBe(theirs.length);
    for (const [index, item] of ours.entries()) expectWithin(item, theirs[index], `${path}[${index}]`);
  } else if (isJsonObject(ours) && isJsonObject(theirs)) {
    for (const key of Object.keys(ours)) expectWithin(ours[key], theirs[key], `${path}.${key}`);
  } else if (!(ours === 0 && path.endsWith(".targetPort"))) {
    // A target port defaults to the port.
    expect(theirs, path).toEqual(ours);
  }
}

function managersOf(object: KubernetesObject) {
  return (object.metadata.managedFields ?? []).map(({ manager, operation, subresource, time, fieldsV1 }) => ({
    manager,
    operation,
    ...(subresource ? { subresource } : {}),
    hasTime: time !== undefined,
    fieldsV1,
  }));
}

const byName = <T extends { manager?: string; operation?: string }>(entries: T[]): T[] =>
  [...entries].sort((a, b) => (`${a.operation}${a.manager}` < `${b.operation}${b.manager}` ? -1 : 1));

describe.each(stories)("server-side apply of a $kind, as recorded", ({ kind, steps }) => {
  let live: KubernetesObject | undefined;

  it.each(steps.map((step, index) => [step.name, step, index] as const))("%s", (_, step, index) => {
    const outcome = run(kind, live, step, `2026-01-01T00:00:${String(index).padStart(2, "0")}Z`);
    if ("error" in outcome) {
      expect(outcome.error).toEqual(step.error);
      return;
    }
    expect(step.error).toBeUndefined();
    const { object } = outcome;
    expectWithin({ data: object["data"], spec: object["spec"] }, step.object, "");
    expect(object.metadata.labels).toEqual(
      step.object!["metadata"] && (step.object!["metadata"] as JsonObject)["labels"],
    );
    // Fields that controllers wrote in between are theirs.
    const expected = (step.managers ?? []).filter(({ manager }) => manager !== "kube-controller-manager");
    expect(byName(managersOf(object))).toEqual(byName(expected));
    live = object;
  });
});

describe("server-side apply", () => {
  const time = "2026-01-01T00:00:00Z";
  const common = { apiVersion: "v1", kind: "ConfigMap", force: false, time };
  const configMap = (data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "c", ...metadata },
    data,
  });

  it("lets kubectl take over its client-side applied fields", () => {
    const lastApplied = JSON.stringify(configMap({ a: "1", b: "1" }));
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": lastApplied };
    const before = configMap({ a: "1", b: "2" }, { annotations, uid: "u" }) as unknown as KubernetesObject;
    const managedFields = trackUpdate("ConfigMap", {
      before: undefined,
      after: before,
      manager: "kubectl-client-side-apply",
      operation: "Update",
      apiVersion: "v1",
      time,
    });
    const live = { ...before, metadata: { ...before.metadata, managedFields } };
    const taken = applyPatch("ConfigMap", { ...common, live, applied: configMap({ a: "9" }), manager: "kubectl" });
    if (!("object" in taken)) throw new Error(JSON.stringify(taken));
    expect(taken.object["data"]).toEqual({ a: "9", b: "2" });
    const written = (taken.object["metadata"] as JsonObject)["annotations"] as JsonObject;
    expect(written["kubectl.kubernetes.io/last-applied-configuration"]).toBe(
      `{"apiVersion":"v1","data":{"a":"9"},"kind":"ConfigMap","metadata":{"name":"c"}}\n`,
    );
    // Another manager has changed b since then, so kubectl must not take it over.
    const refused = applyPatch("ConfigMap", { ...common, live, applied: configMap({ b: "9" }), manager: "kubectl" });
    expect(refused).toMatchObject({
      conflicts: { causes: [{ message: 'conflict with "kubectl-client-side-apply" using v1', field: ".data.b" }] },
    });
  });

  it("names several conflicts by manager", () => {
    const first = applyPatch("ConfigMap", {
      ...common,
      live: undefined,
      applied: configMap({ a: "1", b: "1" }),
      manager: "m1",
    });
    if (!("object" in first)) throw new Error(JSON.stringify(first));
    const live = stored("ConfigMap", first.object, first.managedFields);
    const second = applyPatch("ConfigMap", { ...common, live, applied: configMap({ a: "2", b: "2" }), manager: "m2" });
    expect(second).toMatchObject({
      conflicts: { message: 'Apply failed with 2 conflicts: conflicts with "m1":\n- .data.a\n- .data.b' },
    });
  });

  it.each<[string, JsonObject, string]>([
    ["an unknown field", { spec: { replica: 2 } }, ".spec.replica: field not declared in schema"],
    ["a wrong type", { spec: { replicas: "two" } }, ".spec.replicas: expected numeric (int or float), got string"],
    [
      "an item without its key",
      { spec: { template: { spec: { containers: [{ image: "x" }] } } } },
      '.spec.template.spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    ],
  ])("refuses %s", (_, rest, problem) => {
    const applied = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, ...rest };
    const request = {
      live: undefined,
      applied,
      manager: "m",
      apiVersion: "apps/v1",
      kind: "Deployment",
      force: false,
      time,
    };
    expect(applyPatch("Deployment", request)).toEqual({
      error: `failed to create typed patch object (/d; apps/v1, Kind=Deployment): ${problem}`,
      code: 500,
    });
  });

  it("refuses another kind, and managedFields", () => {
    const wrong = applyPatch("ConfigMap", {
      ...common,
      live: undefined,
      applied: { metadata: { name: "c" } },
      manager: "m",
    });
    expect(wrong).toEqual({ error: "invalid object type: /, Kind=", code: 400 });
    const applied = configMap({}, { managedFields: [] });
    expect(applyPatch("ConfigMap", { ...common, live: undefined, applied, manager: "m" })).toEqual({
      error: "metadata.managedFields must be nil",
      code: 400,
    });
  });
});
