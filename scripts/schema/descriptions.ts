/** Descriptions of the API's types and fields: the doc comments of the client's generated models. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { goNameOf, packageOf } from "./facts.ts";
import { FIELD_DESCRIPTIONS, TYPE_DESCRIPTIONS } from "./own-descriptions.ts";

const MODELS = join(dirname(fileURLToPath(import.meta.resolve("@kubernetes/client-node"))), "gen/models");

export interface TypeDescriptions {
  type?: string;
  fields: Record<string, string>;
}

/** @param names internal names by full name. Returns descriptions by internal name. */
export function readDescriptions(names: Map<string, string>): Map<string, TypeDescriptions> {
  const result = new Map<string, TypeDescriptions>();
  for (const [fullName, name] of names) {
    const model = modelOf(fullName);
    const described = model ? readModel(model) : { fields: {} };
    const own = FIELD_DESCRIPTIONS[name] ?? {};
    result.set(name, {
      type: TYPE_DESCRIPTIONS[name] ?? described.type,
      fields: { ...described.fields, ...own },
    });
  }
  return result;
}

/** The client names a type by its version and name, with the group in front if that is not unique. */
function modelOf(fullName: string): string | undefined {
  const [group, version] = packageOf(fullName).split(".").slice(-2) as [string, string];
  const goName = goNameOf(fullName);
  const candidates = [capitalized(version) + goName, capitalized(group) + capitalized(version) + goName];
  return candidates.find((name) => existsSync(join(MODELS, `${name}.d.ts`)));
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const TYPE_COMMENT = /\/\*\*\s*\n\s*\* (.*)\n\s*\*\/\s*\nexport declare class/;
const FIELD_COMMENT = /\/\*\*\s*\n\s*\* (.*)\n\s*\*\/\s*\n\s*'([^']+)'\??:/g;
const BASE_NAME = /"name": "([^"]+)",\s*"baseName": "([^"]+)"/g;

function readModel(model: string): TypeDescriptions {
  const declaration = readFileSync(join(MODELS, `${model}.d.ts`), "utf8");
  const source = readFileSync(join(MODELS, `${model}.js`), "utf8");
  const jsonNames = new Map([...source.matchAll(BASE_NAME)].map(([, name, baseName]) => [name!, baseName!]));
  const fields: Record<string, string> = {};
  for (const [, text, name] of declaration.matchAll(FIELD_COMMENT)) {
    fields[jsonNames.get(name!) ?? name!] = unescaped(text!);
  }
  const type = TYPE_COMMENT.exec(declaration)?.[1];
  return { type: type && unescaped(type), fields };
}

/** The client's generator escapes quotes, and keeps comments from ending early. */
function unescaped(text: string): string {
  return text.replaceAll("\\'", "'").replaceAll('\\"', '"').replaceAll("*_/", "*/").trim();
}
