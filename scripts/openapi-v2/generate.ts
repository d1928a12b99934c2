/**
 * Writes `v2.json` and `v2.pb` beside the OpenAPI v3 documents of the built-in groups: `node
 * scripts/openapi-v2/generate.ts [folder]`. kubectl before 1.29 needs them for apply and explain.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../src/lib/json.ts";
import { toOpenApiV2 } from "../../src/schema/openapi/v2.ts";
import { encodeOpenApiV2 } from "../../src/schema/openapi/v2-protobuf.ts";

export async function generateOpenApiV2(folder: string): Promise<void> {
  const names = await readdir(join(folder, "v3"), { recursive: true });
  const files = names.filter((name) => name.endsWith(".json") && name !== "index.json").sort();
  const documents = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, "v3", name), "utf8")) as JsonObject),
  );
  const document = toOpenApiV2(documents, "1.36");
  await writeFile(join(folder, "v2.json"), JSON.stringify(document));
  await writeFile(join(folder, "v2.pb"), encodeOpenApiV2(document));
}

if (import.meta.main) await generateOpenApiV2(process.argv[2] ?? "dist/assets");
