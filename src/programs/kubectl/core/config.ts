/**
 * The API server and the user of a call: flags, KUBECONFIG, ~/.kube/config, or the pod's own
 * ServiceAccount.
 * Source: k8s.io/client-go tools/clientcmd
 */
import { FileError } from "../../../files/errors.ts";
import { bytesOfBase64, bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { resolvePath } from "../../base/paths.ts";
import type { Flags } from "./flags.ts";
import { Failure, type Session } from "./session.ts";
import { DocumentError, readYaml } from "./yaml-documents.ts";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The server that a command talks to. */
export interface Target {
  scheme: "http" | "https";
  host: string;
  port: number;
  /** In front of each path of the API; empty or `/…`. */
  basePath: string;
  token: string;
  /** Trusted authorities (PEM); undefined: certificates are not verified. */
  trusts: string | undefined;
  namespace: string;
  /** The user to act as, with its groups. */
  impersonate: { user: string; groups: readonly string[] };
  isInCluster: boolean;
  /** The program as it names itself to the API server; absent: kubectl. */
  agent?: string;
}

/** A kubeconfig file as JSON, and the path at which it is written. */
export interface ConfigFile {
  path: string;
  config: JsonObject;
}

const EMPTY_CONFIG: JsonObject = {
  apiVersion: "v1",
  clusters: [],
  contexts: [],
  "current-context": "",
  kind: "Config",
  users: [],
};

/** The file that a flag names does not exist. */
export class MissingConfig extends Failure {
  override name = "MissingConfig";
}

/** The paths of `--kubeconfig` or KUBECONFIG, or that of the home folder. */
export function configPaths(session: Session, flags: Flags): string[] {
  const explicit = flags.text("kubeconfig");
  if (explicit) return [explicit];
  const named = session
    .env("KUBECONFIG")
    .split(":")
    .filter((path) => path !== "");
  return named.length > 0 ? named : [`${session.env("HOME") || "/root"}/.kube/config`];
}

/** The files of `configPaths`, as far as they exist. */
export function configFiles(session: Session, flags: Flags): ConfigFile[] {
  const explicit = flags.text("kubeconfig");
  return configPaths(session, flags).flatMap((path) => {
    const text = readFile(session, path);
    if (text === undefined) {
      if (explicit) throw new MissingConfig(`error: stat ${explicit}: no such file or directory`);
      return [];
    }
    return [{ path, config: parsedConfig(text, path) }];
  });
}

/** All files merged: the first definition of a name counts. */
export function mergedConfig(files: readonly ConfigFile[]): JsonObject {
  const merged: JsonObject = { ...EMPTY_CONFIG };
  for (const { config } of files) {
    for (const list of ["clusters", "contexts", "users"]) {
      const known = entriesOf(merged, list);
      const added = entriesOf(config, list).filter(({ name }) => !known.some((one) => one.name === name));
      merged[list] = [...known, ...added] as unknown as JsonValue;
    }
    merged["current-context"] ||= config["current-context"] ?? "";
  }
  return merged;
}

export interface ConfigEntry {
  name: string;
  [content: string]: JsonValue;
}

export function entriesOf(config: JsonObject, list: string): ConfigEntry[] {
  const entries = config[list];
  return Array.isArray(entries) ? (entries.filter(isJsonObject) as ConfigEntry[]) : [];
}

function contentOf(config: JsonObject, list: string, name: string, field: string): JsonObject | undefined {
  const found = entriesOf(config, list).find((entry) => entry.name === name)?.[field];
  return isJsonObject(found) ? found : undefined;
}

/** The server, the credential and the namespace of a call. Throws Failure. */
export function targetOf(session: Session, flags: Flags): Target {
  const config = mergedConfig(configFiles(session, flags));
  const contextName = flags.text("context") || text(config["current-context"]);
  const context = contentOf(config, "contexts", contextName, "context");
  if (flags.text("context") && !context) {
    throw new Failure(`error: context ${JSON.stringify(flags.text("context"))} does not exist`);
  }
  const cluster = contentOf(config, "clusters", flags.text("cluster") || text(context?.["cluster"]), "cluster");
  const user = contentOf(config, "users", userName(flags) || text(context?.["user"]), "user");
  const inCluster = cluster || flags.has("server") ? undefined : accountTarget(session);
  const server = flags.text("server") || text(cluster?.["server"]) || inCluster?.server || "http://localhost:8080";
  const isInsecure = flags.is("insecure-skip-tls-verify") || cluster?.["insecure-skip-tls-verify"] === true;
  const authority = authorityOf(session, cluster) ?? inCluster?.authority ?? systemAuthorities(session);
  return {
    ...addressOf(server),
    token: flags.text("token") || tokenOf(session, user) || inCluster?.token || "",
    trusts: isInsecure ? undefined : authority,
    namespace: flags.text("namespace") || text(context?.["namespace"]) || inCluster?.namespace || "default",
    impersonate: { user: flags.text("as"), groups: flags.list("as-group") },
    isInCluster: inCluster !== undefined,
  };
}

/** `--user`, unless the command has a flag of its own with this name, which is a list. */
function userName(flags: Flags): string {
  return flags.isList("user") ? "" : flags.text("user");
}

function accountTarget(session: Session) {
  const host = session.env("KUBERNETES_SERVICE_HOST");
  const port = session.env("KUBERNETES_SERVICE_PORT");
  const token = readFile(session, `${ACCOUNT}/token`);
  if (!host || !port || token === undefined) return undefined;
  return {
    server: `https://${host}:${port}`,
    token: token.trim(),
    authority: readFile(session, `${ACCOUNT}/ca.crt`) ?? "",
    namespace: readFile(session, `${ACCOUNT}/namespace`)?.trim() ?? "",
  };
}

function addressOf(server: string): Pick<Target, "scheme" | "host" | "port" | "basePath"> {
  const full = /^https?:\/\//.test(server) ? server : `http://${server}`;
  const [, scheme = "http", host = "", port, path = ""] = /^(https?):\/\/([^:/]+)(?::(\d+))?(\/.*)?$/.exec(full) ?? [];
  return {
    scheme: scheme === "https" ? "https" : "http",
    host,
    port: Number(port ?? (scheme === "https" ? 443 : 80)),
    basePath: path.replace(/\/+$/, ""),
  };
}

function authorityOf(session: Session, cluster: JsonObject | undefined): string | undefined {
  const data = text(cluster?.["certificate-authority-data"]);
  if (data) return textOfBytes(bytesOfBase64(data));
  const path = text(cluster?.["certificate-authority"]);
  return path ? readFile(session, path) : undefined;
}

function systemAuthorities(session: Session): string {
  return readFile(session, "/etc/ssl/certs/ca-certificates.crt") ?? "";
}

function tokenOf(session: Session, user: JsonObject | undefined): string {
  const path = text(user?.["tokenFile"]);
  return text(user?.["token"]) || (path && readFile(session, path)?.trim()) || "";
}

function parsedConfig(source: string, path: string): JsonObject {
  try {
    const value = source.trim() === "" ? {} : readYaml(source);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new Failure(`error: error loading config file ${JSON.stringify(path)}: ${error.message}`);
  }
  throw new Failure(`error: error loading config file ${JSON.stringify(path)}: yaml: cannot be read`);
}

/** The text of a file; undefined if it cannot be read. */
function readFile(session: Session, path: string): string | undefined {
  try {
    return textOfBytes(session.process.files.read(resolvePath(session.process.cwd, bytesOfText(path))));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
