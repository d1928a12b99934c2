/**
 * `kubectl config set-cluster` and `set-credentials`
 * Source: k8s.io/kubectl pkg/cmd/config/set_cluster.go, set_credentials.go
 */

import { bytesOfText } from "../../../../lib/bytes.ts";
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import { resolvePath } from "../../../base/paths.ts";
import type { Call } from "../../core/command.ts";
import type { FlagSpec } from "../../core/flags.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import { helpOf } from "../../help/help.ts";
import { configCommand, entryNamed, unexpectedArguments, withEntry, writeConfig } from "./access.ts";

const EMBED: FlagSpec = { name: "embed-certs", type: "bool" };

export const setCluster = configCommand(
  "set-cluster",
  [
    EMBED,
    { name: "server", type: "string" },
    { name: "tls-server-name", type: "string" },
    { name: "insecure-skip-tls-verify", type: "bool" },
    { name: "certificate-authority", type: "string" },
    { name: "proxy-url", type: "string" },
  ],
  (call, config) => {
    const { flags, session, args } = call;
    if (args.length !== 1) throw unexpectedArguments(call);
    const [name = ""] = args;
    if (name === "") throw new Failure("error: you must specify a non-empty cluster name");
    const authority = flags.text("certificate-authority");
    if (flags.is("insecure-skip-tls-verify") && authority !== "") {
      throw new Failure("error: you cannot specify a certificate authority and insecure mode at the same time");
    }
    if (flags.is("embed-certs")) {
      if (authority === "") throw new Failure("error: you must specify a --certificate-authority to embed");
      requireFile(call, "certificate-authority", authority);
    }
    const cluster = { ...entryNamed(config, "clusters", name) };
    if (flags.has("server")) Object.assign(cluster, { server: flags.text("server"), "tls-server-name": "" });
    if (flags.has("tls-server-name")) cluster["tls-server-name"] = flags.text("tls-server-name");
    // Without the flag, too: it has a default.
    const isInsecure = flags.is("insecure-skip-tls-verify");
    cluster["insecure-skip-tls-verify"] = isInsecure;
    if (isInsecure) Object.assign(cluster, { "certificate-authority": "", "certificate-authority-data": "" });
    if (flags.has("certificate-authority")) {
      Object.assign(cluster, fileFields(call, "certificate-authority"));
      if (authority !== "") cluster["insecure-skip-tls-verify"] = false;
    }
    if (flags.has("proxy-url")) cluster["proxy-url"] = flags.text("proxy-url");
    writeConfig(call, config, withEntry(config, "clusters", name, cluster));
    session.print(`Cluster ${JSON.stringify(name)} set.\n`);
  },
);

export const setCredentials = configCommand(
  "set-credentials",
  [
    EMBED,
    { name: "client-certificate", type: "string" },
    { name: "client-key", type: "string" },
    { name: "token", type: "string" },
    { name: "username", type: "string" },
    { name: "password", type: "string" },
    { name: "auth-provider", type: "string" },
    { name: "auth-provider-arg", type: "list" },
    { name: "exec-command", type: "string" },
    { name: "exec-api-version", type: "string" },
    { name: "exec-interactive-mode", type: "string" },
    { name: "exec-provide-cluster-info", type: "bool" },
    { name: "exec-arg", type: "list" },
    { name: "exec-env", type: "array" },
  ],
  (call, config) => {
    const { session, args } = call;
    if (args.length !== 1) {
      session.print(helpOf("config set-credentials") ?? "");
      throw new Failure(`error: unexpected args: [${args.join(" ")}]`);
    }
    const [name = ""] = args;
    checkCredentials(call, name);
    const user = changedUser(call, { ...entryNamed(config, "users", name) });
    writeConfig(call, config, withEntry(config, "users", name, user));
    session.print(`User ${JSON.stringify(name)} set.\n`);
  },
);

