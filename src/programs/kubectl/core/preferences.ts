/**
 * Preferences of a user (kuberc): values of flags that a command has without being told, and aliases.
 * Source: k8s.io/kubectl pkg/kuberc/kuberc.go, marshal.go
 */
import { FileError } from "../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { resolvePath } from "../../base/paths.ts";
import type { Flags } from "./flags.ts";
import { objectsIn } from "./parts.ts";
import { Failure, type Session } from "./session.ts";
import { DocumentError, readDocuments } from "./yaml-documents.ts";

/** A flag without its dashes, and its value. */
export interface PreferredOption {
  name: string;
  value: string;
}

export interface PreferredDefaults {
  command: string;
  options: PreferredOption[];
}

export interface Alias extends PreferredDefaults {
  name: string;
  prepended: string[];
  appended: string[];
}

export interface Preferences {
  defaults: PreferredDefaults[];
  aliases: Alias[];
}

export interface PreferencesFile {
  path: string;
  /** The user named the file. */
  isExplicit: boolean;
}

const GROUP = "kubectl.config.k8s.io/";
const NONE: Preferences = { defaults: [], aliases: [] };

/** The file of `--kuberc`, of KUBERC, or of the home folder; undefined: preferences are switched off. Throws Failure. */
export function preferencesFile(session: Session, given: string): PreferencesFile | undefined {
  const variable = session.env("KUBERC");
  if (variable === "off") {
    if (given === "") return undefined;
    throw new Failure("error: disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive");
  }
  if (given !== "" || variable !== "") return { path: given || variable, isExplicit: true };
  return { path: `${session.env("HOME") || "/root"}/.kube/kuberc`, isExplicit: false };
}

/** The text of a file of preferences; undefined if it does not exist. */
export function preferencesText({ process }: Session, path: string): string | undefined {
  try {
    return textOfBytes(process.files.read(resolvePath(process.cwd, bytesOfText(path))));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** The preferences for the arguments of a call. Throws Failure for a file that was named and cannot be read. */
export function preferencesOf(session: Session, args: readonly string[]): Preferences {
  if (session.env("KUBECTL_KUBERC") === "false") return NONE;
  const file = preferencesFile(session, explicitFile(args));
  if (!file) return NONE;
  const text = preferencesText(session, file.path);
  if (text === undefined) {
    if (!file.isExplicit) return NONE;
    throw problem(`kuberc error kuberc: open ${file.path}: no such file or directory`);
  }
  const found = documentsOf(text).find(isPreference);
  if (found) return checked(parsed(found));
  if (text.trim() === "") return NONE;
  const why = `no valid preferences found in ${file.path}, use --v=5 to see details`;
  if (file.isExplicit) throw problem(`kuberc error kuberc: ${why}`);
  session.warn(`kuberc: no preferences loaded from ${file.path}: ${why}`);
  return NONE;
}

/** Sets flags that the arguments leave alone. Throws Failure for a flag that the command does not have. */
export function applyDefaults(
  flags: Flags,
  options: readonly PreferredOption[],
  unknown: (name: string) => string,
): void {
  for (const { name, value } of options) {
    if (!flags.knows(name)) throw problem(unknown(name));
    if (!flags.has(name)) flags.set(name, value);
  }
}

function problem(why: string): Failure {
  return new Failure(`error occurred while applying preferences ${why}`);
}

/** `--kuberc FILE` or `--kuberc=FILE`, in front of `--`. */
function explicitFile(args: readonly string[]): string {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const at = own.findIndex((arg) => arg === "--kuberc" || arg.startsWith("--kuberc="));
  if (at < 0) return "";
  return own[at]!.includes("=") ? own[at]!.slice("--kuberc=".length) : (own[at + 1] ?? "");
}

function documentsOf(text: string): JsonValue[] {
  try {
    return readDocuments(text);
  } catch (error) {
    if (error instanceof DocumentError) return [];
    throw error;
  }
}

function isPreference(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && value["kind"] === "Preference" && String(value["apiVersion"]).startsWith(GROUP);
}

/** The first version of the API has other names for two fields. */
function parsed(object: JsonObject): Preferences {
  const defaults = objectsIn(object["defaults"] ?? object["overrides"]);
  const options = (one: JsonObject) =>
    objectsIn(one["options"] ?? one["flags"]).map((option) => ({
      name: text(option["name"]),
      value: text(option["default"]),
    }));
  const command = (one: JsonObject) => text(one["command"]);
  return {
    defaults: defaults.map((one) => ({ command: command(one), options: options(one) })),
    aliases: objectsIn(object["aliases"]).map((one) => ({
      name: text(one["name"]),
      command: command(one),
      options: options(one),
      prepended: texts(one["prependArgs"]),
      appended: texts(one["appendArgs"]),
    })),
  };
}

/** Throws Failure. */
function checked(preferences: Preferences): Preferences {
  const names = new Set<string>();
  for (const { name } of preferences.aliases) {
    if (!/^[a-zA-Z]+$/.test(name)) throw problem("invalid alias name, can only include alphabetical characters");
    if (names.has(name)) throw problem(`duplicate alias name ${name}`);
    names.add(name);
  }
  const options = [...preferences.aliases, ...preferences.defaults].flatMap((one) => one.options);
  const dashed = options.find(({ name }) => name.startsWith("-"));
  if (dashed) throw problem(`flag name ${dashed.name} should be in long form without dashes`);
  return preferences;
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
