/**
 * The pod that Vault's injector makes of one with annotations: an agent before its containers, and one beside them.
 * Source: github.com/hashicorp/vault-k8s agent-inject/agent
 */
import { cloneJson, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import { metadataOf } from "./objects.ts";

const PREFIX = "vault.hashicorp.com/";
const SECRETS_PATH = "/vault/secrets";
const HOME = "/home/vault";
const START = `echo \${VAULT_CONFIG?} | base64 -d > ${HOME}/config.json && vault agent -config=${HOME}/config.json`;

/** Annotations that would change the files of secrets and are not simulated. Some have a secret's name at their end. */
const UNSUPPORTED =
  /^(agent-(configmap|extra-secret|copy-volume-mounts|json-patch|init-json-patch|service-account-token-volume-name)|agent-(inject-command|template-(left|right)-delim)-.+|namespace|tls-secret)$/;

/** A pod that cannot be injected; the message is the injector's. */
export class InjectionError extends Error {
  override name = "InjectionError";
}

interface InjectionSettings {
  namespace: string;
  /** Of the injector: defaults for pods without annotations. */
  env: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string>>;

class Annotations {
  readonly all: JsonObject;

  constructor(pod: JsonObject) {
    this.all = objectIn(metadataOf(pod)["annotations"]);
  }

  text(name: string, fallback = ""): string {
    const value = this.all[PREFIX + name];
    return typeof value === "string" ? value : fallback;
  }

  isTrue(name: string, fallback = false): boolean {
    const value = this.text(name, String(fallback));
    if (value === "") return fallback;
    if (/^(1|t|true)$/i.test(value)) return true;
    if (/^(0|f|false)$/i.test(value)) return false;
    throw new InjectionError(`strconv.ParseBool: parsing "${value}": invalid syntax`);
  }

  /** Names of annotations with a value. */
  namesOf(pattern: RegExp): string[] {
    const own = Object.keys(this.all).filter((key) => key.startsWith(PREFIX) && this.all[key] !== "");
    return own.map((key) => key.slice(PREFIX.length)).filter((name) => pattern.test(name));
  }

  /** The names behind a prefix. */
  namesBehind(name: string): string[] {
    const start = `${PREFIX}${name}-`;
    const found = Object.keys(this.all).filter((key) => key.startsWith(start) && String(this.all[key]).trim() !== "");
    return found.map((key) => key.slice(start.length));
  }
}

/** Whether a pod asks for an agent and has none yet. Throws InjectionError. */
export function asksForAgent(pod: JsonObject): boolean {
  const annotations = new Annotations(pod);
  const { phase = "" } = objectIn(pod["status"]);
  if (phase !== "" && phase !== "Pending") return false;
  return annotations.isTrue("agent-inject") && annotations.text("agent-inject-status") !== "injected";
}

/** The pod with agents. Throws InjectionError. */
export function withAgent(pod: JsonObject, settings: InjectionSettings): JsonObject {
  if (["kube-system", "kube-public"].includes(settings.namespace)) {
    const problem = `cannot inject into system namespaces: ${settings.namespace}`;
    throw new InjectionError(`error with request namespace: ${problem}`);
  }
  const annotations = new Annotations(pod);
  const [unsupported] = annotations.namesOf(UNSUPPORTED);
  if (unsupported !== undefined) throw new InjectionError(`annotation ${PREFIX}${unsupported} is not simulated`);
  const changed = cloneJson(pod);
  const spec = objectIn(changed["spec"]);
  const agent = new Agent(annotations, objectsIn(spec["containers"]), settings.env);
  const [isFirst, isOnlyBefore] = [annotations.isTrue("agent-init-first"), agent.isOnlyBefore];
  const chosen = annotations.text("agent-inject-containers").split(",");
  const containers = objectsIn(spec["containers"]).map((each) =>
    chosen[0] === "" || chosen.includes(String(each["name"])) ? agent.mountedIn(each) : each,
  );
  const before = objectsIn(spec["initContainers"]).map((each) => agent.mountedIn(each));
  const initAgent = agent.isBefore ? [agent.container(true)] : [];
  spec["volumes"] = [...objectsIn(spec["volumes"]), ...agent.volumes()];
  spec["containers"] = [...containers, ...(isOnlyBefore ? [] : [agent.container(false)])];
  const initContainers = isFirst ? [...initAgent, ...before] : [...before, ...initAgent];
  if (initContainers.length > 0) spec["initContainers"] = initContainers;
  const metadata = objectIn(changed["metadata"]);
  metadata["annotations"] = { ...annotations.all, [`${PREFIX}agent-inject-status`]: "injected" };
  return changed;
}

class Agent {
  readonly #annotations: Annotations;
  readonly #env: Environment;
  readonly #account: { name: string; mountPath: string };
  readonly isBefore: boolean;
  readonly isOnlyBefore: boolean;

  constructor(annotations: Annotations, containers: readonly JsonObject[], env: Environment) {
    this.#annotations = annotations;
    this.#env = env;
    const mounts = containers.flatMap((each) => objectsIn(each["volumeMounts"]));
    const found = mounts.find(({ mountPath }) => String(mountPath).includes("serviceaccount"));
    if (!found)
      throw new InjectionError("error creating new agent sidecar: failed to find service account volume mount");
    this.#account = { name: String(found["name"]), mountPath: String(found["mountPath"]) };
    this.isBefore = annotations.isTrue("agent-pre-populate", true);
    this.isOnlyBefore = annotations.isTrue("agent-pre-populate-only");
    if (this.#role() === "") throw new InjectionError("error validating agent configuration: no Vault role found");
    if (this.#address() === "")
      throw new InjectionError("error adding default annotations: address for Vault required");
  }

  #role = () => this.#annotations.text("role", this.#annotations.text("auth-config-role"));
  #address = () => this.#annotations.text("service", this.#env["AGENT_INJECT_VAULT_ADDR"] ?? "");

  /** The folders of secrets, that of most of them first. */
  #folders(): string[] {
    const first = this.#annotations.text("secret-volume-path", SECRETS_PATH);
    return [...new Set([first, ...this.#secretNames().map((name) => this.#folderOf(name, first))])];
  }

  #folderOf = (name: string, first: string) => this.#annotations.text(`secret-volume-path-${name}`, first);

  #secretNames(): string[] {
    const kinds = ["agent-inject-secret", "agent-inject-template-file", "agent-inject-template"];
    const names = kinds.flatMap((kind) => this.#annotations.namesBehind(kind));
    const files = this.#annotations.namesBehind("agent-inject-template-file").map((name) => `file-${name}`);
    return [...new Set(names)].filter((name) => !files.includes(name)).sort();
  }

  #volumeNames(): [folder: string, volume: string][] {
    return this.#folders().map((folder, i) => [folder, i === 0 ? "vault-secrets" : `vault-secrets-custom-${i - 1}`]);
  }

  #mounts = (): JsonObject[] => this.#volumeNames().map(([mountPath, name]) => ({ name, mountPath }));

  mountedIn(container: JsonObject): JsonObject {
    return { ...container, volumeMounts: [...objectsIn(container["volumeMounts"]), ...this.#mounts()] };
  }

  volumes(): JsonObject[] {
    const homes = [...(this.isBefore ? ["home-init"] : []), ...(this.isOnlyBefore ? [] : ["home-sidecar"])];
    const names = [...homes, ...this.#volumeNames().map(([, name]) => name)];
    return names.map((name) => ({ name, emptyDir: { medium: "Memory" } }));
  }

  container(isInit: boolean): JsonObject {
    const { name, mountPath } = this.#account;
    const home = { name: isInit ? "home-init" : "home-sidecar", mountPath: HOME };
    const account = { name, mountPath, readOnly: true };
    const hasContext = this.#annotations.isTrue(
      "agent-set-security-context",
      this.#env["AGENT_INJECT_SET_SECURITY_CONTEXT"] !== "false",
    );
    return {
      name: isInit ? "vault-agent-init" : "vault-agent",
      image: this.#annotations.text("agent-image", this.#env["AGENT_INJECT_VAULT_IMAGE"] || "hashicorp/vault:1.21.2"),
      ...{ command: ["/bin/sh", "-ec"], args: [START], env: this.#variables(isInit), resources: this.#resources() },
      ...(hasContext && { securityContext: this.#securityContext() }),
      volumeMounts: [...(isInit ? [home, account] : [account, home]), ...this.#mounts()],
    };
  }

  #variables(isInit: boolean): JsonObject[] {
    const fields = { NAMESPACE: "metadata.namespace", HOST_IP: "status.hostIP", POD_IP: "status.podIP" };
    return [
      ...Object.entries(fields).map(([name, fieldPath]) => ({ name, valueFrom: { fieldRef: { fieldPath } } })),
      {
        name: "VAULT_LOG_LEVEL",
        value: this.#annotations.text("log-level", "info"),
      },
      { name: "VAULT_LOG_FORMAT", value: this.#annotations.text("log-format", "standard") },
      { name: "VAULT_CONFIG", value: btoa(String.fromCharCode(...new TextEncoder().encode(this.#config(isInit)))) },
    ];
  }

  #resources(): JsonObject {
    const amounts = (kind: "limits" | "requests", word: string, defaults: Environment) => {
      const pairs = ["cpu", "mem", "ephemeral"].map((unit): [string, string] => [
        { cpu: "cpu", mem: "memory" }[unit] ?? "ephemeral-storage",
        this.#annotations.text(
          `agent-${kind}-${unit}`,
          this.#env[`AGENT_INJECT_${unit.toUpperCase()}_${word}`] || (defaults[unit] ?? ""),
        ),
      ]);
      return Object.fromEntries(pairs.filter(([, amount]) => amount !== ""));
    };
    return {
      limits: amounts("limits", "LIMIT", { cpu: "500m", mem: "128Mi" }),
      requests: amounts("requests", "REQUEST", { cpu: "250m", mem: "64Mi" }),
    };
  }

  #securityContext(): JsonObject {
    const id = (name: string, variable: string, fallback: string) =>
      Number(this.#annotations.text(name, this.#env[variable] || fallback));
    const [runAsUser, runAsGroup] = [
      id("agent-run-as-user", "AGENT_INJECT_RUN_AS_USER", "100"),
      id("agent-run-as-group", "AGENT_INJECT_RUN_AS_GROUP", "1000"),
    ];
    return {
      ...{ runAsUser, runAsGroup, runAsNonRoot: runAsUser !== 0 && runAsGroup !== 0, readOnlyRootFilesystem: true },
      ...{ capabilities: { drop: ["ALL"] }, allowPrivilegeEscalation: false },
    };
  }

  #config(isInit: boolean): string {
    const sinks = [`${HOME}/.vault-token`];
    if (this.#annotations.isTrue("agent-inject-token")) sinks.push(`${this.#folders()[0]}/token`);
    const params = this.#annotations
      .namesBehind("auth-config")
      .map((name): [string, JsonValue] => [name.replaceAll("-", "_"), this.#annotations.text(`auth-config-${name}`)]);
    const method = {
      type: this.#annotations.text("auth-type", this.#env["AGENT_INJECT_VAULT_AUTH_TYPE"] || "kubernetes"),
      mount_path: this.#annotations.text("auth-path", this.#env["AGENT_INJECT_VAULT_AUTH_PATH"] || "auth/kubernetes"),
      config: {
        ...{ token_path: `${this.#account.mountPath}/token`, ...Object.fromEntries(params), role: this.#role() },
      },
      ...this.#backoff("min"),
      ...this.#backoff("max"),
    };
    const interval = this.#annotations.text(
      "template-static-secret-render-interval",
      this.#env["AGENT_INJECT_TEMPLATE_STATIC_SECRET_RENDER_INTERVAL"] ?? "",
    );
    const exits = this.#env["AGENT_INJECT_TEMPLATE_CONFIG_EXIT_ON_RETRY_FAILURE"] !== "false";
    return JSON.stringify({
      auto_auth: { method, sink: sinks.map((path) => ({ type: "file", config: { path } })) },
      ...{ exit_after_auth: isInit, pid_file: `${HOME}/.pid`, vault: { address: this.#address() } },
      template: this.#secretNames().map((name) => this.#template(name)),
      template_config: {
        exit_on_retry_failure: this.#annotations.isTrue("template-config-exit-on-retry-failure", exits),
        ...(interval !== "" && { static_secret_render_interval: interval }),
      },
    });
  }

  #backoff(word: "min" | "max"): JsonObject {
    const variable = `AGENT_INJECT_AUTH_${word.toUpperCase()}_BACKOFF`;
    const value = this.#annotations.text(`auth-${word}-backoff`, this.#env[variable] ?? "");
    return value === "" ? {} : { [`${word}_backoff`]: value };
  }

  #template(name: string): JsonObject {
    const of = (kind: string) => this.#annotations.text(`${kind}-${name}`);
    const folder = this.#folderOf(name, this.#folders()[0] ?? SECRETS_PATH);
    const keepsCase = this.#annotations.isTrue(
      `preserve-secret-case-${name}`,
      this.#annotations.isTrue("preserve-secret-case"),
    );
    const file = of("agent-inject-file") || (keepsCase ? name : name.toLowerCase());
    const text = of("agent-inject-template");
    const source = text === "" ? of("agent-inject-template-file") : "";
    const perms = of("agent-inject-perms");
    return {
      destination: `${folder}/${file}`,
      ...(source === "" ? { contents: text || this.#defaultTemplate(of("agent-inject-secret")) } : { source }),
      ...{ left_delimiter: "{{", right_delimiter: "}}" },
      ...(perms !== "" && { perms }),
      ...(this.#annotations.isTrue(`error-on-missing-key-${name}`) && { error_on_missing_key: true }),
    };
  }

  #defaultTemplate(path: string): string {
    const fallback = this.#env["AGENT_INJECT_DEFAULT_TEMPLATE"] || "map";
    const type = this.#annotations.text("agent-inject-default-template", fallback).toLowerCase();
    const read = `{{ with secret "${path}" }}`;
    if (type === "json") return `${read}{{ .Data | toJSON }}\n{{ end }}`;
    if (type === "map") return `${read}{{ range $k, $v := .Data }}{{ $k }}: {{ $v }}\n{{ end }}{{ end }}`;
    throw new InjectionError(`error creating new agent sidecar: invalid default template type: ${type}`);
  }
}
