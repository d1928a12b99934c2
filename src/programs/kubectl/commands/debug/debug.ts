/**
 * `kubectl debug`: a container in a running pod, a changed copy of a pod, or a pod on a node.
 * Source: k8s.io/kubectl pkg/cmd/debug/debug.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import { type Call, type Command, FILENAME } from "../../core/command.ts";
import type { Resource } from "../../core/discovery.ts";
import { checkImageName } from "../../core/image-name.ts";
import { strategicMerge } from "../../core/local-patch.ts";
import { fetchObject, metadataOf, namedBy, nameOf, namespaceOf, objectsInFiles, readText } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { containerOf } from "../../core/pods.ts";
import { Failure, type Session, type Steps } from "../../core/session.ts";
import { DocumentError, readYaml } from "../../core/yaml-documents.ts";
import { attachToDebug, type DebugSession, resumedDebug } from "./attached.ts";
import { checkProfile, type DebugStyle, withProfile } from "./profiles.ts";

export const debug: Command = {
  words: ["debug"],
  flags: [
    FILENAME,
    { name: "arguments-only", type: "bool" },
    { name: "attach", type: "bool" },
    { name: "container", short: "c", type: "string" },
    { name: "copy-to", type: "string" },
    { name: "replace", type: "bool" },
    { name: "env", type: "list" },
    { name: "image", type: "string" },
    { name: "keep-labels", type: "bool" },
    { name: "keep-annotations", type: "bool" },
    { name: "keep-liveness", type: "bool" },
    { name: "keep-readiness", type: "bool" },
    { name: "keep-startup", type: "bool" },
    { name: "keep-init-containers", type: "bool", default: "true" },
    { name: "set-image", type: "list" },
    { name: "image-pull-policy", type: "string" },
    { name: "stdin", short: "i", type: "bool" },
    { name: "quiet", short: "q", type: "bool" },
    { name: "same-node", type: "bool" },
    { name: "share-processes", type: "bool", default: "true" },
    { name: "target", type: "string" },
    { name: "tty", short: "t", type: "bool" },
    { name: "profile", type: "string", default: "legacy" },
    { name: "custom", type: "string" },
  ],
  *run(call) {
    const resumed = resumedDebug(call);
    if (resumed) return yield* attachToDebug(call, resumed);
    checkProfile(call.flags);
    check(call);
    const started: DebugSession[] = [];
    for (const { resource, name, object } of yield* targetsOf(call)) {
      const namespace = resource.isNamespaced ? call.target.namespace : "";
      const found = object ?? (yield* fetchObject(call, { resource, name }, namespace));
      started.push(yield* debugObject(call, resource, found));
    }
    const { flags } = call;
    const isAttached = flags.has("attach") ? flags.is("attach") : flags.is("stdin");
    const [first] = started;
    return isAttached && first && first.container !== "" ? yield* attachToDebug(call, first) : 0;
  },
};

/** Words in front of `--`, and the command behind it. */
function wordsOf({ args, flags }: Call): { names: readonly string[]; command: readonly string[] } {
  const { dashAt } = flags;
  if (dashAt === undefined || args.length <= dashAt) return { names: args, command: [] };
  return { names: args.slice(0, dashAt), command: args.slice(dashAt) };
}

/** Throws Failure for flags that do not fit together, in the order of kubectl's checks. */
function check(call: Call): void {
  const { flags, session } = call;
  const { names, command } = wordsOf(call);
  const [image, container] = [flags.text("image"), flags.text("container")];
  const images = flags.list("set-image");
  const fail = (message: string) => new Failure(`error: ${message}`);
  if (flags.has("attach") && flags.is("attach") && image === "" && container === "") {
    throw fail("you must specify --container or create a new container using --image in order to attach.");
  }
  if (flags.text("copy-to") !== "") {
    if (image === "" && images.length === 0 && command.length === 0) {
      throw fail("you must specify --image, --set-image or command arguments.");
    }
    if (command.length > 0 && container === "" && image === "") {
      throw fail("you must specify an existing container or a new image when specifying args.");
    }
  } else {
    if (flags.is("replace")) throw fail("--replace may only be used with --copy-to.");
    if (flags.is("same-node")) throw fail("--same-node may only be used with --copy-to.");
    if (images.length > 0) throw fail("--set-image may only be used with --copy-to.");
    if (image === "") throw fail("you must specify --image when not using --copy-to.");
  }
  if (image !== "") checkImageName(image, `invalid image name ${JSON.stringify(image)}`);
  if (names.length === 0 && flags.list("filename").length === 0) throw fail("NAME or filename is required for debug");
  const pull = flags.text("image-pull-policy");
  if (!["", "Always", "IfNotPresent", "Never"].includes(pull)) throw fail(`invalid image pull policy: ${pull}`);
  if (flags.text("target") !== "") {
    if (flags.text("copy-to") !== "") {
      throw fail("--target is incompatible with --copy-to. Use --share-processes instead.");
    }
    if (!flags.is("quiet")) {
      session.print(
        `Targeting container ${JSON.stringify(flags.text("target"))}. If you don't see processes from this container it may be because the container runtime doesn't support this feature.\n`,
      );
    }
  }
  if (flags.is("tty") && !flags.is("stdin")) throw fail("-i/--stdin is required for containers with -t/--tty=true");
  if (flags.text("profile") === "legacy") {
    session.warn(
      '--profile=legacy is deprecated and will be removed in the future. It is recommended to explicitly specify a profile, for example "--profile=general".\n',
    );
  }
}

