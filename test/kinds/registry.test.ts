import { describe, expect, test } from "vitest";
import { kindByApiVersion, kindByPath, kindByResource, kinds } from "../../src/kinds/registry.ts";
import { resolveType } from "../../src/schema/index.ts";

describe("the registry", () => {
  test("has every resource and every kind once", () => {
    expect(new Set(kinds.map(({ group, plural }) => `${group}/${plural}`)).size).toBe(kinds.length);
    expect(new Set(kinds.map(({ group, version, kind }) => `${group}/${version}/${kind}`)).size).toBe(kinds.length);
  });

  test("finds a kind by resource, by path, and by an object's apiVersion and kind", () => {
    const deployments = kindByResource("apps/deployments");
    expect(deployments?.kind).toBe("Deployment");
    expect(kindByPath("apps", "v1", "deployments")).toBe(deployments);
    expect(kindByApiVersion("apps/v1", "Deployment")).toBe(deployments);
    expect(kindByResource("core/pods")?.shortNames).toEqual(["po"]);
    expect(kindByPath("", "v2", "pods")).toBeUndefined();
  });

  test.each(kinds.map((kind) => [kind.plural, kind] as const))("%s: type and columns are complete", (_, kind) => {
    expect(resolveType(kind.schema).kind).toBe("struct");
    expect(kind.columns?.length).toBeGreaterThan(1);
    for (const column of kind.columns ?? []) {
      // The only column without a description in Kubernetes.
      if (column.name !== "Handler") expect(column.description, column.name).not.toBe("");
    }
    expect(kind.storageVersionHash).toMatch(/^[A-Za-z0-9+/]{11}=$/);
  });
});
