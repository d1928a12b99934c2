/**
 * Contexts of a kubeconfig: `current-context`, `use-context`, `get-contexts`, `set-context`, `rename-context`, and the
 * names of its other entries.
 * Source: k8s.io/kubectl pkg/cmd/config
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { type Command, OUTPUT } from "../../core/command.ts";
import { entriesOf } from "../../core/config.ts";
import { objectIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import { usageError } from "../../core/usage.ts";
import { helpOf } from "../../help/help.ts";
import { PartialFailure } from "../../printers/failure.ts";
import { printColumns } from "../../printers/table.ts";
import {
  configCommand,
  entryNamed,
  type ListName,
  mainFile,
  unexpectedArguments,
  withEntry,
  writeConfig,
} from "./access.ts";

export function currentOf(config: JsonObject): string {
  return String(config["current-context"] ?? "");
}

const currentContext = configCommand("current-context", [], ({ session }, config) => {
  if (currentOf(config) === "") throw new Failure("error: current-context is not set");
  session.print(`${currentOf(config)}\n`);
});

const useContext = configCommand("use-context", [], (call, config) => {
  if (call.args.length !== 1) throw unexpectedArguments(call);
  const [name = ""] = call.args;
  if (name === "") throw new Failure("error: empty context names are not allowed");
  if (!entryNamed(config, "contexts", name)) {
    throw new Failure(`error: no context exists with the name: ${JSON.stringify(name)}`);
  }
  writeConfig(call, config, { ...config, "current-context": name });
  call.session.print(`Switched to context ${JSON.stringify(name)}.\n`);
});

const getContexts = configCommand(
  "get-contexts",
  [OUTPUT, { name: "no-headers", type: "bool" }],
  ({ session, flags, args }, config) => {
    const known = entriesOf(config, "contexts").map(({ name }) => name);
    const wanted = (args.length === 0 ? known : args.filter((name) => known.includes(name))).toSorted();
    const missing = args.filter((name) => !known.includes(name));
    const isShort = flags.text("output") === "name";
    if (flags.text("output") !== "" && !isShort) {
      throw new Failure(
        `error: --output ${flags.text("output")} is not available in kubectl config get-contexts; resetting to default output format`,
      );
    }
    const rows = wanted.map((name) => {
      const { cluster, user, namespace } = objectIn(entryNamed(config, "contexts", name));
      const mark = name === currentOf(config) ? "*" : "";
      return [mark, name, String(cluster ?? ""), String(user ?? ""), String(namespace ?? "")];
    });
    const head = flags.is("no-headers") ? [] : [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"]];
    const text = isShort ? wanted.map((name) => `${name}\n`).join("") : printColumns([...head, ...rows]);
    if (missing.length === 0) session.print(text);
    else throw new PartialFailure(text, missing.map((name) => `error: context ${name} not found`).join("\n"));
  },
);

function namesCommand(word: string, list: ListName): Command {
  return configCommand(word, [], ({ session }, config) => {
    const names = entriesOf(config, list).map(({ name }) => name);
    session.print(["NAME", ...names].map((name) => `${name}\n`).join(""));
  });
}

const setContext = configCommand(
  "set-context",
  [
    { name: "current", type: "bool" },
    { name: "cluster", type: "string" },
    { name: "user", type: "string" },
    { name: "namespace", short: "n", type: "string" },
  ],
  (call, config) => {
    const { flags, session, args } = call;
    if (args.length > 1) throw unexpectedArguments(call);
    const [given = ""] = args;
    if (given === "" && !flags.is("current")) {
      throw new Failure("error: you must specify a non-empty context name or --current");
    }
    if (given !== "" && flags.is("current")) {
      throw new Failure("error: you cannot specify both a context name and --current");
    }
    const name = given || currentOf(config);
    if (name === "") throw new Failure("error: no current context is set");
    const known = entryNamed(config, "contexts", name);
    const changed = ["cluster", "user", "namespace"].filter((field) => flags.has(field));
    const fields = Object.fromEntries(changed.map((field) => [field, flags.text(field)]));
    writeConfig(call, config, withEntry(config, "contexts", name, { ...known, ...fields }));
    session.print(`Context ${JSON.stringify(name)} ${known ? "modified" : "created"}.\n`);
  },
);

const renameContext = configCommand("rename-context", [], (call, config) => {
  if (call.args.length !== 2) throw unexpectedArguments(call);
  const [name = "", newName = ""] = call.args;
  if (newName === "") throw new Failure("error: You must specify a new non-empty context name");
  const content = entryNamed(config, "contexts", name);
  const refused = `error: cannot rename the context ${JSON.stringify(name)}`;
  if (!content) throw new Failure(`${refused}, it's not in ${mainFile(call)}`);
  if (entryNamed(config, "contexts", newName)) {
    throw new Failure(`${refused}, the context ${JSON.stringify(newName)} already exists in ${mainFile(call)}`);
  }
  const renamed = withEntry(withEntry(config, "contexts", name, undefined), "contexts", newName, content);
  const isCurrent = currentOf(config) === name;
  writeConfig(call, config, isCurrent ? { ...renamed, "current-context": newName } : renamed);
  call.session.print(`Context ${JSON.stringify(name)} renamed to ${JSON.stringify(newName)}.\n`);
});

/** `delete-cluster`, `delete-context` and `delete-user`. */
function deleteCommand(kind: "cluster" | "context" | "user"): Command {
  const list = `${kind}s` as const;
  return configCommand(`delete-${kind}`, [], (call, config) => {
    const { session, args } = call;
    if (args.length !== 1) {
      if (kind === "user") throw usageError(call, "user to delete is required");
      session.print(helpOf(`config delete-${kind}`) ?? "");
      return;
    }
    const [name = ""] = args;
    if (!entryNamed(config, list, name)) {
      throw new Failure(`error: cannot delete ${kind} ${name}, not in ${mainFile(call)}`);
    }
    if (kind === "context" && currentOf(config) === name) {
      session.warn(
        'warning: this removed your active context, use "kubectl config use-context" to select a different one\n',
      );
    }
    writeConfig(call, config, withEntry(config, list, name, undefined));
    session.print(`deleted ${kind} ${name} from ${mainFile(call)}\n`);
  });
}

export const contextCommands: readonly Command[] = [
  currentContext,
  deleteCommand("cluster"),
  deleteCommand("context"),
  deleteCommand("user"),
  namesCommand("get-clusters", "clusters"),
  getContexts,
  namesCommand("get-users", "users"),
  renameContext,
  setContext,
  useContext,
];
