import type { JsonObject } from "../../../../lib/json.ts";
import { ServerError } from "../../core/client.ts";
import type { Steps } from "../../core/session.ts";
import type { DescribeCall, Describer } from "../describer.ts";
import { endpointsText } from "../endpoints.ts";
import { eventsOf, writeEvents } from "../events.ts";
import { at, mapAt, numberAt, objectAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { writeAnnotations, writeMap } from "../metadata.ts";
import { Writer } from "../writer.ts";

export const ingress: Describer = {
  group: "networking.k8s.io",
  kind: "Ingress",
  *describe(call, object) {
    const events = yield* eventsOf(call, object, "Ingress");
    const spec = objectAt(object, "spec");
    const hasDefault = at(spec, "defaultBackend") !== undefined;
    const fallback = hasDefault ? yield* backendText(call, object, objectAt(spec, "defaultBackend")) : "<default>";
    const w = new Writer();
    w.field(0, "Name", textAt(object, "metadata.name"));
    writeMap(w, "Labels", mapAt(object, "metadata.labels"));
    w.field(0, "Namespace", textAt(object, "metadata.namespace"));
    w.field(0, "Address", addressText(object));
    w.field(0, "Ingress Class", textAt(spec, "ingressClassName") || "<none>");
    w.field(0, "Default backend", fallback);
    writeTls(w, objectsAt(spec, "tls"));
    w.write(0, "Rules:\n  Host\tPath\tBackends\n");
    w.write(1, "----\t----\t--------\n");
    const rules = objectsAt(spec, "rules").filter((rule) => at(rule, "http") !== undefined);
    for (const rule of rules) {
      w.write(1, `${textAt(rule, "host") || "*"}\t\n`);
      for (const path of objectsAt(rule, "http.paths")) {
        const backend = yield* backendText(call, object, objectAt(path, "backend"));
        w.write(2, `\t${textAt(path, "path")} \t${backend}\n`);
      }
    }
    if (rules.length === 0) w.write(1, `*\t*\t${fallback}\n`);
    writeAnnotations(w, "Annotations", mapAt(object, "metadata.annotations"));
    writeEvents(w, events, call.nowMs);
    return w.toString();
  },
};

function addressText(object: JsonObject): string {
  const all = objectsAt(object, "status.loadBalancer.ingress").map(
    (one) => textAt(one, "ip") || textAt(one, "hostname"),
  );
  return [...new Set(all.filter((one) => one !== ""))].sort().join(",");
}

function writeTls(w: Writer, all: readonly JsonObject[]): void {
  if (all.length > 0) w.write(0, "TLS:\n");
  for (const one of all) {
    const [secret, hosts] = [textAt(one, "secretName"), textsAt(one, "hosts").join(",")];
    w.write(1, secret === "" ? `SNI routes ${hosts}\n` : `${secret} terminates ${hosts}\n`);
  }
}

/** `web:80 (10.0.0.1:80)` */
function* backendText(call: DescribeCall, ingress: JsonObject, backend: JsonObject): Steps<string> {
  if (at(backend, "resource") !== undefined) {
    const group = textAt(backend, "resource.apiGroup") || "<none>";
    return `APIGroup: ${group}, Kind: ${textAt(backend, "resource.kind")}, Name: ${textAt(backend, "resource.name")}`;
  }
  if (at(backend, "service") === undefined) return "";
  const name = textAt(backend, "service.name");
  const number = numberAt(backend, "service.port.number");
  const portName = textAt(backend, "service.port.name");
  const shown = `${name}:${number || portName}`;
  const namespace = textAt(ingress, "metadata.namespace");
  const labelSelector = `kubernetes.io/service-name=${name}`;
  try {
    const slicesPath = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    const slices = yield* call.list(slicesPath, { labelSelector });
    const service = yield* call.client.json(`/api/v1/namespaces/${namespace}/services/${name}`);
    const ports = objectsAt(service, "spec.ports");
    const port = ports.findLast((one) =>
      number !== 0 ? numberAt(one, "port") === number : portName !== "" && textAt(one, "name") === portName,
    );
    return `${shown} (${endpointsText(slices, port ? textAt(port, "name") : "")})`;
  } catch (error) {
    if (error instanceof ServerError) return `${shown} (<error: ${error.statusMessage}>)`;
    throw error;
  }
}
