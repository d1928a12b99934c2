/** Compares the kinds' results with the answers of a real v1.36 server to the same input (test/golden/kinds). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { kindByPath } from "../../src/kinds/registry.ts";
import type { KubernetesObject } from "../../src/schema/types.ts";
import { contextOver, create, NOW_MS } from "./strategies.ts";

interface Write {
  name: string;
  /** `group/version/plural`. */
  resource: string;
  namespace: string;
  input: unknown;
}

interface Columns {
  resource: string;
  columns: { name: string; type: string; format: string; priority: number }[];
}

interface Row {
  resource: string;
  object: KubernetesObject;
  cells: unknown[];
  conditions: unknown[];
}

describe("defaults of minimal objects", () => {
  test.each(golden<Write & { expected: unknown }>("defaulting"))(
    "$name",
    ({ resource, namespace, input, expected }) => {
      const { object, errors } = create(kindOf(resource), input, { namespace, dryRun: true });
      expect(errors).toEqual([]);
      expect(symbolic(object)).toEqual(expected);
    },
  );
});

describe("refusals", () => {
  test.each(golden<Write & { causes: string[][] }>("validation"))("$name", ({ resource, namespace, input, causes }) => {
    const { errors } = create(kindOf(resource), input, { namespace });
    expect(symbolic(errors.map(({ type, field, message }) => [type, field, message]))).toEqual(causes);
  });
});

interface Change {
  name: string;
  resource: string;
  old: KubernetesObject;
  new: KubernetesObject;
  causes: string[][];
}

describe("refused changes", () => {
  test.each(golden<Change>("updates"))("$name", ({ resource, old, new: changed, causes }) => {
    const { strategy } = kindOf(resource);
    for (const object of [old, changed]) strategy?.default?.(object);
    const errors = strategy?.validateUpdate?.(changed, old, contextOver()) ?? [];
    expect(errors.map(({ type, field, message }) => [type, field, message])).toEqual(causes);
  });
});

describe("table columns", () => {
  test.each(golden<Columns>("columns"))("$resource", ({ resource, columns }) => {
    const ours = (kindOf(resource).columns ?? [])
      .filter(({ isUnnamed }) => !isUnnamed)
      .map(({ name, type, format = "", priority = 0 }) => ({ name, type, format, priority }));
    expect(ours).toEqual(columns);
  });
});

describe("table rows", () => {
  const rows = golden<Row>("rows").map((row) => ({ ...row, title: `${row.resource} ${row.object.metadata.name}` }));
  test.each(rows)("$title", ({ resource, object, cells, conditions }) => {
    const kind = kindOf(resource);
    expect(kind.columns?.map((column) => column.value(object, NOW_MS))).toEqual(cells);
    expect(kind.rowConditions?.(object) ?? []).toEqual(conditions);
  });
});

function golden<T>(file: string): T[] {
  return readFileSync(`${import.meta.dirname}/../golden/kinds/${file}.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as T);
}

function kindOf(resource: string): KindDefinition {
  const [group = "", version = "", plural = ""] = resource.split("/");
  const kind = kindByPath(group, version, plural);
  if (!kind) throw new Error(`${resource} is not served`);
  return kind;
}

/** Replaces UIDs, which differ from run to run. */
function symbolic(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value).replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>"),
  );
}
