import type { JsonObject } from "../../../../lib/json.ts";
import type { Describer } from "../describer.ts";
import { at, objectAt, objectsAt, orNone, textAt, textsAt } from "../fields.ts";
import { selectorText, writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

interface Direction {
  name: string;
  type: string;
  peers: string;
  anyPeer: string;
}

const DIRECTIONS: readonly Direction[] = [
  { name: "ingress", type: "Ingress", peers: "From", anyPeer: "<any> (traffic not restricted by source)" },
  { name: "egress", type: "Egress", peers: "To", anyPeer: "<any> (traffic not restricted by destination)" },
];
const INDENT = "    ";

export const networkPolicy: Describer = {
  group: "networking.k8s.io",
  kind: "NetworkPolicy",
  text(object) {
    const w = new Writer();
    const spec = objectAt(object, "spec");
    const created = new Date(Date.parse(textAt(object, "metadata.creationTimestamp"))).toISOString();
    writeName(w, object);
    w.field(0, "Created on", `${created.slice(0, 10)} ${created.slice(11, 19)} +0000 UTC`);
    writeMetadata(w, object);
    w.write(0, "Spec:\n");
    w.write(1, "PodSelector: ");
    const selector = selectorText(spec, "podSelector");
    const all = " (Allowing the specific traffic to all pods in this namespace)";
    w.write(2, `${selector}${selector === "<none>" ? all : ""}\n`);
    const types = textsAt(spec, "policyTypes");
    for (const direction of DIRECTIONS) {
      const isEnabled = types.includes(direction.type);
      w.write(1, isEnabled ? `Allowing ${direction.name} traffic:\n` : `Not affecting ${direction.name} traffic\n`);
      if (isEnabled) writeRules(w, objectsAt(spec, direction.name), direction);
    }
    w.write(1, `Policy Types: ${orNone(types.join(", "))}\n`);
    return w.toString();
  },
};

function writeRules(w: Writer, rules: readonly JsonObject[], direction: Direction): void {
  const line = (text: string) => w.write(0, `${INDENT}${text}\n`);
  if (rules.length === 0) line(`<none> (Selected pods are isolated for ${direction.name} connectivity)`);
  rules.forEach((rule, i) => {
    if (i > 0) line("----------");
    const ports = objectsAt(rule, "ports");
    if (ports.length === 0) line("To Port: <any> (traffic allowed to all ports)");
    for (const port of ports) line(portText(port));
    const peers = objectsAt(rule, direction.peers.toLowerCase());
    if (peers.length === 0) line(`${direction.peers}: ${direction.anyPeer}`);
    for (const peer of peers) {
      line(`${direction.peers}:`);
      for (const text of peerLines(peer)) line(text);
    }
  });
}

function portText(port: JsonObject): string {
  const protocol = textAt(port, "protocol") || "TCP";
  // Go prints a missing port as nil.
  const number = at(port, "port") === undefined ? "<nil>" : textAt(port, "port");
  if (at(port, "endPort") === undefined) return `To Port: ${number}/${protocol}`;
  return `To Port Range: ${number}-${textAt(port, "endPort")}/${protocol}`;
}

function peerLines(peer: JsonObject): string[] {
  const lines: string[] = [];
  if (at(peer, "namespaceSelector") !== undefined) {
    lines.push(`  NamespaceSelector: ${selectorText(peer, "namespaceSelector")}`);
  }
  if (at(peer, "podSelector") !== undefined) lines.push(`  PodSelector: ${selectorText(peer, "podSelector")}`);
  if (lines.length > 0 || at(peer, "ipBlock") === undefined) return lines;
  const except = textsAt(peer, "ipBlock.except").join(", ");
  return ["  IPBlock:", `    CIDR: ${textAt(peer, "ipBlock.cidr")}`, `    Except: ${except}`];
}