interface DebugTarget {
  resource: Resource;
  name: string;
  /** An object of a file. */
  object?: JsonObject;
}

function* targetsOf(call: Call): Steps<DebugTarget[]> {
  const { names } = wordsOf(call);
  const resources = yield* call.resources();
  const files = call.flags.list("filename").length > 0 ? yield* objectsInFiles(call) : [];
  const ofFiles = files.map(({ object }) => ({
    resource: resources.require(String(object["kind"])),
    name: nameOf(object),
    object,
  }));
  const named = names.length === 0 ? [] : yield* namedBy(call, names[0]!.includes("/") ? names : ["pods", ...names]);
  return [...ofFiles, ...named.map(({ resource, name = "" }) => ({ resource, name }))];
}

function* debugObject(call: Call, { name, kind, group }: Resource, object: JsonObject): Steps<DebugSession> {
  if (name === "nodes") return yield* debugNode(call, object);
  if (name !== "pods") {
    throw new Failure(`error: ${JSON.stringify(`${group}/v1, Kind=${kind}`)} not supported by debug`);
  }
  return call.flags.text("copy-to") === "" ? yield* addContainer(call, object) : yield* copyPod(call, object);
}

const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";

function* suffix(): Steps<string> {
  let text = "";
  for (let i = 0; i < 5; i++) text += SUFFIX[Number(yield { type: "random" }) % SUFFIX.length];
  return text;
}

