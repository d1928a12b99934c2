/**
 * `kubectl describe`
 * Source: k8s.io/kubectl pkg/cmd/describe/describe.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { ServerError } from "../core/client.ts";
import { ALL_NAMESPACES, type Call, type Command, FILES, SELECTOR } from "../core/command.ts";
import { pathOf, type Resource } from "../core/discovery.ts";
import { fetchObject, nameOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { Failure, type Steps } from "../core/session.ts";
import { listError, type Target, targetsOf } from "../core/targets.ts";
import type { DescribeCall } from "../describe/describer.ts";
import { describeGeneric } from "../describe/generic.ts";
import { describers } from "../describe/registry.ts";

interface Found {
  resource: Resource;
  object: JsonObject;
}

export const describe: Command = {
  words: ["describe"],
  flags: [
    ...FILES,
    SELECTOR,
    ALL_NAMESPACES,
    { name: "show-events", type: "bool", default: "true" },
    { name: "chunk-size", type: "int", default: "500" },
  ],
  *run(call) {
    const { session, flags, args, target } = call;
    if (args.length === 0 && flags.list("filename").length === 0 && !flags.has("kustomize")) {
      throw new Failure(
        'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.',
      );
    }
    const targets = yield* targetsOf(call);
    const { found, failed } = yield* fetchAll(call, targets);
    const [first] = failed;
    if (first?.reason === "NotFound" && args.length === 2) return yield* describeMatching(call, targets[0]!, first);
    let isFirst = true;
    const errors: Failure[] = [...failed];
    for (const one of found) {
      try {
        session.print(`${isFirst ? "" : "\n\n"}${yield* textOf(call, one)}`);
        isFirst = false;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        errors.push(error);
      }
    }
    if (found.length === 0 && errors.length === 0) {
      session.warn(
        flags.is("all-namespaces") ? "No resources found\n" : `No resources found in ${target.namespace} namespace.\n`,
      );
    }
    for (const message of new Set(errors.map((error) => error.message))) session.warn(`${message}\n`);
    return errors.length > 0 ? 1 : 0;
  },
};

function* fetchAll(call: Call, targets: readonly Target[]): Steps<{ found: Found[]; failed: ServerError[] }> {
  const found: Found[] = [];
  const failed: ServerError[] = [];
  for (const one of targets) {
    try {
      found.push(...(yield* fetchTarget(call, one)));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      failed.push(one.name === undefined ? listError(error, call, one.resource) : error);
    }
  }
  return { found, failed };
}

/** The object, or the objects of a collection with their type. Throws ServerError. */
function* fetchTarget(call: Call, { resource, name, namespace }: Target): Steps<Found[]> {
  if (name !== undefined) return [{ resource, object: yield* fetchObject(call, { resource, name }, namespace) }];
  const path = pathOf(resource, namespace);
  const { flags } = call;
  const labelSelector = flags.text("selector");
  const items = yield* listPages(call, path, labelSelector === "" ? {} : { labelSelector });
  const { group, version, kind } = resource;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return items.map((item) => ({ resource, object: { apiVersion, kind, ...item } }));
}

/** Describes the objects whose names begin as the one that was not found. Throws that error without any. */
function* describeMatching(call: Call, target: Target, original: ServerError): Steps<number> {
  const { name: prefix = "", ...type } = target;
  const all = yield* fetchTarget(call, type);
  const matching = all.filter(({ object }) => nameOf(object).startsWith(prefix));
  if (matching.length === 0) throw original;
  for (const one of matching) call.session.print(`${yield* textOf(call, one)}\n`);
  return 0;
}

function* textOf(call: Call, { resource, object }: Found): Steps<string> {
  const { group, kind } = resource;
  const describer = describers.find((one) => one.group === group && one.kind === kind);
  if (describer && "text" in describer) return describer.text(object);
  const describeCall: DescribeCall = {
    client: call.client,
    nowMs: call.session.nowMs,
    showsEvents: call.flags.is("show-events"),
    list: (path, query) => listPages(call, path, query),
  };
  return yield* describer ? describer.describe(describeCall, object) : describeGeneric(describeCall, object);
}

/** The items of a collection, in pages of `--chunk-size`. Throws ServerError. */
function* listPages(call: Call, path: string, query: Readonly<Record<string, string>> = {}): Steps<JsonObject[]> {
  const size = call.flags.int("chunk-size");
  const paged = size > 0 ? { ...query, limit: String(size) } : query;
  const items: JsonObject[] = [];
  for (let from: string | undefined; ; ) {
    const page = yield* call.client.json(path, { query: { ...paged, ...(from !== undefined && { continue: from }) } });
    items.push(...objectsIn(page["items"]));
    const next = objectIn(page["metadata"])["continue"];
    if (typeof next !== "string" || next === "") return items;
    from = next;
  }
}
