/**
 * `kubectl create configmap` and `kubectl create secret`
 * Source: k8s.io/kubectl pkg/cmd/create/create_configmap.go, create_secret.go
 */
import { FileError } from "../../../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../../../lib/bytes.ts";
import type { JsonObject } from "../../../../lib/json.ts";
import { resolvePath } from "../../../base/paths.ts";
import type { Call } from "../../core/command.ts";
import type { FlagSpec } from "../../core/flags.ts";
import { Failure, type Session, type Steps } from "../../core/session.ts";
import { contentHash } from "../../kustomize/hash.ts";
import { type Generator, generator } from "./from-flags.ts";

const SOURCES: readonly FlagSpec[] = [
  { name: "from-literal", type: "array" },
  { name: "from-file", type: "list" },
  { name: "from-env-file", type: "list" },
  { name: "append-hash", type: "bool" },
];

const configMap: Generator = {
  words: ["configmap"],
  aliases: ["cm"],
  flags: SOURCES,
  build(call, name) {
    const values = valuesOf(call);
    const [data, binaryData]: [JsonObject, JsonObject] = [{}, {}];
    for (const [key, bytes] of values) {
      const text = textOfBytes(bytes);
      if (text.includes("\ufffd")) binaryData[key] = btoa(bytes);
      else data[key] = text;
    }
    return {
      apiVersion: "v1",
      ...(Object.keys(binaryData).length > 0 && { binaryData }),
      ...(Object.keys(data).length > 0 && { data }),
      kind: "ConfigMap",
      metadata: { name },
    };
  },
};

const generic: Generator = {
  words: ["secret", "generic"],
  flags: [...SOURCES, { name: "type", type: "string" }],
  build(call, name) {
    const type = call.flags.text("type");
    return { ...secretOf(name, valuesOf(call)), ...(type && { type }) };
  },
};

const tls: Generator = {
  words: ["secret", "tls"],
  flags: [
    { name: "cert", type: "string" },
    { name: "key", type: "string" },
    { name: "append-hash", type: "bool" },
  ],
  build({ session, flags }, name) {
    if (!flags.text("key") || !flags.text("cert")) throw new Failure("error: key and cert must be specified");
    const values = new Map([
      ["tls.crt", readPem(session, flags.text("cert"))],
      ["tls.key", readPem(session, flags.text("key"))],
    ]);
    for (const [key, part] of [
      ["tls.crt", "certificate"],
      ["tls.key", "key"],
    ] as const) {
      if (!values.get(key)?.includes("-----BEGIN ")) {
        throw new Failure(`error: tls: failed to find any PEM data in ${part} input`);
      }
    }
    return { ...secretOf(name, values), type: "kubernetes.io/tls" };
  },
};

/** The key of a Secret with credentials of registries. */
const DOCKER_CONFIG = ".dockerconfigjson";

