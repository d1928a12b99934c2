import type { JsonObject } from "../../../../lib/json.ts";
import { formatLabels } from "../../../../lib/selectors.ts";
import { ServerError } from "../../core/client.ts";
import type { Steps } from "../../core/session.ts";
import type { DescribeCall, Describer } from "../describer.ts";
import { endpointsText } from "../endpoints.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, mapAt, numberAt, objectAt, objectsAt, orNone, textAt, textsAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const service: Describer = {
  group: "",
  kind: "Service",
  *describe(call, object) {
    const slices = yield* slicesOf(call, object);
    const events = yield* eventsOf(call, object, "Service");
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    writeAddresses(w, object);
    for (const port of objectsAt(object, "spec.ports")) writePort(w, port, slices);
    writePolicies(w, objectAt(object, "spec"));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function* slicesOf(call: DescribeCall, object: JsonObject): Steps<JsonObject[]> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${textAt(object, "metadata.namespace")}/endpointslices`;
  const labelSelector = `kubernetes.io/service-name=${textAt(object, "metadata.name")}`;
  try {
    return yield* call.list(path, { labelSelector });
  } catch (error) {
    if (error instanceof ServerError) return [];
    throw error;
  }
}

function writeAddresses(w: Writer, object: JsonObject): void {
  const spec = objectAt(object, "spec");
  const present = (label: string, text: string) => {
    if (text !== "") w.field(0, label, text);
  };
  w.field(0, "Selector", formatLabels(mapAt(spec, "selector")));
  w.field(0, "Type", textAt(spec, "type"));
  present("IP Family Policy", textAt(spec, "ipFamilyPolicy"));
  w.field(0, "IP Families", orNone(textsAt(spec, "ipFamilies").join(",")));
  w.field(0, "IP", textAt(spec, "clusterIP"));
  w.field(0, "IPs", textsAt(spec, "clusterIPs").length > 0 ? textsAt(spec, "clusterIPs").join(",") : "<none>");
  present("External IPs", textsAt(spec, "externalIPs").join(","));
  present("Desired LoadBalancer IP", textAt(spec, "loadBalancerIP"));
  present("External Name", textAt(spec, "externalName"));
  const balancers = objectsAt(object, "status.loadBalancer.ingress").map((one) => {
    const [ip, mode] = [textAt(one, "ip"), textAt(one, "ipMode")];
    return ip === "" ? textAt(one, "hostname") : `${ip}${mode && ` (${mode})`}`;
  });
  present("LoadBalancer Ingress", balancers.join(", "));
}

function writePort(w: Writer, port: JsonObject, slices: readonly JsonObject[]): void {
  const name = textAt(port, "name") || "<unset>";
  const protocol = textAt(port, "protocol");
  w.field(0, "Port", `${name}\t${numberAt(port, "port")}/${protocol}`);
  w.field(0, "TargetPort", `${textAt(port, "targetPort")}/${protocol}`);
  const nodePort = numberAt(port, "nodePort");
  if (nodePort !== 0) w.field(0, "NodePort", `${name}\t${nodePort}/${protocol}`);
  w.field(0, "Endpoints", endpointsText(slices, textAt(port, "name")));
}

function writePolicies(w: Writer, spec: JsonObject): void {
  w.field(0, "Session Affinity", textAt(spec, "sessionAffinity"));
  for (const [label, field] of [
    ["External Traffic Policy", "externalTrafficPolicy"],
    ["Internal Traffic Policy", "internalTrafficPolicy"],
    ["HealthCheck NodePort", "healthCheckNodePort"],
  ] as const) {
    if (at(spec, field) !== undefined) w.field(0, label, textAt(spec, field));
  }
  const ranges = textsAt(spec, "loadBalancerSourceRanges");
  if (ranges.length > 0) w.field(0, "LoadBalancer Source Ranges", ranges.join(","));
  const distribution = textAt(spec, "trafficDistribution");
  if (distribution) w.field(0, "Traffic Distribution", distribution);
}
