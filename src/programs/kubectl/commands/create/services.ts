/**
 * `kubectl create service`, `poddisruptionbudget` and `priorityclass`
 * Source: k8s.io/kubectl pkg/cmd/create/create_service.go, create_pdb.go, create_priorityclass.go
 */
import type { JsonObject } from "../../../../lib/json.ts";
import type { Call } from "../../core/command.ts";
import type { FlagSpec } from "../../core/flags.ts";
import { Failure } from "../../core/session.ts";
import { type Generator, generator } from "./from-flags.ts";

const TCP: FlagSpec = { name: "tcp", type: "list" };

/** `8080:80` is a port and its target. */
function portsOf({ flags }: Call): JsonObject[] {
  return flags.list("tcp").map((text) => {
    const [port = "", target = port] = text.split(":");
    if (!/^\d+$/.test(port)) {
      throw new Failure(`error: strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`);
    }
    const name = target === port && !text.includes(":") ? port : `${port}-${target}`;
    const node = flags.int("node-port");
    return {
      name,
      ...(node > 0 && { nodePort: node }),
      port: Number(port),
      protocol: "TCP",
      targetPort: /^\d+$/.test(target) ? Number(target) : target,
    };
  });
}

function service(word: string, type: string, flags: readonly FlagSpec[] = []): Generator {
  return {
    words: ["service", word],
    flags: [TCP, ...flags],
    required: type === "ExternalName" ? ["external-name"] : [],
    build(call, name) {
      const ports = portsOf(call);
      const clusterIP = call.flags.text("clusterip");
      if (ports.length === 0 && clusterIP !== "None" && type !== "ExternalName") {
        throw new Failure("error: at least one tcp port specifier must be provided");
      }
      const spec = {
        ...(clusterIP && { clusterIP }),
        ...(type === "ExternalName" && { externalName: call.flags.text("external-name") }),
        ...(ports.length > 0 && { ports }),
        selector: { app: name },
        type,
      };
      const metadata = { labels: { app: name }, name };
      return { apiVersion: "v1", kind: "Service", metadata, spec, status: { loadBalancer: {} } };
    },
  };
}

const budget: Generator = {
  words: ["poddisruptionbudget"],
  aliases: ["pdb"],
  flags: [
    { name: "min-available", type: "string" },
    { name: "max-unavailable", type: "string" },
    { name: "selector", type: "string" },
  ],
  build({ flags }, name) {
    const [min, max] = [flags.text("min-available"), flags.text("max-unavailable")];
    if (flags.text("selector") === "") throw new Failure("error: a selector must be specified");
    if (min === "" && max === "") throw new Failure("error: one of min-available or max-unavailable must be specified");
    if (min !== "" && max !== "")
      throw new Failure("error: min-available and max-unavailable cannot be both specified");
    const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
    const matchLabels = Object.fromEntries(
      flags
        .text("selector")
        .split(",")
        .map((pair) => pair.split(/==?/) as [string, string]),
    );
    const spec = {
      ...(max !== "" && { maxUnavailable: number(max) }),
      ...(min !== "" && { minAvailable: number(min) }),
      selector: { matchLabels },
    };
    const status = { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 };
    return { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name }, spec, status };
  },
};

const priorityClass: Generator = {
  words: ["priorityclass"],
  aliases: ["pc"],
  flags: [
    { name: "value", type: "int" },
    { name: "global-default", type: "bool" },
    { name: "description", type: "string" },
    { name: "preemption-policy", type: "string", default: "PreemptLowerPriority" },
  ],
  build: ({ flags }, name) => ({
    apiVersion: "scheduling.k8s.io/v1",
    ...(flags.text("description") && { description: flags.text("description") }),
    ...(flags.is("global-default") && { globalDefault: true }),
    kind: "PriorityClass",
    metadata: { name },
    preemptionPolicy: flags.text("preemption-policy"),
    value: flags.int("value"),
  }),
};

export const serviceGenerators = [
  service("clusterip", "ClusterIP", [{ name: "clusterip", type: "string" }]),
  service("nodeport", "NodePort", [{ name: "node-port", type: "int" }]),
  service("loadbalancer", "LoadBalancer"),
  service("externalname", "ExternalName", [{ name: "external-name", type: "string" }]),
  budget,
  priorityClass,
].map(generator);
