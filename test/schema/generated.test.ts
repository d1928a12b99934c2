/** Generated files equal the output of their generators for the committed inputs. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderBootstrap } from "../../scripts/base/render.ts";
import { fieldsWithoutNumber, renderProtobuf } from "../../scripts/protobuf/render.ts";
import { plainNames, readFacts, servedTypes } from "../../scripts/schema/facts.ts";
import { renderTable } from "../../scripts/schema/render-table.ts";
import { renderTypes } from "../../scripts/schema/render-types.ts";

const text = (path: string) => readFileSync(path, "utf8");
const facts = readFacts();
const names = plainNames(servedTypes(facts));

test.each([
  ["schema/generated/schema.ts", "generate:schema", () => renderTable(facts, names)],
  ["schema/generated/types.ts", "generate:schema", () => renderTypes(facts, names)],
  ["schema/generated/protobuf.ts", "generate:protobuf", renderProtobuf],
  [
    "cluster/base/generated/bootstrap.json",
    "generate:base",
    () => renderBootstrap(text("scripts/base/inputs/recorded-lists.jsonl")),
  ],
])("%s is up to date", (path, script, render) => {
  expect(text(`src/${path}`) === render(), `run npm run ${script}`).toBe(true);
});

test("every field of the schema has a number in protobuf, except fields that protobuf does not carry", () => {
  renderProtobuf();
  expect(fieldsWithoutNumber).toEqual([]);
});

test("folders of generated files have no other files", () => {
  expect(readdirSync("src/schema/generated").sort()).toEqual(["protobuf.ts", "schema.ts", "types.ts"]);
  expect(readdirSync("src/cluster/base/generated")).toEqual(["bootstrap.json"]);
});
