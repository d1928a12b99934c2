import { type Command, OUTPUT } from "../core/command.ts";
import type { Resource } from "../core/discovery.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { objectPrinter } from "../printers/print.ts";
import { printColumns } from "../printers/table.ts";

const CLIENT = {
  buildDate: "2026-04-22T12:00:00Z",
  compiler: "gc",
  gitCommit: "",
  gitTreeState: "clean",
  gitVersion: "v1.36.0",
  goVersion: "go1.25.2",
  major: "1",
  minor: "36",
  platform: "linux/amd64",
};
const KUSTOMIZE = "v5.8.0";

const version: Command = {
  words: ["version"],
  flags: [OUTPUT, { name: "client", type: "bool" }],
  *run({ session, flags, client }) {
    const server = flags.is("client") ? undefined : yield* client.json("/version");
    const print = objectPrinter(flags, session);
    if (print) {
      session.print(
        print({ clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE, ...(server && { serverVersion: server }) }),
      );
      return 0;
    }
    session.print(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n`);
    if (server) session.print(`Server Version: ${String(server["gitVersion"])}\n`);
    return 0;
  },
};

const apiVersions: Command = {
  words: ["api-versions"],
  flags: [],
  *run({ session, client }) {
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

const apiResources: Command = {
  words: ["api-resources"],
  flags: [
    OUTPUT,
    { name: "namespaced", type: "bool", default: "true" },
    { name: "api-group", type: "string" },
    { name: "verbs", type: "list" },
    { name: "categories", type: "list" },
    { name: "no-headers", type: "bool" },
    { name: "sort-by", type: "string", isUnwritten: true },
    { name: "cached", type: "bool" },
  ],
  *run(call) {
    const { session, flags } = call;
    const { all } = yield* call.resources();
    const shown = all
      .filter((one) => one.isPreferred && one.verbs.length > 0)
      .filter((one) => !flags.has("namespaced") || one.isNamespaced === flags.is("namespaced"))
      .filter((one) => !flags.has("api-group") || one.group === flags.text("api-group"))
      .filter((one) => flags.list("verbs").every((verb) => one.verbs.includes(verb)))
      .filter((one) => flags.list("categories").every((category) => one.categories.includes(category)))
      .sort((a, b) => compare(a.group, b.group) || compare(a.name, b.name));
    if (flags.text("output") === "name") {
      session.print(shown.map((one) => `${one.name}${one.group && `.${one.group}`}\n`).join(""));
      return 0;
    }
    const isWide = flags.text("output") === "wide";
    const header = [
      "NAME",
      "SHORTNAMES",
      "APIVERSION",
      "NAMESPACED",
      "KIND",
      ...(isWide ? ["VERBS", "CATEGORIES"] : []),
    ];
    const rows = shown.map((one) => rowOf(one, isWide));
    session.print(printColumns(flags.is("no-headers") ? rows : [header, ...rows]));
    return 0;
  },
};

function rowOf(one: Resource, isWide: boolean): string[] {
  const apiVersion = one.group === "" ? one.version : `${one.group}/${one.version}`;
  const row = [one.name, one.shortNames.join(","), apiVersion, String(one.isNamespaced), one.kind];
  return isWide ? [...row, one.verbs.join(","), one.categories.join(",")] : row;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const clusterInfo: Command = {
  words: ["cluster-info"],
  flags: [],
  *run({ session, target, client }) {
    const { scheme, host, port, basePath } = target;
    const server = `${scheme}://${host}:${port}${basePath}`;
    const services = yield* client.json("/api/v1/namespaces/kube-system/services", {
      query: { labelSelector: "kubernetes.io/cluster-service=true" },
    });
    const isColoured = session.process.isTerminal(1);
    const line = (name: string, link: string) =>
      isColoured
        ? `\u001b[0;32m${name}\u001b[0m is running at \u001b[0;33m${link}\u001b[0m\n`
        : `${name} is running at ${link}\n`;
    session.print(line("Kubernetes control plane", server));
    for (const service of objectsIn(services["items"])) {
      const metadata = objectIn(service["metadata"]);
      const labels = objectIn(metadata["labels"]);
      const spec = objectIn(service["spec"]);
      const [first] = objectsIn(spec["ports"]);
      const suffix = first?.["name"] ? `:${String(first["name"])}` : "";
      const link = `${server}/api/v1/namespaces/kube-system/services/${String(metadata["name"])}${suffix}/proxy`;
      const name = String(labels["kubernetes.io/name"] ?? metadata["name"]);
      session.print(line(name, link));
    }
    session.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    return 0;
  },
};

export const infoCommands: readonly Command[] = [version, apiVersions, apiResources, clusterInfo];
