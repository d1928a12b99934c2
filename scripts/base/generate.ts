/**
 * Writes `src/cluster/base/generated/bootstrap.json` from `inputs/recorded-lists.jsonl`, lists of a real control
 * plane of the same version, one JSON document a line: `npm run generate:base`. Its output is committed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderBootstrap } from "./render.ts";

const source = fileURLToPath(import.meta.resolve("./inputs/recorded-lists.jsonl"));
const target = fileURLToPath(import.meta.resolve("../../src/cluster/base/generated/bootstrap.json"));
writeFileSync(target, renderBootstrap(readFileSync(source, "utf8")));