const dockerRegistry: Generator = {
  words: ["secret", "docker-registry"],
  flags: [
    { name: "docker-username", type: "string" },
    { name: "docker-password", type: "string" },
    { name: "docker-email", type: "string" },
    { name: "from-file", type: "list" },
    { name: "docker-server", type: "string", default: "https://index.docker.io/v1/" },
    { name: "append-hash", type: "bool" },
  ],
  build(call, name) {
    const { flags } = call;
    if (flags.has("from-file")) {
      const values = valuesOf(call, { defaultKey: DOCKER_CONFIG });
      return { ...secretOf(name, values), type: "kubernetes.io/dockerconfigjson" };
    }
    const username = flags.text("docker-username");
    const password = flags.text("docker-password");
    if (!username || !password) {
      throw new Failure(
        "error: either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    }
    const email = flags.text("docker-email");
    const auth = btoa(bytesOfText(`${username}:${password}`));
    const entry = { username, password, ...(email && { email }), auth };
    const config = JSON.stringify({ auths: { [flags.text("docker-server")]: entry } });
    const values = new Map([[DOCKER_CONFIG, bytesOfText(config)]]);
    return { ...secretOf(name, values), type: "kubernetes.io/dockerconfigjson" };
  },
};

function secretOf(name: string, values: ReadonlyMap<string, string>): JsonObject {
  const data = Object.fromEntries([...values].map(([key, bytes]) => [key, btoa(bytes)]));
  return { apiVersion: "v1", ...(values.size > 0 && { data }), kind: "Secret", metadata: { name } };
}

/** Byte strings by key. `defaultKey`: the key of files without one; absent: their names. Throws Failure. */
function valuesOf({ session, flags, args }: Call, { defaultKey }: { defaultKey?: string } = {}): Map<string, string> {
  const values = new Map<string, string>();
  const add = (key: string, bytes: string) => {
    if (values.has(key))
      throw new Failure(
        `error: cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap ${JSON.stringify(args[0] ?? "")}`,
      );
    values.set(key, bytes);
  };
  if (flags.has("from-env-file") && (flags.has("from-file") || flags.has("from-literal"))) {
    throw new Failure("error: from-env-file cannot be combined with from-file or from-literal");
  }
  for (const literal of flags.list("from-literal")) {
    const equals = literal.indexOf("=");
    if (equals <= 0) throw new Failure(`error: invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, equals), bytesOfText(unquoted(literal.slice(equals + 1))));
  }
  for (const source of flags.list("from-file")) {
    addFile(session, defaultKey === undefined || source.includes("=") ? source : `${defaultKey}=${source}`, add);
  }
  for (const path of flags.list("from-env-file")) {
    for (const line of textOfBytes(readBytes(session, path)).split(/\r?\n/)) {
      const plain = line.replace(/^\s+/, "");
      if (plain === "" || plain.startsWith("#")) continue;
      const equals = plain.indexOf("=");
      const key = equals < 0 ? plain : plain.slice(0, equals);
      add(key, equals < 0 ? (session.process.env[key] ?? "") : bytesOfText(plain.slice(equals + 1)));
    }
  }
  return values;
}

/** One pair of quotes around a value is dropped. */
function unquoted(value: string): string {
  const isQuoted = value.length >= 2 && (value[0] === '"' || value[0] === "'") && value.at(-1) === value[0];
  return isQuoted ? value.slice(1, -1) : value;
}

/** `path`, `key=path`, or a folder: each of its files. */
function addFile(session: Session, source: string, add: (key: string, bytes: string) => void): void {
  const equals = source.indexOf("=");
  const path = equals < 0 ? source : source.slice(equals + 1);
  const { files, cwd } = session.process;
  const full = resolvePath(cwd, bytesOfText(path));
  if (files.find(full)?.type !== "directory") {
    add(equals < 0 ? (path.split("/").at(-1) ?? "") : source.slice(0, equals), readBytes(session, path));
    return;
  }
  if (equals >= 0) throw new Failure("error: cannot give a key name for a directory path");
  for (const name of files.list(full)) {
    if (files.find(`${full}/${name}`)?.type === "file") add(textOfBytes(name), files.read(`${full}/${name}`));
  }
}

function readBytes(session: Session, path: string): string {
  try {
    return session.process.files.read(resolvePath(session.process.cwd, bytesOfText(path)));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Failure(`error: error reading ${path}: ${error.message.toLowerCase()}`);
  }
}

/** A file of `create secret tls`, whose refusal has words of its own. */
function readPem(session: Session, path: string): string {
  try {
    return session.process.files.read(resolvePath(session.process.cwd, bytesOfText(path)));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Failure(`error: Cannot read file ${path}, open ${path}: ${error.message.toLowerCase()}`);
  }
}

/** `--append-hash`: the contents' hash behind the name. */
function hashed(one: Generator): Generator {
  return {
    ...one,
    *build(call, name) {
      const built = one.build(call, name);
      const object =
        "next" in built && typeof built.next === "function" ? yield* built as Steps<JsonObject> : (built as JsonObject);
      if (!call.flags.is("append-hash")) return object;
      return { ...object, metadata: { name: `${name}-${contentHash(object, { name, emptyData: null })}` } };
    },
  };
}

export const dataGenerators = [configMap, generic, tls, dockerRegistry].map(hashed).map(generator);
