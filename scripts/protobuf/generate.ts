/**
 * Writes `src/schema/generated/protobuf.ts` from `inputs/messages.json`: `npm run generate:protobuf`. Its output is
 * committed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../wrangler-config.ts";
import { fieldsWithoutNumber, renderProtobuf } from "./render.ts";

writeFileSync(join(PROJECT_ROOT, "src/schema/generated/protobuf.ts"), renderProtobuf());
for (const fields of fieldsWithoutNumber) console.warn(`no number for ${fields}`);
