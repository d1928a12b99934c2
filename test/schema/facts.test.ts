import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { goNameOf, packageOf, readFacts, servedTypes } from "../../scripts/schema/facts.ts";

const facts = readFacts();
const names = servedTypes(facts);

/** The items of List kinds are not part of an object, so no manager owns them. */
function isListOfObjects(fullName: string, field: string): boolean {
  return field === "items" && goNameOf(fullName).endsWith("List");
}

/** A type that only discovery has. */
const WITHOUT_LIST_TYPE = new Set([
  "io.k8s.apimachinery.pkg.apis.meta.v1.APIResource.verbs",
  "io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList.resources",
]);

describe("the facts", () => {
  it("have the ownership of every list, and the keys of every list that merges", () => {
    const missing = names.flatMap((name) =>
      Object.entries(facts[name]!.fields ?? {})
        .filter(([field, fact]) => fact.type === "array" && !isListOfObjects(name, field))
        .filter(([field]) => !WITHOUT_LIST_TYPE.has(`${name}.${field}`))
        .filter(([, { listType, listMapKeys }]) => !listType || (listType === "map") !== (listMapKeys !== undefined))
        .map(([field]) => `${name}.${field}`),
    );
    expect(missing).toEqual([]);
  });

  it("have all referenced types, and the type of every map's values", () => {
    const broken = names.flatMap((name) =>
      Object.entries(facts[name]!.fields ?? {})
        .filter(([, fact]) => (fact.ref && !facts[fact.ref]) || (fact.type === "object" && !fact.values))
        .map(([field]) => `${name}.${field}`),
    );
    expect(broken).toEqual([]);
  });

  it("agree with the client's models on which fields are lists and maps", () => {
    const differences: string[] = [];
    for (const name of names) {
      for (const [field, type] of modelFields(name) ?? []) {
        const fact = facts[name]!.fields?.[field];
        const wanted = type.startsWith("Array<") ? "array" : type.startsWith("{ [") ? "object" : undefined;
        if (wanted && fact?.type !== wanted && fact?.ref === undefined) differences.push(`${name}.${field}: ${type}`);
      }
    }
    expect(differences).toEqual([]);
  });
});

const MODELS = join(dirname(fileURLToPath(import.meta.resolve("@kubernetes/client-node"))), "gen/models");

/** JSON names and types of a model's fields; undefined if the client has none. */
function modelFields(fullName: string): [string, string][] | undefined {
  const [group, version] = packageOf(fullName)
    .split(".")
    .slice(-2)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1)) as [string, string];
  for (const model of [version + goNameOf(fullName), group + version + goNameOf(fullName)]) {
    const text = readIfThere(join(MODELS, `${model}.js`));
    if (text === undefined) continue;
    return [...text.matchAll(/"baseName": "([^"]+)",\s*"type": "([^"]+)"/g)].map((match) => [match[1]!, match[2]!]);
  }
  return undefined;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
