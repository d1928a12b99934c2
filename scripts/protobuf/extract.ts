/**
 * Writes `inputs/messages.json`, the field numbers of Kubernetes' messages, from the `generated.proto` files of k8s.io/api,
 * k8s.io/apimachinery, k8s.io/apiextensions-apiserver and k8s.io/kube-aggregator (version v0.36 for Kubernetes v1.36):
 *
 *     node scripts/protobuf/extract.ts <folder with the four repositories>
 *
 * Needed only when the project moves to another version of Kubernetes; `npm run generate:protobuf` renders the result.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { typeNames } from "../../src/schema/index.ts";
import { fullNameOf } from "../../src/schema/table.ts";
import { packageOf } from "../schema/facts.ts";
import { formatMessages, readProto } from "./messages.ts";

const [folder] = process.argv.slice(2);
if (!folder)
  throw new Error("usage: extract.ts <folder with api, apimachinery, apiextensions-apiserver, kube-aggregator>");

const served = new Set(typeNames().map((name) => packageOf(fullNameOf(name))));
const messages = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("generated.proto"))
  .flatMap((path) => readProto(readFileSync(join(folder, path), "utf8")))
  .filter(({ fullName }) => served.has(packageOf(fullName)));
const target = fileURLToPath(import.meta.resolve("./inputs/messages.json"));
writeFileSync(target, `${JSON.stringify(formatMessages(messages), null, 1)}\n`);
