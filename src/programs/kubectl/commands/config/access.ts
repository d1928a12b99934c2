/**
 * The kubeconfig files that `kubectl config` shows and changes. A changed entry is written to the file that defines it, a
 * new one to the first file.
 * Source: k8s.io/client-go tools/clientcmd/config.go (`ModifyConfig`), loader.go
 */
import { bytesOfText } from "../../../../lib/bytes.ts";
import { equalJson, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { directoryName, resolvePath } from "../../../base/paths.ts";
import type { Call, Command } from "../../core/command.ts";
import {
  type ConfigEntry,
  type ConfigFile,
  configFiles,
  configPaths,
  entriesOf,
  MissingConfig,
  mergedConfig,
} from "../../core/config.ts";
import type { FlagSpec } from "../../core/flags.ts";
import { objectIn } from "../../core/parts.ts";
import type { Failure, Steps } from "../../core/session.ts";
import { helpOf } from "../../help/help.ts";
import { PartialFailure } from "../../printers/failure.ts";
import { yamlText } from "../../printers/yaml.ts";

/** The lists of a configuration, and the field that holds the content of an entry. */
export const LISTS = { clusters: "cluster", contexts: "context", users: "user" } as const;
export type ListName = keyof typeof LISTS;
const LIST_NAMES = Object.keys(LISTS) as ListName[];

/** A subcommand of `config`, which asks no server. `work` gets the merged configuration. */
export function configCommand(
  word: string,
  flags: readonly FlagSpec[],
  work: (call: Call, config: JsonObject) => void,
): Command {
  return {
    words: ["config", word],
    flags,
    // biome-ignore lint/correctness/useYield: a command that asks nothing is a generator like all others
    *run(call): Steps<number> {
      work(call, loaded(call));
      return 0;
    },
  };
}

function loaded({ session, flags }: Call): JsonObject {
  return mergedConfig(existingFiles({ session, flags }));
}

function existingFiles({ session, flags }: Pick<Call, "session" | "flags">): ConfigFile[] {
  try {
    return configFiles(session, flags);
  } catch (error) {
    // The file that a flag names may be made by the command.
    if (error instanceof MissingConfig) return [];
    throw error;
  }
}

/** The refusal of a command that got other arguments than it takes. The help is shown first. */
export function unexpectedArguments({ args, words }: Call): Failure {
  const help = helpOf(words.replace(/^kubectl /, "")) ?? "";
  return new PartialFailure(help, `error: Unexpected args: [${args.join(" ")}]`);
}

/** The file that messages name: the first one. */
export function mainFile({ session, flags }: Call): string {
  return configPaths(session, flags)[0] ?? "";
}

export function entryNamed(config: JsonObject, list: ListName, name: string): JsonObject | undefined {
  const found = entriesOf(config, list).find((entry) => entry.name === name);
  return found && objectIn(found[LISTS[list]]);
}

/** The configuration with this entry, or without the entry if the content is undefined. */
export function withEntry(
  config: JsonObject,
  list: ListName,
  name: string,
  content: JsonObject | undefined,
): JsonObject {
  const others = entriesOf(config, list).filter((entry) => entry.name !== name);
  const entries = content === undefined ? others : [...others, { name, [LISTS[list]]: content }];
  return { ...config, [list]: entries as unknown as JsonValue };
}

/** Writes what differs between the loaded configuration and the wanted one. */
export function writeConfig({ session, flags }: Call, before: JsonObject, after: JsonObject): void {
  const paths = configPaths(session, flags);
  const files = existingFiles({ session, flags });
  const [first = { path: paths.at(-1) ?? "", config: {} }] = files;
  const changed = new Map<string, JsonObject>();
  const configOf = ({ path, config }: ConfigFile) => changed.get(path) ?? config;
  for (const list of LIST_NAMES) {
    const names = new Set([...entriesOf(before, list), ...entriesOf(after, list)].map(({ name }) => name));
    for (const name of names) {
      const [old, wanted] = [entryNamed(before, list, name), entryNamed(after, list, name)];
      if (old === wanted || (old && wanted && equalJson(old, wanted))) continue;
      const file = files.find(({ config }) => entryNamed(config, list, name) !== undefined) ?? first;
      changed.set(file.path, withEntry(configOf(file), list, name, wanted));
    }
  }
  if (before["current-context"] !== after["current-context"]) {
    const file = files.find(({ config }) => Boolean(config["current-context"])) ?? first;
    changed.set(file.path, { ...configOf(file), "current-context": after["current-context"] ?? "" });
  }
  session.once(() => {
    for (const [path, config] of changed) write(session.process, path, config);
  });
}

function write({ files, cwd }: Call["session"]["process"], path: string, config: JsonObject): void {
  const full = resolvePath(cwd, bytesOfText(path));
  const folder = directoryName(full);
  if (!files.find(folder)) files.makeDirectory(folder);
  files.write(full, bytesOfText(yamlText(ordered(config))), 0o600);
}

/** The fields of the contents of entries, in the order in which kubectl prints JSON. `!`: shown even if it is empty. */
const FIELDS: Readonly<Record<ListName, string>> = {
  clusters:
    "server! tls-server-name insecure-skip-tls-verify certificate-authority certificate-authority-data proxy-url disable-compression extensions",
  contexts: "cluster! user! namespace extensions",
  users:
    "client-certificate client-certificate-data client-key client-key-data token tokenFile as as-uid as-groups as-user-extra username password auth-provider exec extensions",
};

/** A configuration as kubectl's own type prints it: sorted entries, and parts that are always there. */
export function ordered(config: JsonObject): JsonObject {
  const sorted = (list: ListName): JsonValue => {
    const entries = [...entriesOf(config, list)].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    return entries.length === 0 ? null : (entries.map((entry) => complete(list, entry)) as unknown as JsonValue);
  };
  return {
    kind: "Config",
    apiVersion: "v1",
    clusters: sorted("clusters"),
    users: sorted("users"),
    contexts: sorted("contexts"),
    "current-context": config["current-context"] ?? "",
    ...(config["extensions"] !== undefined && { extensions: config["extensions"] }),
  };
}

function complete(list: ListName, entry: ConfigEntry): JsonObject {
  const content = objectIn(entry[LISTS[list]]);
  const shown: JsonObject = {};
  for (const field of FIELDS[list].split(" ")) {
    const name = field.replace("!", "");
    const value = content[name];
    if (!isEmpty(value)) shown[name] = value!;
    else if (field !== name) shown[name] = "";
  }
  return { name: entry.name, [LISTS[list]]: shown };
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === "" || value === null || value === false;
}
