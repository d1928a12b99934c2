import { describe, expect, it } from "vitest";
import {
  applyStructDefaults,
  cloneJson,
  type KubernetesObject,
  type Pod,
  typeNameOfKind,
} from "../../src/schema/index.ts";
import { golden } from "./golden.ts";

function typeOf({ apiVersion, kind }: KubernetesObject): string {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return typeNameOfKind(group!, version!, kind)!;
}

const { objects } = golden<{ objects: KubernetesObject[] }>("creates");
const { versions } = golden<{ versions: Pod[] }>("pod-versions");

describe("Go's form of an object", () => {
  it.each(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object] as const))(
    "equals a real server's answer: %s",
    (_, object) => {
      expect(JSON.stringify(applyStructDefaults(typeOf(object), object))).toBe(JSON.stringify(object));
    },
  );

  it("is restored when Go's additions are missing and the order differs", () => {
    const pod = cloneJson(versions.at(-1)!);
    // Field sets are unstructured: they do not change.
    delete pod.metadata.managedFields;
    const bare = reversed(cloneJson(pod)) as Pod;
    for (const condition of bare.status.conditions ?? []) delete condition.lastProbeTime;
    for (const status of bare.status.containerStatuses ?? []) status.lastState = undefined as never;
    expect(JSON.stringify(applyStructDefaults("Pod", bare))).toBe(JSON.stringify(pod));
  });

  it("has no empty optional structs, but explicit zeros", () => {
    const pod = {
      metadata: { labels: {} },
      spec: { hostNetwork: false, terminationGracePeriodSeconds: 0, containers: [] },
    };
    expect(applyStructDefaults<unknown>("Pod", pod)).toEqual({
      metadata: {},
      spec: { containers: null, terminationGracePeriodSeconds: 0 },
      status: {},
    });
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
