/**
 * Completers of resources, names, containers and ports.
 * Source: k8s.io/kubectl pkg/util/completion/completion.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Call } from "../core/command.ts";
import { pathOf, qualifiedName } from "../core/discovery.ts";
import { namedBy, nameOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { podFor } from "../core/pods.ts";
import { Failure, type Steps } from "../core/session.ts";

export interface Completions {
  words: string[];
  /** 2: no space follows; 4: no files are offered; 8: the words are extensions of files. */
  directive: number;
}

/** Completes the word behind the arguments of the call. Throws Failure without an answer of the server. */
export type Completer = (call: Call, word: string) => Steps<Completions>;

const [NO_SPACE, NO_FILES] = [2, 4];
const WITH_PODS = [
  "daemonsets",
  "deployments",
  "pods",
  "jobs",
  "replicasets",
  "replicationcontrollers",
  "services",
  "statefulsets",
];

function noFiles(words: readonly string[]): Completions {
  return { words: [...words], directive: NO_FILES };
}

/** Names of the objects of a type; none if the server refuses. */
export function* namesOf(call: Call, type: string, word: string): Steps<string[]> {
  try {
    const named = yield* namedBy(call, [type]);
    const names: string[] = [];
    for (const { resource } of named) {
      const list = yield* call.client.json(pathOf(resource, call.target.namespace));
      names.push(...objectsIn(list["items"]).map(nameOf));
    }
    return names.filter((name) => name.startsWith(word));
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

/** Types that can be read, behind the types of a list: `pods,secr`. */
function* typesFor(call: Call, word: string): Steps<string[]> {
  const comma = word.lastIndexOf(",") + 1;
  const { all } = yield* call.resources();
  return all
    .filter((one) => one.isPreferred && one.verbs.includes("get"))
    .sort((a, b) => compare(a.group, b.group) || compare(a.name, b.name))
    .map(qualifiedName)
    .filter((name) => name.startsWith(word.slice(comma)))
    .map((name) => word.slice(0, comma) + name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface TypeOptions {
  /** Absent: all types of the server. */
  types?: readonly string[];
  /** Several objects may be named. */
  repeats: boolean;
}

/** `TYPE NAME`, `TYPE/NAME` */
export function typeAndName({ types, repeats }: TypeOptions): Completer {
  const typesOf = function* (call: Call, word: string): Steps<string[]> {
    return types ? types.filter((type) => type.startsWith(word)) : yield* typesFor(call, word);
  };
  return function* (call, word) {
    const [type, ...named] = call.args;
    if (type !== undefined && !type.includes("/")) {
      if (!repeats && named.length > 0) return noFiles([]);
      const names = yield* namesOf(call, type, word);
      return noFiles(names.filter((name) => !named.includes(name)));
    }
    const slash = word.indexOf("/");
    if (slash < 0 && type === undefined) return noFiles(yield* typesOf(call, word));
    if (!repeats && type !== undefined) return noFiles([]);
    if (slash < 0) {
      const found = yield* typesOf(call, word);
      return { words: found.map((one) => `${one}/`), directive: NO_FILES | NO_SPACE };
    }
    const names = yield* namesOf(call, word.slice(0, slash), word.slice(slash + 1));
    const words = names.map((name) => `${word.slice(0, slash)}/${name}`);
    return noFiles(words.filter((one) => !call.args.includes(one)));
  };
}

/** The only argument is the name of an object. */
export function nameOnly(type: string): Completer {
  return function* (call, word) {
    return noFiles(call.args.length === 0 ? yield* namesOf(call, type, word) : []);
  };
}

/** The first argument: a pod, or an object with pods. */
export function* pod(call: Call, word: string): Steps<Completions> {
  if (call.args.length > 0) return noFiles([]);
  const slash = word.indexOf("/");
  if (slash >= 0) {
    const names = yield* namesOf(call, word.slice(0, slash), word.slice(slash + 1));
    return noFiles(names.map((name) => `${word.slice(0, slash)}/${name}`));
  }
  const names = yield* namesOf(call, "pod", word);
  const types = WITH_PODS.filter((type) => type.startsWith(word)).map((type) => `${type}/`);
  return { words: [...names, ...types], directive: names.length === 0 ? NO_FILES | NO_SPACE : NO_FILES };
}

/** A pod, and then one of its containers. */
export function* podAndContainer(call: Call, word: string): Steps<Completions> {
  return call.args.length === 1 ? yield* container(call, word) : yield* pod(call, word);
}

/** The containers of the pod that the first argument names. */
export function* container(call: Call, word: string): Steps<Completions> {
  const [named] = call.args;
  if (named === undefined) return noFiles([]);
  const spec = objectIn((yield* podFor(call, [named]))["spec"]);
  const names = [...objectsIn(spec["initContainers"]), ...objectsIn(spec["containers"])].map(({ name }) =>
    String(name),
  );
  return noFiles(names.filter((name) => name.startsWith(word)));
}

/** A pod or an object with pods, and then one of its ports: `8080:80`. */
export function* podAndPort(call: Call, word: string): Steps<Completions> {
  const [named] = call.args;
  if (named === undefined) return yield* pod(call, word);
  if (call.args.length > 1) return noFiles([]);
  const ports = /^(services?|svc)\//.test(named)
    ? yield* servicePorts(call, named)
    : yield* containerPorts(call, named);
  const local = word.split(":")[0]!;
  const pairs = ports.map((port) => `${local === "" ? port : local}:${port}`);
  return noFiles(pairs.filter((pair) => pair.startsWith(word)));
}

function* servicePorts({ client, target }: Call, named: string): Steps<string[]> {
  const path = `/api/v1/namespaces/${target.namespace}/services/${named.split("/")[1] ?? ""}`;
  return portsIn(objectsIn(objectIn((yield* client.json(path))["spec"])["ports"]), "port");
}

function* containerPorts(call: Call, named: string): Steps<string[]> {
  const spec = objectIn((yield* podFor(call, [named]))["spec"]);
  return objectsIn(spec["containers"]).flatMap(({ ports }) => portsIn(objectsIn(ports), "containerPort"));
}

function portsIn(ports: readonly JsonObject[], field: string): string[] {
  return ports.map((port) => String(port[field]));
}
