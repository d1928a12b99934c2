import { describe, expect, it } from "vitest";
import {
  type ConfigMap,
  cloneJson,
  type KubernetesObject,
  type ManagedFieldsEntry,
  type Pod,
  type TrackedWrite,
  trackUpdate,
  typeNameOfKind,
} from "../../src/schema/index.ts";
import { golden } from "./golden.ts";

const { objects } = golden<{ objects: KubernetesObject[] }>("creates");
const { versions } = golden<{ versions: Pod[] }>("pod-versions");

function typeOf({ apiVersion, kind }: KubernetesObject): string {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return typeNameOfKind(group!, version!, kind)!;
}

function withoutManagers<T extends KubernetesObject>(object: T): T {
  const copy = cloneJson(object);
  delete copy.metadata.managedFields;
  return copy;
}

describe("managedFields of a new object", () => {
  it.each(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object] as const))(
    "are those of a real server: %s",
    (_, object) => {
      const [expected] = object.metadata.managedFields!;
      const { manager, apiVersion, time } = expected as Required<ManagedFieldsEntry>;
      const write: TrackedWrite = {
        before: undefined,
        after: withoutManagers(object),
        manager,
        operation: "Update",
        apiVersion,
        time,
      };
      expect(JSON.stringify(trackUpdate(typeOf(object), write))).toBe(JSON.stringify([expected]));
    },
  );
});

function kubeletEntry(pod: Pod): ManagedFieldsEntry | undefined {
  return pod.metadata.managedFields!.find(({ subresource }) => subresource === "status");
}

describe("managedFields of status writes", () => {
  const kubelet = versions
    .slice(1)
    .map((after, index) => [versions[index]!, after] as const)
    .filter(([before, after]) => JSON.stringify(kubeletEntry(before)) !== JSON.stringify(kubeletEntry(after)));

  it.each(kubelet.map(([before, after]) => [after.metadata.resourceVersion!, before, after] as const))(
    "are those of a real server: the pod at %s",
    (_, before, after) => {
      const entry = kubeletEntry(after)!;
      const carried = { ...after, metadata: { ...after.metadata, managedFields: before.metadata.managedFields } };
      const { manager, apiVersion, time } = entry as Required<ManagedFieldsEntry>;
      const write: TrackedWrite = {
        before,
        after: carried,
        manager,
        operation: "Update",
        apiVersion,
        subresource: "status",
        time,
      };
      expect(JSON.stringify(trackUpdate("Pod", write))).toBe(JSON.stringify(after.metadata.managedFields));
    },
  );

  it("were recorded at all", () => {
    expect(kubelet).not.toEqual([]);
  });
});

function configMap(data: Record<string, string>, managedFields?: ManagedFieldsEntry[]): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", uid: "u", managedFields }, data };
}

function write(
  before: ConfigMap | undefined,
  data: Record<string, string>,
  manager: string,
  second: number,
): ConfigMap {
  const after = configMap(data, before?.metadata.managedFields);
  const time = `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
  const managedFields = trackUpdate("ConfigMap", {
    before,
    after,
    manager,
    operation: "Update",
    apiVersion: "v1",
    time,
  });
  return configMap(data, managedFields);
}

describe("managedFields of updates", () => {
  it("pass a field to the manager that changes it, and keep the entry of a manager that changes nothing", () => {
    const created = write(undefined, { a: "1", b: "1" }, "first", 1);
    const changed = write(created, { a: "2", b: "1" }, "second", 2);
    expect(changed.metadata.managedFields).toMatchObject([
      { manager: "first", time: "2026-01-01T00:00:01Z", fieldsV1: { "f:data": { ".": {}, "f:b": {} } } },
      { manager: "second", time: "2026-01-01T00:00:02Z", fieldsV1: { "f:data": { "f:a": {} } } },
    ]);
    const same = write(changed, { a: "2", b: "1" }, "first", 3);
    expect(same.metadata.managedFields).toBe(changed.metadata.managedFields);
  });

  it("remove a manager that owns no fields any more", () => {
    const created = write(undefined, { a: "1" }, "first", 1);
    const changed = write(created, { a: "1", b: "2" }, "second", 2);
    const removed = write(changed, { a: "1" }, "third", 3);
    expect(removed.metadata.managedFields!.map(({ manager }) => manager)).toEqual(["first"]);
  });

  it("are empty after a reset, and do not restart by themselves", () => {
    const created = write(undefined, { a: "1" }, "first", 1);
    const options = { manager: "x", operation: "Update", apiVersion: "v1", time: "2026-01-01T00:00:02Z" } as const;
    const reset = trackUpdate("ConfigMap", { before: created, after: configMap({ a: "1" }, [{}]), ...options });
    expect(reset).toEqual([]);
    const untracked = configMap({ a: "1" });
    expect(trackUpdate("ConfigMap", { before: untracked, after: configMap({ a: "2" }), ...options })).toEqual([]);
  });

  it("do not grow beyond ten updaters: the oldest are merged into one", () => {
    let object = write(undefined, { k0: "0" }, "m0", 0);
    for (let i = 1; i < 12; i++) object = write(object, { ...object.data, [`k${i}`]: "x" }, `m${i}`, i);
    const entries = object.metadata.managedFields!;
    expect(entries).toHaveLength(10);
    expect(entries.find(({ manager }) => manager === "ancient-changes")!.fieldsV1).toEqual({
      "f:data": { ".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {} },
    });
  });

  it("order numbers in keys by their size", () => {
    const ports = [443, 80, 8080].map((port) => ({ port, protocol: "TCP" }));
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { ports } };
    const [entry] = trackUpdate("Service", {
      before: undefined,
      after: service,
      manager: "m",
      operation: "Update",
      apiVersion: "v1",
      time: "2026-01-01T00:00:00Z",
    });
    const owned = entry!.fieldsV1 as Record<string, Record<string, object>>;
    expect(Object.keys(owned["f:spec"]!["f:ports"]!)).toEqual([
      ".",
      'k:{"port":80,"protocol":"TCP"}',
      'k:{"port":443,"protocol":"TCP"}',
      'k:{"port":8080,"protocol":"TCP"}',
    ]);
  });
});
