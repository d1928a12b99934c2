/**
 * Renders the run-time table: one line of text per type, parsed when the type is first used (src/schema/table.ts reads it).
 *
 *     [@atomic,]<field>[!][-|~|^]:<type>[ <attribute>]…[,<field>…]
 *
 * `@atomic`: owned as a whole. Fields are in Go's order. `!` required; `-` left out when zero; when empty, `~` is written as
 * the zero value of its type and `^` as null. Types: `s` string (`s'v1.PullPolicy` one that Go gives a name), `i` int32, `l` int64,
 * `b` boolean, `d` double, `y` bytes in base64, `q` Quantity, `o` IntOrString, `t` Time, `m` MicroTime, `j` any JSON, `r` any object,
 * `[x]` list, `{x}` map, else the name of a type. Attributes: `set`, `map=<key>+<key>` (list type, else atomic), `atomic` or `granular`
 * (a map, or other than the type says), `merge` or `merge=<key>`, `retain`, `replace` (patch strategy), `=<JSON>` (default).
 */
import { type Facts, type FieldFact, goNameOf, packageOf, type TypeFact } from "./facts.ts";
import { goForms } from "./go-forms.ts";

const SCALAR_CODES: Record<string, string> = {
  Quantity: "q",
  IntOrString: "o",
  Time: "t",
  MicroTime: "m",
  FieldsV1: "r",
  RawExtension: "r",
  Patch: "r",
  JSON: "j",
  JSONSchemaPropsOrArray: "j",
  JSONSchemaPropsOrBool: "j",
  JSONSchemaPropsOrStringArray: "j",
};

/** @param names internal names by full name */
export function renderTable(facts: Facts, names: Map<string, string>): string {
  const sorted = [...names].sort((a, b) => (a[1] < b[1] ? -1 : 1)).filter(([, name]) => !(name in SCALAR_CODES));
  const table = sorted.map(([fullName, name]) => {
    const line = renderType(facts, fullName, names);
    return `  ${name}: ${JSON.stringify(line)},`;
  });
  const packages: Record<string, string[]> = {};
  for (const [fullName, name] of sorted) {
    const goName = goNameOf(fullName);
    const entry = goName === name ? name : `${name}=${goName}`;
    packages[packageOf(fullName)] = [...(packages[packageOf(fullName)] ?? []), entry];
  }
  const packageLines = Object.keys(packages)
    .sort()
    .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(packages[name]!.join(","))},`);
  const kinds = sorted.flatMap(([fullName, name]) => kindLines(fullName, name, facts[fullName]!));
  return `// Written by npm run generate:schema from scripts/schema/inputs. Do not edit.

/** One line per type; scripts/schema/render-table.ts says how to read it. */
export const typeLines: Record<string, string> = {
${table.join("\n")}
};

/** Types by the package of their full name; \`Name=GoName\` where the two differ. */
export const packages: Record<string, string> = {
${packageLines.join("\n")}
};

/** Types by \`group/version/Kind\`; the core group is empty. */
export const typesByKind: Record<string, string> = {
${kinds.sort().join("\n")}
};
`;
}

function kindLines(fullName: string, name: string, fact: TypeFact): string[] {
  // The options and the watch event belong to every group: they are found by name.
  if (packageOf(fullName) === "io.k8s.apimachinery.pkg.apis.meta.v1") return [];
  return (fact.gvk ?? []).map(
    ([group, version, kind]) => `  ${JSON.stringify(`${group}/${version}/${kind}`)}: "${name}",`,
  );
}

function renderType(facts: Facts, fullName: string, names: Map<string, string>): string {
  const fact = facts[fullName]!;
  const fields = goForms(fullName, fact).map(({ field, mark, goType }) => {
    const fieldFact = fact.fields![field]!;
    const marks = (fact.required?.includes(field) ? "!" : "") + mark;
    return [`${field}${marks}:${typeCode(fieldFact, names, goType)}`, ...attributes(fieldFact)].join(" ");
  });
  return (fact.mapType === "atomic" ? "@atomic," : "") + fields.join(",");
}

function typeCode(fact: FieldFact, names: Map<string, string>, goType?: string): string {
  if (fact.ref) {
    const name = names.get(fact.ref)!;
    return SCALAR_CODES[name] ?? name;
  }
  switch (fact.type) {
    case "array":
      return `[${typeCode(fact.items!, names, goType)}]`;
    case "object":
      return fact.values ? `{${typeCode(fact.values, names, goType)}}` : "r";
    case "integer":
      return fact.format === "int64" ? "l" : "i";
    case "number":
      return "d";
    case "boolean":
      return "b";
    default:
      if (fact.format === "byte") return "y";
      return goType ? `s'${goType}` : "s";
  }
}

function attributes(fact: FieldFact): string[] {
  const result: string[] = [];
  if (fact.listType === "set") result.push("set");
  if (fact.listType === "map") result.push(`map=${fact.listMapKeys!.join("+")}`);
  if (fact.mapType) result.push(fact.mapType);
  const strategies = fact.patchStrategy?.split(",") ?? [];
  if (strategies.includes("merge")) result.push(fact.patchMergeKey ? `merge=${fact.patchMergeKey}` : "merge");
  if (strategies.includes("retainKeys")) result.push("retain");
  if (strategies.includes("replace")) result.push("replace");
  if (fact.default !== undefined && typeof fact.default !== "object" && isMeaningful(fact.default)) {
    result.push(`=${JSON.stringify(fact.default)}`);
  }
  return result;
}

/** Zero values follow from the type. */
function isMeaningful(value: unknown): boolean {
  return value !== "" && value !== 0 && value !== false;
}