/** The fields of the debug container that the flags give. */
function containerFields(call: Call, name: string): JsonObject {
  const { flags } = call;
  const { command } = wordsOf(call);
  const env = flags.list("env").map((pair) => {
    const [, variable = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    return { name: variable, value };
  });
  return {
    name,
    ...(command.length > 0 && { [flags.is("arguments-only") ? "args" : "command"]: [...command] }),
    ...(env.length > 0 && { env }),
    ...(flags.text("image") && { image: flags.text("image") }),
    ...(flags.text("image-pull-policy") && { imagePullPolicy: flags.text("image-pull-policy") }),
    ...(flags.is("stdin") && { stdin: true }),
    terminationMessagePolicy: "File",
    ...(flags.is("tty") && { tty: true }),
  };
}

function* containerName({ flags, session }: Call, pod: JsonObject): Steps<string> {
  if (flags.text("container") !== "") return flags.text("container");
  let name = `debugger-${yield* suffix()}`;
  while (containerOf(pod, name)) name = `debugger-${yield* suffix()}`;
  if (!flags.is("quiet")) session.print(`Defaulting debug container name to ${name}.\n`);
  return name;
}

/** The container of `--custom`. Throws Failure. */
function customContainer(session: Session, path: string): JsonObject {
  try {
    return objectIn(readYaml(readText(session, path)));
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new Failure(`error: ${path} does not contain a valid container spec: ${error.message}`);
  }
}

/** The pod with the profile and the custom profile of the flags. */
function profiled({ flags, session }: Call, pod: JsonObject, name: string, style: DebugStyle): JsonObject {
  const changed = withProfile(pod, name, style, flags);
  if (flags.text("custom") === "") return changed;
  const custom = customContainer(session, flags.text("custom"));
  const spec = objectIn(changed["spec"]);
  const list = style === "ephemeral" ? "ephemeralContainers" : "containers";
  const containers = objectsIn(spec[list]).map((one) => (one["name"] === name ? strategicMerge(one, custom) : one));
  return { ...changed, spec: { ...spec, [list]: containers } };
}

function* addContainer(call: Call, pod: JsonObject): Steps<DebugSession> {
  const { flags, client } = call;
  const name = yield* containerName(call, pod);
  const target = flags.text("target");
  const added: JsonObject = { ...containerFields(call, name), ...(target !== "" && { targetContainerName: target }) };
  const known = objectsIn(objectIn(pod["spec"])["ephemeralContainers"]);
  const spec = { ...objectIn(pod["spec"]), ephemeralContainers: [...known, added] };
  const changed = profiled(call, { ...pod, spec }, name, "ephemeral");
  const [last] = objectsIn(objectIn(changed["spec"])["ephemeralContainers"]).slice(-1);
  const namespace = namespaceOf(pod) || call.target.namespace;
  const path = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}`;
  yield* client.json(`${path}/ephemeralcontainers`, {
    method: "PATCH",
    contentType: "application/strategic-merge-patch+json",
    body: {
      spec: {
        "$setElementOrder/ephemeralContainers": [...known, added].map((one) => ({ name: one["name"] ?? "" })),
        ephemeralContainers: [last ?? added],
      },
    },
  });
  return { namespace, pod: nameOf(pod), container: name };
}

function* copyPod(call: Call, pod: JsonObject): Steps<DebugSession> {
  const { flags, client } = call;
  const { ephemeralContainers: _, ...kept } = objectIn(pod["spec"]);
  const spec: JsonObject = { ...kept };
  if (flags.has("share-processes")) spec["shareProcessNamespace"] = flags.is("share-processes");
  if (!flags.is("same-node")) delete spec["nodeName"];
  const images = new Map(flags.list("set-image").map((pair) => pair.split("=", 2) as [string, string]));
  const containers = objectsIn(spec["containers"]).map((one): JsonObject => {
    const image = images.get(String(one["name"])) ?? images.get("*");
    return image === undefined ? one : { ...one, image };
  });
  const namespace = namespaceOf(pod) || call.target.namespace;
  const { annotations, labels } = metadataOf(pod);
  const metadata = {
    name: flags.text("copy-to"),
    namespace,
    ...(annotations && { annotations }),
    ...(labels && { labels }),
  };
  const copy: JsonObject = { apiVersion: "v1", kind: "Pod", metadata, spec: { ...spec, containers } };
  const { name, changed } = yield* withDebugContainer(call, copy, containers);
  yield* client.json(`/api/v1/namespaces/${namespace}/pods`, { method: "POST", body: changed });
  if (flags.is("replace")) {
    const body = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 };
    yield* client.json(`/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}`, { method: "DELETE", body });
  }
  return { namespace, pod: flags.text("copy-to"), container: name };
}

/** The copy with a container that is new or changed. An empty name: only images were changed. */
function* withDebugContainer(
  call: Call,
  copy: JsonObject,
  containers: readonly JsonObject[],
): Steps<{ name: string; changed: JsonObject }> {
  const { flags } = call;
  const given = flags.text("container");
  const known = containers.find((one) => one["name"] === given);
  if (!known && flags.text("image") === "") {
    if (flags.list("set-image").length > 0) return { name: "", changed: copy };
    throw new Failure("error: you must specify image when creating new container");
  }
  const name = known ? given : yield* containerName(call, copy);
  const { stdin: _in, tty: _tty, ...before } = known ?? {};
  const { terminationMessagePolicy: policy, ...fields } = containerFields(call, name);
  const hasCommand = fields["command"] !== undefined;
  const { args: _args, ...withoutArgs } = before;
  const container = {
    ...(hasCommand ? withoutArgs : before),
    ...(!known && { terminationMessagePolicy: policy! }),
    ...fields,
  };
  const all = known ? containers.map((one) => (one === known ? container : one)) : [...containers, container];
  const pod = { ...copy, spec: { ...objectIn(copy["spec"]), containers: all } };
  return { name, changed: profiled(call, pod, name, "copy") };
}

function* debugNode(call: Call, node: JsonObject): Steps<DebugSession> {
  const { flags, session, client, target } = call;
  const container = flags.text("container") || "debugger";
  const name = `node-debugger-${nameOf(node)}-${yield* suffix()}`;
  if (!flags.is("quiet")) {
    session.print(`Creating debugging pod ${name} with container ${container} on node ${nameOf(node)}.\n`);
  }
  const pod: JsonObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "kubectl-debug" } },
    spec: {
      containers: [containerFields(call, container)],
      nodeName: nameOf(node),
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
    },
  };
  const body = profiled(call, pod, container, "node");
  yield* client.json(`/api/v1/namespaces/${target.namespace}/pods`, { method: "POST", body });
  return { namespace: target.namespace, pod: name, container };
}
