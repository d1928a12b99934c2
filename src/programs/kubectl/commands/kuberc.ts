/**
 * `kubectl alpha kuberc`: the file of preferences.
 * Source: k8s.io/kubectl pkg/cmd/kuberc/set.go, view.go
 */
import { bytesOfText } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { directoryName, resolvePath } from "../../base/paths.ts";
import { type Call, type Command, OUTPUT, PRINT } from "../core/command.ts";
import type { FlagSpec } from "../core/flags.ts";
import { makeFolders } from "../core/folders.ts";
import { objectsIn } from "../core/parts.ts";
import { type PreferencesFile, preferencesFile, preferencesText } from "../core/preferences.ts";
import { Failure } from "../core/session.ts";
import { DocumentError, readYaml } from "../core/yaml-documents.ts";
import { objectPrinter } from "../printers/print.ts";
import { structText, yamlText } from "../printers/yaml.ts";

const EMPTY: JsonObject = { apiVersion: "kubectl.config.k8s.io/v1beta1", kind: "Preference" };

const FILE: FlagSpec = { name: "kuberc", type: "string" };

/** Suggested by `view` where there is no file. */
const RECOMMENDED: JsonObject = {
  ...EMPTY,
  defaults: [
    { command: "apply", options: [{ name: "server-side", default: "true" }] },
    { command: "delete", options: [{ name: "interactive", default: "true" }] },
  ],
};

const set: Command = {
  words: ["alpha", "kuberc", "set"],
  required: ["command", "section"],
  flags: [
    FILE,
    { name: "section", type: "string" },
    { name: "command", type: "string" },
    { name: "name", type: "string" },
    { name: "option", type: "array" },
    { name: "prependarg", type: "array" },
    { name: "appendarg", type: "array" },
    { name: "overwrite", type: "bool" },
  ],
  *run(call) {
    const { flags } = call;
    const { path } = fileOf(call);
    checkSet(call);
    const preferences = contentOf(call, path) ?? EMPTY;
    const options = flags.list("option").map(optionOf);
    const [prepended, appended] = [flags.list("prependarg"), flags.list("appendarg")];
    const isAlias = flags.text("section") === "aliases";
    const entry: JsonObject = {
      ...(isAlias && { name: flags.text("name") }),
      command: flags.text("command"),
      ...(prepended.length > 0 && { prependArgs: [...prepended] }),
      ...(appended.length > 0 && { appendArgs: [...appended] }),
      options: options.length > 0 ? options : null,
    };
    const field = flags.text("section");
    const all = objectsIn(preferences[field]);
    const key = isAlias ? "name" : "command";
    const at = all.findIndex((one) => one[key] === entry[key]);
    if (at >= 0 && !flags.is("overwrite")) {
      const subject = isAlias
        ? `alias "${String(entry[key])}" already exists`
        : `defaults for command "${String(entry[key])}" already exist`;
      throw new Failure(`error: ${subject}, use --overwrite to replace`);
    }
    const entries = at >= 0 ? all.with(at, entry) : [...all, entry];
    save(call, path, { ...preferences, [field]: entries });
    return 0;
  },
};

const view: Command = {
  words: ["alpha", "kuberc", "view"],
  flags: [FILE, ...PRINT.filter(({ name }) => name !== "output"), { ...OUTPUT, default: "yaml" }],
  *run(call) {
    const { flags, session } = call;
    const { path, isExplicit } = fileOf(call);
    if (preferencesText(session, path) === undefined) {
      if (isExplicit) throw new Failure(`error: kuberc file not found at ${path}`);
      session.print(`kuberc file not found at ${path}\n`);
      session.print("Would you like to generate a default kuberc file with recommended options? (y/N): ");
      if (
        String(yield { type: "line" })
          .trim()
          .toLowerCase() === "y"
      )
        save(call, path, RECOMMENDED);
      return 0;
    }
    const print = objectPrinter(flags, session);
    const ordered = inGoOrder(contentOf(call, path) ?? EMPTY);
    const isJson = flags.text("output") === "json";
    session.print(isJson ? structText(ordered) : print ? print(ordered) : yamlText(ordered));
    return 0;
  },
};

/** The fields in the order of their Go types. */
function inGoOrder({ kind = "Preference", apiVersion = "", defaults, aliases, ...more }: JsonObject): JsonObject {
  const entry = ({ name, command, prependArgs, appendArgs, options }: JsonObject): JsonObject => ({
    ...(name !== undefined && { name }),
    ...(command !== undefined && { command }),
    ...(prependArgs !== undefined && { prependArgs }),
    ...(appendArgs !== undefined && { appendArgs }),
    options: objectsIn(options).map(({ name: flag = "", default: value = "" }) => ({ name: flag, default: value })),
  });
  return {
    kind,
    apiVersion,
    defaults: objectsIn(defaults).map(entry),
    aliases: objectsIn(aliases).map(entry),
    ...more,
  };
}

/** `alpha kuberc set`, `alpha kuberc view` */
export const kubercCommands: readonly Command[] = [set, view];

/** Throws Failure where preferences are switched off. */
function fileOf({ flags, session }: Call): PreferencesFile {
  const file = preferencesFile(session, flags.text("kuberc"));
  if (!file) throw new Failure("error: KUBERC is disabled via KUBERC=off environment variable");
  return file;
}

/** Throws Failure for flags that do not fit together. */
function checkSet({ flags }: Call): void {
  const section = flags.text("section");
  if (section !== "defaults" && section !== "aliases") {
    throw new Failure(`error: --section must be "defaults" or "aliases", got: ${section}`);
  }
  const isAlias = section === "aliases";
  if (isAlias && flags.text("name") === "") throw new Failure("error: --name is required when --section=aliases");
  if (isAlias) return;
  if (flags.text("name") !== "") throw new Failure("error: --name should not be specified when --section=defaults");
  if (flags.list("prependarg").length > 0 || flags.list("appendarg").length > 0) {
    throw new Failure("error: --prependarg and --appendarg are only valid for --section=aliases");
  }
}

function optionOf(pair: string): JsonObject {
  const [, name, value] = /^-*([^=]*)=(.*)$/s.exec(pair) ?? [];
  if (name === undefined)
    throw new Failure(`error: invalid option format ${JSON.stringify(pair)}, expected flag=value`);
  return { name, default: value ?? "" };
}

/** The content of the file; undefined if it does not exist or is empty. Throws Failure. */
function contentOf({ session }: Call, path: string): JsonObject | undefined {
  const text = preferencesText(session, path);
  if (text === undefined || text === "") return undefined;
  try {
    const value = readYaml(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new Failure(`error: error parsing kuberc file: ${error.message}`);
  }
}

function save({ session }: Call, path: string, preferences: JsonObject): void {
  const { files, cwd } = session.process;
  const full = resolvePath(cwd, bytesOfText(path));
  const { aliases = null, defaults = null, ...more } = preferences;
  session.once(() => {
    makeFolders(session, directoryName(full));
    files.write(full, bytesOfText(yamlText({ ...more, aliases, defaults })));
  });
  session.print(`Updated ${path}\n`);
}
