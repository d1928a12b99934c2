/**
 * Writes `types.ts` (types for the compiler) and `schema.ts` (the table that decoding, patching and apply run on)
 * into src/schema/generated/, from the hand-kept facts in `inputs/`. Run it with `npm run generate:schema`; its
 * output is committed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { plainNames, readFacts, servedTypes } from "./facts.ts";
import { renderTable } from "./render-table.ts";
import { renderTypes } from "./render-types.ts";

const folder = fileURLToPath(import.meta.resolve("../../src/schema/generated"));
const facts = readFacts();
const fullNames = servedTypes(facts);
const names = plainNames(fullNames);
const outputs = { "types.ts": renderTypes(facts, names), "schema.ts": renderTable(facts, names) };
for (const [file, text] of Object.entries(outputs)) {
  writeFileSync(join(folder, file), text);
}
