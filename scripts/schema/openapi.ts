/**
 * Writes the OpenAPI documents of the built-in groups: `v3/<path of the group version>.json` and `v3/index.json`.
 * `node scripts/schema/openapi.ts [folder]`, by default into `dist/assets`.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { virtualKinds } from "../../src/apiserver/virtual/index.ts";
import { servedKinds } from "../../src/kinds/registry.ts";
import { componentSchemas } from "../../src/schema/openapi/components.ts";
import { CUSTOM_SCHEMAS } from "../../src/schema/openapi/custom.ts";
import { byGroupVersion, openApiDocument, openApiIndex } from "../../src/schema/openapi/document.ts";
import { describer } from "./describer.ts";
import { toOpenApiResources } from "./resources.ts";

const folder = process.argv[2] ?? "dist/assets";
const describe = describer();
const hashes: Record<string, string> = {};
for (const [path, resources] of byGroupVersion(toOpenApiResources([...servedKinds, ...virtualKinds]))) {
  const text = JSON.stringify(openApiDocument({ resources, describe }));
  hashes[path] = createHash("sha512").update(text).digest("hex").toUpperCase();
  write(`v3/${path}.json`, text);
}
write("v3/index.json", JSON.stringify(openApiIndex(hashes)));
// Types that the documents of custom resources refer to. The server makes these documents and has no descriptions.
write("custom-schemas.json", JSON.stringify(componentSchemas(CUSTOM_SCHEMAS, describe)));

function write(file: string, text: string): void {
  const target = join(folder, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
