/** The work for large lists in patches and large managedFields is linear in their length. Counts comparisons. */
import { beforeEach, expect, it, vi } from "vitest";

const counts = vi.hoisted(() => ({ comparisons: 0, elements: 0 }));

vi.mock("../../src/lib/json.ts", async (importOriginal) => {
  const json = await importOriginal<typeof import("../../src/lib/json.ts")>();
  return {
    ...json,
    equalJson(a: unknown, b: unknown) {
      counts.comparisons++;
      return json.equalJson(a, b);
    },
  };
});
vi.mock("../../src/schema/path-elements.ts", async (importOriginal) => {
  const elements = await importOriginal<typeof import("../../src/schema/path-elements.ts")>();
  return {
    ...elements,
    compareElements(a: string, b: string) {
      counts.elements++;
      return elements.compareElements(a, b);
    },
  };
});

const { strategicMergePatch } = await import("../../src/schema/strategic-merge-patch.ts");
const { capUpdaters } = await import("../../src/schema/managers.ts");
const { typeNameOfKind } = await import("../../src/schema/index.ts");

const N = 1_000;
const POD = typeNameOfKind("", "v1", "Pod")!;
const names = (prefix: string) => Array.from({ length: N }, (_, i) => `${prefix}${i}`);
const podWith = (env: object[]) => ({ spec: { containers: [{ name: "app", env }] } });
const variables = (prefix: string, value: string) => names(prefix).map((name) => ({ name, value }));

beforeEach(() => {
  counts.comparisons = 0;
  counts.elements = 0;
});

it.each([
  ["new items", podWith(variables("B", "2"))],
  ["changed items", podWith(variables("A", "2"))],
  ["deletions", podWith(names("A").map((name) => ({ name, $patch: "delete" })))],
  [
    "an order",
    {
      spec: {
        containers: [
          {
            name: "app",
            "$setElementOrder/env": [...names("B"), ...names("A")].map((name) => ({ name })),
            env: variables("B", "2"),
          },
        ],
      },
    },
  ],
  ["deletions from a list of values", { metadata: { "$deleteFromPrimitiveList/finalizers": names("a/") } }],
  ["values", { metadata: { finalizers: names("b/") } }],
])("a strategic merge patch with %s compares each item a few times", (_, patch) => {
  const current = { metadata: { finalizers: names("a/") }, ...podWith(variables("A", "1")) };
  expect(strategicMergePatch(POD, current as never, patch as never)).toHaveProperty("value");
  // The directive's order is compared with the patch's, item by item.
  expect(counts.comparisons).toBeLessThan(4 * N);
});

it("thousands of updaters are merged into one entry with the fields of all", () => {
  const entries = names("manager-").map((manager, i) => ({
    ...{ manager, operation: "Update", apiVersion: "v1", fieldsType: "FieldsV1", time: "2026-01-01T00:00:00Z" },
    fieldsV1: { "f:data": { [`f:key-${i}`]: {} } },
  }));
  const capped = capUpdaters(entries);
  expect(capped).toHaveLength(10);
  const ancient = capped.find(({ manager }) => manager === "ancient-changes")!;
  expect(Object.keys(ancient.fieldsV1["f:data"]!)).toHaveLength(N - 9);
  expect(counts.elements).toBeLessThan(40 * N);
});
