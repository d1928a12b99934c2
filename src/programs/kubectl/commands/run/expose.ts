/**
 * `kubectl expose`
 * Source: k8s.io/kubectl pkg/cmd/expose/expose.go, pkg/polymorphichelpers
 */
import { isJsonObject, type JsonObject } from "../../../../lib/json.ts";
import { type Command, FILES } from "../../core/command.ts";
import type { Resource } from "../../core/discovery.ts";
import type { Flags } from "../../core/flags.ts";
import { labelsOf } from "../../core/labels.ts";
import { metadataOf } from "../../core/objects.ts";
import { objectIn, objectsIn } from "../../core/parts.ts";
import { forEachObject } from "../../core/selected.ts";
import { Failure } from "../../core/session.ts";
import { CREATE_FLAGS, createObject, printCreated } from "../create/from-flags.ts";
import { OVERRIDE_FLAGS, overridden } from "./overrides.ts";

const EXPOSED = ["ReplicationController", "Service", "Pod", "Deployment.apps", "ReplicaSet.apps"];
/** The longest name of a Service. */
const MAX_NAME_LENGTH = 63;

export const expose: Command = {
  words: ["expose"],
  flags: [
    ...FILES,
    ...CREATE_FLAGS,
    ...OVERRIDE_FLAGS,
    { name: "selector", type: "string" },
    { name: "port", type: "string" },
    { name: "target-port", type: "string" },
    { name: "name", type: "string" },
    { name: "type", type: "string" },
    { name: "protocol", type: "string" },
    { name: "labels", short: "l", type: "string" },
    { name: "cluster-ip", type: "string" },
    { name: "external-ip", type: "string" },
    { name: "load-balancer-ip", type: "string" },
    { name: "session-affinity", type: "string" },
  ],
  *run(call) {
    const { flags } = call;
    return yield* forEachObject(call, { args: call.args }, function* ({ name, live, resource }) {
      const service = serviceOf(flags, { name, live, resource });
      printCreated(call, yield* createObject(call, overridden(service, flags)), "exposed");
    });
  },
};

interface Exposed {
  name: string;
  live: JsonObject;
  resource: Resource;
}

function serviceOf(flags: Flags, { name, live, resource }: Exposed): JsonObject {
  const { kind, group } = resource;
  const type = group === "" ? kind : `${kind}.${group}`;
  if (!EXPOSED.includes(type)) throw new Failure(`error: cannot expose a ${type}`);
  const selector = flags.text("selector") ? labelsOf(flags.text("selector")) : selectorOf(live);
  const ports = portsOf(flags, live);
  const own = objectIn(metadataOf(live)["labels"]);
  const labels = flags.text("labels") ? labelsOf(flags.text("labels")) : own;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      ...(Object.keys(labels).length > 0 && { labels }),
      name: flags.text("name") || name.slice(0, MAX_NAME_LENGTH),
    },
    spec: {
      ...(flags.text("cluster-ip") && { clusterIP: flags.text("cluster-ip") }),
      ...(flags.text("external-ip") && { externalIPs: [flags.text("external-ip")] }),
      ...(flags.text("type") === "LoadBalancer" &&
        flags.text("load-balancer-ip") && { loadBalancerIP: flags.text("load-balancer-ip") }),
      ...(ports.length > 0 && { ports }),
      selector,
      ...(flags.text("session-affinity") && { sessionAffinity: affinityOf(flags.text("session-affinity")) }),
      ...(flags.text("type") && { type: flags.text("type") }),
    },
    status: { loadBalancer: {} },
  };
}

function affinityOf(text: string): string {
  if (text === "None" || text === "ClientIP") return text;
  throw new Failure(`error: unknown session affinity: ${text}`);
}

/** The labels of the pods behind the object. Throws Failure. */
function selectorOf(live: JsonObject): JsonObject {
  const missing = (why: string) =>
    new Failure(`error: couldn't retrieve selectors via --selector flag or introspection: ${why}`);
  const kind = String(live["kind"]);
  const labels = kind === "Pod" ? metadataOf(live)["labels"] : objectIn(live["spec"])["selector"];
  if (kind === "Pod" && Object.keys(objectIn(labels)).length === 0) {
    throw missing("the pod has no labels and cannot be exposed");
  }
  if (kind === "Service" && !isJsonObject(labels)) throw missing("the service has no pod selector set");
  const { matchLabels, matchExpressions } = objectIn(labels);
  if (kind !== "Deployment" && kind !== "ReplicaSet") return objectIn(labels);
  const type = kind === "Deployment" ? "deployment" : "replicaset";
  if (Object.keys(objectIn(matchLabels)).length === 0) {
    throw missing(`invalid ${type}: no selectors, therefore cannot be exposed`);
  }
  if (objectsIn(matchExpressions).length > 0) {
    throw missing("couldn't convert expressions to map-based selector format");
  }
  return objectIn(matchLabels);
}

function portsOf(flags: Flags, live: JsonObject): JsonObject[] {
  const declared = declaredPorts(live);
  const own = [...new Set(declared.map(({ port }) => port))].join(",");
  const numbers = flags.text("port") || own;
  if (numbers === "") {
    if (flags.text("cluster-ip") === "None") return [];
    throw new Failure("error: couldn't find port via --port flag or introspection");
  }
  const wanted = numbers.split(",");
  const target = flags.text("target-port");
  return wanted.flatMap((text, i): JsonObject[] => {
    if (!/^[+-]?\d+$/.test(text)) {
      throw new Failure(`error: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
    }
    const port = Number(text);
    const targetPort = target === "" ? port : /^\d+$/.test(target) ? Number(target) : target;
    const known = declared.filter((one) => one.port === text).map(({ protocol }) => protocol);
    const protocols = flags.text("protocol") ? [flags.text("protocol")] : known.length > 0 ? known : ["TCP"];
    return protocols.map((protocol) => {
      const name = protocols.length > 1 ? `port-${i + 1}-${protocol.toLowerCase()}` : `port-${i + 1}`;
      return { ...((wanted.length > 1 || protocols.length > 1) && { name }), port, protocol, targetPort };
    });
  });
}

/** The ports of a Service, or those of the containers of a pod. */
function declaredPorts(live: JsonObject): { port: string; protocol: string }[] {
  const spec = objectIn(live["spec"]);
  const own = objectsIn(spec["ports"]).map(({ port, protocol }) => ({ port, protocol }));
  const pod = live["kind"] === "Pod" ? spec : objectIn(objectIn(spec["template"])["spec"]);
  const ofContainers = objectsIn(pod["containers"]).flatMap(({ ports }) =>
    objectsIn(ports).map(({ containerPort, protocol }) => ({ port: containerPort, protocol })),
  );
  return [...own, ...ofContainers].map(({ port, protocol }) => ({
    port: String(port),
    protocol: String(protocol ?? "TCP"),
  }));
}
