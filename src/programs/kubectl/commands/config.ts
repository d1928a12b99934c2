/**
 * `kubectl config`
 * Source: k8s.io/kubectl pkg/cmd/config
 */

import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { resolvePath } from "../../base/paths.ts";
import { type Call, type Command, OUTPUT } from "../core/command.ts";
import { configFiles, entriesOf, mergedConfig } from "../core/config.ts";
import type { FlagSpec } from "../core/flags.ts";
import { objectIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { printColumns } from "../printers/table.ts";
import { jsonText, yamlText } from "../printers/yaml.ts";

function command(words: string[], flags: readonly FlagSpec[], work: (call: Call, config: JsonObject) => void): Command {
  return {
    words: ["config", ...words],
    flags,
    // biome-ignore lint/correctness/useYield: a command that asks nothing is a generator like all others
    *run(call): Steps<number> {
      work(call, mergedConfig(configFiles(call.session, call.flags)));
      return 0;
    },
  };
}

/** Writes a changed configuration to its first file. */
function write({ session, flags }: Call, config: JsonObject): void {
  const [first] = configFiles(session, flags);
  const path = first?.path ?? `${session.env("HOME") || "/root"}/.kube/config`;
  const { files, cwd } = session.process;
  const full = resolvePath(cwd, bytesOfText(path));
  session.once(() => {
    const folder = full.slice(0, full.lastIndexOf("/")) || "/";
    if (!files.find(folder)) files.makeDirectory(folder);
    files.write(full, bytesOfText(yamlText(config)), 0o600);
  });
}

function currentOf(config: JsonObject): string {
  return String(config["current-context"] ?? "");
}

const view = command(
  ["view"],
  [
    OUTPUT,
    { name: "raw", type: "bool" },
    { name: "minify", type: "bool", isUnwritten: true },
    { name: "flatten", type: "bool", isUnwritten: true },
  ],
  ({ session, flags }, config) => {
    const shown = flags.is("raw") ? config : redacted(config);
    session.print(flags.text("output") === "json" ? jsonText(shown) : yamlText(shown));
  },
);

/** Credentials and certificates are not shown. */
function redacted(config: JsonObject): JsonObject {
  const hide = (list: string, inner: string, fields: Record<string, string>) =>
    entriesOf(config, list).map((entry) => {
      const content = entry[inner];
      if (!isJsonObject(content)) return entry;
      const hidden = Object.entries(fields).filter(([field]) => field in content);
      return { ...entry, [inner]: { ...content, ...Object.fromEntries(hidden) } };
    });
  return {
    ...config,
    clusters: hide("clusters", "cluster", { "certificate-authority-data": "DATA+OMITTED" }),
    users: hide("users", "user", {
      token: "REDACTED",
      password: "REDACTED",
      "client-certificate-data": "DATA+OMITTED",
      "client-key-data": "DATA+OMITTED",
    }),
  } as JsonObject;
}

const currentContext = command(["current-context"], [], ({ session }, config) => {
  if (currentOf(config) === "") throw new Failure("error: current-context is not set");
  session.print(`${currentOf(config)}\n`);
});

const useContext = command(["use-context"], [], (call, config) => {
  const [name = ""] = call.args;
  if (!entriesOf(config, "contexts").some((one) => one.name === name)) {
    throw new Failure(`error: no context exists with the name: ${JSON.stringify(name)}`);
  }
  write(call, { ...config, "current-context": name });
  call.session.print(`Switched to context ${JSON.stringify(name)}.\n`);
});

const getContexts = command(
  ["get-contexts"],
  [OUTPUT, { name: "no-headers", type: "bool" }],
  ({ session, flags, args }, config) => {
    const contexts = entriesOf(config, "contexts").filter(({ name }) => args.length === 0 || args.includes(name));
    if (flags.text("output") === "name") {
      session.print(contexts.map(({ name }) => `${name}\n`).join(""));
      return;
    }
    const rows = contexts.map(({ name, context }) => {
      const { cluster, user, namespace } = objectIn(context);
      return [
        name === currentOf(config) ? "*" : "",
        name,
        String(cluster ?? ""),
        String(user ?? ""),
        String(namespace ?? ""),
      ];
    });
    session.print(
      printColumns(flags.is("no-headers") ? rows : [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], ...rows]),
    );
  },
);

const getClusters = command(["get-clusters"], [], ({ session }, config) => {
  session.print(["NAME", ...entriesOf(config, "clusters").map(({ name }) => name)].map((name) => `${name}\n`).join(""));
});

const getUsers = command(["get-users"], [], ({ session }, config) => {
  session.print(["NAME", ...entriesOf(config, "users").map(({ name }) => name)].map((name) => `${name}\n`).join(""));
});

const setContext = command(["set-context"], [{ name: "current", type: "bool" }], (call, config) => {
  const { flags, session } = call;
  const name = flags.is("current") ? currentOf(config) : (call.args[0] ?? "");
  if (name === "") throw new Failure("error: you must specify a non-empty context name or --current");
  const contexts = entriesOf(config, "contexts");
  const known = contexts.find((one) => one.name === name);
  const given = Object.fromEntries(
    ["cluster", "user", "namespace"].flatMap((field) =>
      flags.has(field) ? [[field, flags.text(field)] as const] : [],
    ),
  );
  const context: JsonValue = { ...(isJsonObject(known?.["context"]) ? known["context"] : {}), ...given };
  const changed = known
    ? contexts.map((one) => (one === known ? { ...one, context } : one))
    : [...contexts, { name, context }];
  write(call, { ...config, contexts: changed as unknown as JsonValue });
  session.print(`Context ${JSON.stringify(name)} ${known ? "modified" : "created"}.\n`);
});

export const configCommands: readonly Command[] = [
  view,
  currentContext,
  useContext,
  getContexts,
  getClusters,
  getUsers,
  setContext,
];
