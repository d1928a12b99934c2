/**
 * `kubectl api-resources` and `kubectl api-versions`
 * Source: k8s.io/kubectl pkg/cmd/apiresources
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Call, Command } from "../core/command.ts";
import { OUTPUT } from "../core/command.ts";
import { qualifiedName, type Resource } from "../core/discovery.ts";
import { objectsIn } from "../core/parts.ts";
import { Failure } from "../core/session.ts";
import { kyamlText } from "../printers/kyaml.ts";
import { printColumns } from "../printers/table.ts";
import { structText, yamlText } from "../printers/yaml.ts";

const apiVersions: Command = {
  words: ["api-versions"],
  flags: [],
  *run(call) {
    const { session, client } = call;
    refuseArguments(call);
    const groups = yield* client.json("/apis");
    const core = yield* client.json("/api");
    const listed = objectsIn(groups["groups"]);
    const named = listed.flatMap(({ versions }) => objectsIn(versions).map(({ groupVersion }) => String(groupVersion)));
    const own = Array.isArray(core["versions"]) ? core["versions"].map(String) : [];
    session.print(
      [...named, ...own]
        .sort()
        .map((name) => `${name}\n`)
        .join(""),
    );
    return 0;
  },
};

const FORMATS = "json,kyaml,name,wide,yaml";
const HEADER = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];

const apiResources: Command = {
  words: ["api-resources"],
  flags: [
    OUTPUT,
    { name: "namespaced", type: "bool", default: "true" },
    { name: "api-group", type: "string" },
    { name: "verbs", type: "list" },
    { name: "categories", type: "list" },
    { name: "no-headers", type: "bool" },
    { name: "sort-by", type: "string" },
    { name: "cached", type: "bool" },
    { name: "show-managed-fields", type: "bool" },
  ],
  *run(call) {
    const { session, flags } = call;
    refuseArguments(call);
    const print = printerOf(call);
    const key = flags.text("sort-by");
    if (!["", "name", "kind"].includes(key)) throw new Failure("error: --sort-by accepts only name or kind");
    const { all } = yield* call.resources();
    const sortKey = (one: Resource) => (key === "name" ? one.name : key === "kind" ? one.kind : one.group);
    const shown = all
      .filter((one) => one.isPreferred && isWanted(call, one))
      .sort((a, b) => compare(sortKey(a), sortKey(b)) || compare(a.name, b.name));
    session.print(print(shown));
    return 0;
  },
};

export const apiCommands: readonly Command[] = [apiVersions, apiResources];

function refuseArguments({ args, words }: Call): void {
  if (args.length === 0) return;
  throw new Failure(`error: unexpected arguments: [${args.join(" ")}]\nSee '${words} -h' for help and examples`);
}

function isWanted({ flags }: Call, one: Resource): boolean {
  return (
    one.verbs.length > 0 &&
    (!flags.has("namespaced") || one.isNamespaced === flags.is("namespaced")) &&
    (!flags.has("api-group") || one.group === flags.text("api-group")) &&
    flags.list("verbs").every((verb) => one.verbs.includes(verb)) &&
    flags.list("categories").every((category) => one.categories.includes(category))
  );
}

function printerOf({ flags }: Call): (shown: readonly Resource[]) => string {
  const output = flags.text("output");
  switch (output.toLowerCase()) {
    case "json":
      return (shown) => structText(listOf(shown));
    case "yaml":
      return (shown) => yamlText(listOf(shown));
    case "kyaml":
      return (shown) => kyamlText(listOf(shown));
    case "name":
      return (shown) => shown.map((one) => `${qualifiedName(one)}\n`).join("");
    case "":
    case "wide": {
      const isWide = output !== "";
      const header = isWide ? [...HEADER, "VERBS", "CATEGORIES"] : HEADER;
      const rows = (shown: readonly Resource[]) => shown.map((one) => rowOf(one, isWide));
      return (shown) => printColumns(flags.is("no-headers") ? rows(shown) : [header, ...rows(shown)]);
    }
    default:
      throw new Failure(
        `error: unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${FORMATS}`,
      );
  }
}

function listOf(shown: readonly Resource[]): JsonObject {
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion: "", resources: shown.map(structOf) };
}

/** Fields in the order of Go's struct. */
function structOf(one: Resource): JsonObject {
  const { name, singular, isNamespaced, group, version, kind, verbs, shortNames, categories } = one;
  return {
    name,
    singularName: singular,
    namespaced: isNamespaced,
    ...(group !== "" && { group }),
    version,
    kind,
    verbs: [...verbs],
    ...(shortNames.length > 0 && { shortNames: [...shortNames] }),
    ...(categories.length > 0 && { categories: [...categories] }),
  };
}

function rowOf(one: Resource, isWide: boolean): string[] {
  const apiVersion = one.group === "" ? one.version : `${one.group}/${one.version}`;
  const row = [one.name, one.shortNames.join(","), apiVersion, String(one.isNamespaced), one.kind];
  return isWide ? [...row, one.verbs.join(","), one.categories.join(",")] : row;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