function checkCredentials(call: Call, name: string): void {
  const { flags } = call;
  if (name === "") throw new Failure("error: you must specify a non-empty user name");
  const isBasic = flags.text("username") !== "" || flags.text("password") !== "";
  if (flags.text("token") !== "" && isBasic) {
    throw new Failure(
      "error: you cannot specify more than one authentication method at the same time: --token, --username/--password",
    );
  }
  const files = ["client-certificate", "client-key"].filter((flag) => flags.text(flag) !== "");
  if (flags.is("embed-certs")) {
    if (files.length === 0) {
      throw new Failure("error: you must specify a --client-certificate or --client-key to embed");
    }
    for (const flag of files) requireFile(call, flag, flags.text(flag));
  }
  const mode = flags.text("exec-interactive-mode");
  if (flags.has("exec-interactive-mode") && !["IfAvailable", "Never", "Always"].includes(mode)) {
    throw new Failure("error: invalid interactive mode type, can be only IfAvailable, Never, Always");
  }
}

function changedUser(call: Call, user: JsonObject): JsonObject {
  const { flags } = call;
  for (const flag of ["client-certificate", "client-key"])
    if (flags.has(flag)) Object.assign(user, fileFields(call, flag));
  for (const flag of ["token", "username", "password"]) if (flags.has(flag)) user[flag] = flags.text(flag);
  const provider = changedProvider(call, user["auth-provider"]);
  if (provider) user["auth-provider"] = provider;
  const plugin = changedPlugin(call, user["exec"]);
  if (plugin) user["exec"] = plugin;
  const setsToken = flags.text("token") !== "";
  const setsBasic = flags.text("username") !== "" || flags.text("password") !== "";
  if (setsBasic && !setsToken) user["token"] = "";
  if (setsToken && !setsBasic) Object.assign(user, { username: "", password: "" });
  return user;
}

function changedProvider({ flags }: Call, known: JsonValue | undefined): JsonObject | undefined {
  const name = flags.text("auth-provider") || String(objectIn(known)["name"] ?? "");
  if (name === "") return undefined;
  const before = objectIn(known)["name"] === name ? objectIn(objectIn(known)["config"]) : {};
  const config = pairsOf(flags.list("auth-provider-arg")).reduce((result, change) => applied(result, change), before);
  return { config: Object.keys(config).length === 0 ? null : config, name };
}

function changedPlugin({ flags }: Call, known: JsonValue | undefined): JsonObject | undefined {
  if (known === undefined && !flags.has("exec-command")) return undefined;
  const before = objectIn(known);
  const env = Object.fromEntries(objectsIn(before["env"]).map(({ name, value }) => [String(name), value ?? ""]));
  const changed = pairsOf(flags.list("exec-env")).reduce<JsonObject>((result, change) => applied(result, change), env);
  const list = Object.entries(changed).map(([name, value]) => ({ name, value }));
  const args = flags.has("exec-arg") ? [...flags.list("exec-arg")] : flags.has("exec-command") ? null : before["args"];
  return {
    ...before,
    ...(flags.has("exec-api-version") && { apiVersion: flags.text("exec-api-version") }),
    args: args ?? null,
    ...(flags.has("exec-command") && { command: flags.text("exec-command") }),
    env: list.length === 0 ? null : list,
    interactiveMode: flags.text("exec-interactive-mode") || before["interactiveMode"] || "IfAvailable",
    provideClusterInfo: flags.has("exec-provide-cluster-info")
      ? flags.is("exec-provide-cluster-info")
      : (before["provideClusterInfo"] ?? false),
  };
}

/** A pair sets a value, a name with a minus behind it removes one. */
function pairsOf(texts: readonly string[]): { name: string; value?: string }[] {
  return texts.map((text) => {
    const [, name = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
    return value === undefined ? { name: name.replace(/-$/, "") } : { name, value };
  });
}

function applied(values: JsonObject, { name, value }: { name: string; value?: string }): JsonObject {
  const { [name]: _gone, ...others } = values;
  return value === undefined ? others : { ...others, [name]: value };
}

/** The path of the flag, or the content of its file with `--embed-certs`. The other form is cleared. */
function fileFields({ flags, session }: Call, flag: string): JsonObject {
  const { files, cwd } = session.process;
  const path = flags.text(flag);
  const full = resolvePath(cwd, bytesOfText(path));
  if (flags.is("embed-certs")) return { [flag]: "", [`${flag}-data`]: btoa(files.read(full)) };
  return { [flag]: full, [`${flag}-data`]: "" };
}

function requireFile({ session }: Call, flag: string, path: string): void {
  const { files, cwd } = session.process;
  if (files.find(resolvePath(cwd, bytesOfText(path)))) return;
  throw new Failure(`error: could not stat ${flag} file ${path}: stat ${path}: no such file or directory`);
}
