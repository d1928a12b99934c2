/**
 * `kubectl run` and `kubectl expose`
 * Source: k8s.io/kubectl pkg/cmd/run/run.go, pkg/cmd/expose/expose.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type Command, FILES, SELECTOR } from "../core/command.ts";
import { metadataOf } from "../core/objects.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { selectObjects } from "../core/selected.ts";
import { Failure } from "../core/session.ts";
import { CREATE_FLAGS, createAndPrint } from "./create/from-flags.ts";

export const run: Command = {
  words: ["run"],
  flags: [
    ...CREATE_FLAGS,
    { name: "image", type: "string" },
    { name: "restart", type: "string", default: "Always" },
    { name: "env", type: "array" },
    { name: "port", type: "string" },
    { name: "labels", short: "l", type: "string" },
    { name: "command", type: "bool" },
    { name: "image-pull-policy", type: "string" },
    { name: "annotations", type: "array" },
    { name: "overrides", type: "string", isUnwritten: true },
    { name: "privileged", type: "bool" },
    { name: "rm", type: "bool" },
    { name: "stdin", short: "i", type: "bool" },
    { name: "tty", short: "t", type: "bool" },
    { name: "attach", type: "bool" },
    { name: "expose", type: "bool", isUnwritten: true },
    { name: "quiet", short: "q", type: "bool" },
  ],
  *run(call) {
    const { flags, args } = call;
    const [name, ...rest] = args;
    if (name === undefined || flags.dashAt === 0)
      throw new Failure("error: NAME is required for run\nSee 'kubectl run -h' for help and examples");
    if (!flags.text("image")) throw new Failure('error: required flag(s) "image" not set');
    if (flags.is("rm") || flags.is("attach") || flags.is("stdin") || flags.is("tty")) {
      throw new Failure("error: attaching to a pod from within a container is not simulated");
    }
    const policies = ["Always", "OnFailure", "Never"];
    if (!policies.includes(flags.text("restart"))) {
      throw new Failure(
        `error: invalid restart policy: ${flags.text("restart")}\nSee 'kubectl run -h' for help and examples`,
      );
    }
    const labels = flags.text("labels") ? pairsOf(flags.text("labels").split(",")) : { run: name };
    const env = flags.list("env").map((pair) => {
      const [variable = "", value = ""] = pair.split(/=(.*)/s);
      return { name: variable, value };
    });
    const container = {
      ...(rest.length > 0 && { [flags.is("command") ? "command" : "args"]: rest }),
      ...(env.length > 0 && { env }),
      image: flags.text("image"),
      ...(flags.text("image-pull-policy") && { imagePullPolicy: flags.text("image-pull-policy") }),
      name,
      ...(flags.text("port") && { ports: [{ containerPort: flags.int("port") }] }),
      resources: {},
      ...(flags.is("privileged") && { securityContext: { privileged: true } }),
    };
    const annotations = pairsOf(flags.list("annotations"));
    const pod: JsonObject = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...(Object.keys(annotations).length > 0 && { annotations }), labels, name },
      spec: { containers: [container], dnsPolicy: "ClusterFirst", restartPolicy: flags.text("restart") },
      status: {},
    };
    return yield* createAndPrint(call, pod);
  },
};

function pairsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

export const expose: Command = {
  words: ["expose"],
  flags: [
    ...FILES,
    ...CREATE_FLAGS,
    SELECTOR,
    { name: "port", type: "string" },
    { name: "target-port", type: "string" },
    { name: "name", type: "string" },
    { name: "type", type: "string" },
    { name: "protocol", type: "string" },
    { name: "labels", type: "string" },
    { name: "cluster-ip", type: "string" },
    { name: "external-ip", type: "string" },
    { name: "load-balancer-ip", type: "string", isUnwritten: true },
    { name: "session-affinity", type: "string" },
  ],
  *run(call) {
    const { flags } = call;
    for (const { name, live, resource } of yield* selectObjects(call, { args: call.args })) {
      const selector = flags.text("selector") ? pairsOf(flags.text("selector").split(",")) : selectorOf(live);
      if (!selector) throw new Failure(`error: cannot expose a ${resource.kind}`);
      const numbers = flags.text("port") ? flags.text("port").split(",").map(Number) : portsOf(live);
      if (numbers.length === 0) {
        throw new Failure("error: couldn't find port via --port flag or introspection");
      }
      const target = flags.text("target-port");
      const protocol = flags.text("protocol") || "TCP";
      const ports = numbers.map((port, i) => ({
        ...(numbers.length > 1 && { name: `port-${i + 1}` }),
        port,
        protocol,
        targetPort: target === "" ? port : /^\d+$/.test(target) ? Number(target) : target,
      }));
      const labels = flags.text("labels") ? pairsOf(flags.text("labels").split(",")) : metadataOf(live)["labels"];
      const type = flags.text("type");
      const service: JsonObject = {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...(isJsonObject(labels) && { labels }), name: flags.text("name") || name },
        spec: {
          ...(flags.text("cluster-ip") && { clusterIP: flags.text("cluster-ip") }),
          ...(flags.text("external-ip") && { externalIPs: [flags.text("external-ip")] }),
          ports,
          selector,
          ...(flags.text("session-affinity") && { sessionAffinity: flags.text("session-affinity") }),
          ...(type && { type }),
        },
        status: { loadBalancer: {} },
      };
      yield* createAndPrint(call, service, { verb: "exposed" });
    }
    return 0;
  },
};

function selectorOf(live: JsonObject): JsonValue | undefined {
  const spec = objectIn(live["spec"]);
  if (live["kind"] === "Pod") return metadataOf(live)["labels"];
  const { selector } = spec;
  return isJsonObject(selector) && isJsonObject(selector["matchLabels"]) ? selector["matchLabels"] : selector;
}

/** The ports that the object declares. */
function portsOf(live: JsonObject): number[] {
  const spec = objectIn(live["spec"]);
  const template =
    isJsonObject(spec["template"]) && isJsonObject(spec["template"]["spec"]) ? spec["template"]["spec"] : spec;
  const own = Array.isArray(spec["ports"]) ? spec["ports"].filter(isJsonObject).map(({ port }) => Number(port)) : [];
  const containers = objectsIn(template["containers"]);
  const declared = containers.flatMap(({ ports }) =>
    objectsIn(ports).map(({ containerPort }) => Number(containerPort)),
  );
  return [...own, ...declared];
}
