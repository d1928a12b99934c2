/**
 * Containers of a pod or of a pod template.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`describeContainers`)
 */
import { goQuote } from "../../../lib/go-quote.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { at, isAt, numberAt, objectAt, objectsAt, orNone, textAt, textsAt } from "./fields.ts";
import { timeText } from "./metadata.ts";
import { resourceFieldText, writeResources } from "./quantities.ts";
import type { Writer } from "./writer.ts";

export interface ContainersOptions {
  label: string;
  containers: readonly JsonObject[];
  /** None for a template. */
  statuses: readonly JsonObject[];
  /** The pod whose fields are values of environment variables; undefined for a template. */
  pod?: JsonObject;
  /** In front of the label. */
  indent: string;
}

export function writeContainers(w: Writer, options: ContainersOptions): void {
  const { label, containers, statuses, pod, indent } = options;
  w.write(0, `${indent}${label}:${containers.length === 0 ? " <none>" : ""}\n`);
  for (const container of containers) {
    const status = statuses.find((one) => textAt(one, "name") === textAt(container, "name"));
    w.write(1, `${indent === "" ? "" : " "}${textAt(container, "name")}:\n`);
    writeBasics(w, container, status);
    writeCommand(w, container);
    if (status) writeState(w, status);
    writeResources(w, 2, objectAt(container, "resources"));
    writeProbes(w, container);
    writeEnvironmentSources(w, container);
    writeEnvironment(w, container, pod);
    writeMounts(w, container);
  }
}

function writeBasics(w: Writer, container: JsonObject, status: JsonObject | undefined): void {
  if (status) w.field(2, "Container ID", textAt(status, "containerID"));
  w.field(2, "Image", textAt(container, "image"));
  if (status) w.field(2, "Image ID", textAt(status, "imageID"));
  const ports = objectsAt(container, "ports");
  writePorts(
    w,
    "Port",
    ports.map((port) => portText(port, "containerPort")),
  );
  writePorts(
    w,
    "Host Port",
    ports.map((port) => portText(port, "hostPort")),
  );
  const profile = objectAt(container, "securityContext.seccompProfile");
  if (at(profile, "type") === undefined) return;
  w.field(2, "SeccompProfile", textAt(profile, "type"));
  if (textAt(profile, "type") === "Localhost") w.field(3, "LocalhostProfile", textAt(profile, "localhostProfile"));
}

function portText(port: JsonObject, field: string): string {
  const name = textAt(port, "name");
  return `${numberAt(port, field)}/${textAt(port, "protocol")}${name && ` (${name})`}`;
}

function writePorts(w: Writer, label: string, ports: readonly string[]): void {
  w.field(2, ports.length > 1 ? `${label}s` : label, orNone(ports.join(", ")));
}

function writeCommand(w: Writer, container: JsonObject): void {
  for (const [label, field] of [
    ["Command", "command"],
    ["Args", "args"],
  ] as const) {
    const words = textsAt(container, field);
    if (words.length > 0) w.write(2, `${label}:\n`);
    for (const line of words.flatMap((word) => word.split("\n"))) w.write(3, `${line}\n`);
  }
}

function writeState(w: Writer, status: JsonObject): void {
  writeOneState(w, "State", objectAt(status, "state"));
  if (at(status, "lastState.terminated") !== undefined) writeOneState(w, "Last State", objectAt(status, "lastState"));
  w.field(2, "Ready", isAt(status, "ready") ? "True" : "False");
  w.field(2, "Restart Count", numberAt(status, "restartCount"));
}

function writeOneState(w: Writer, label: string, state: JsonObject): void {
  const [running, terminated] = [at(state, "running"), at(state, "terminated")];
  if (running !== undefined) {
    w.field(2, label, "Running");
    w.field(3, "Started", timeText(textAt(state, "running.startedAt")));
    return;
  }
  if (at(state, "waiting") !== undefined || terminated === undefined) {
    w.field(2, label, "Waiting");
    if (textAt(state, "waiting.reason")) w.field(3, "Reason", textAt(state, "waiting.reason"));
    return;
  }
  const ended = objectAt(state, "terminated");
  w.field(2, label, "Terminated");
  if (textAt(ended, "reason")) w.field(3, "Reason", textAt(ended, "reason"));
  if (textAt(ended, "message")) w.field(3, "Message", textAt(ended, "message"));
  w.field(3, "Exit Code", numberAt(ended, "exitCode"));
  if (numberAt(ended, "signal") > 0) w.field(3, "Signal", numberAt(ended, "signal"));
  w.field(3, "Started", timeText(textAt(ended, "startedAt")));
  w.field(3, "Finished", timeText(textAt(ended, "finishedAt")));
}

function writeProbes(w: Writer, container: JsonObject): void {
  for (const name of ["liveness", "readiness", "startup"]) {
    const probe = objectAt(container, `${name}Probe`);
    if (at(container, `${name}Probe`) === undefined) continue;
    w.field(2, `${name[0]!.toUpperCase()}${name.slice(1)}`, probeText(probe));
  }
}

function probeText(probe: JsonObject): string {
  const seconds = (field: string) => `${numberAt(probe, field)}s`;
  const times = `delay=${seconds("initialDelaySeconds")} timeout=${seconds("timeoutSeconds")} period=${seconds("periodSeconds")}`;
  const counts = `#success=${numberAt(probe, "successThreshold")} #failure=${numberAt(probe, "failureThreshold")}`;
  return `${handlerText(probe)} ${times} ${counts}`;
}

function handlerText(probe: JsonObject): string {
  if (at(probe, "exec") !== undefined) return `exec [${textsAt(probe, "exec.command").join(" ")}]`;
  if (at(probe, "httpGet") !== undefined) {
    const get = objectAt(probe, "httpGet");
    const [host, port] = [textAt(get, "host"), textAt(get, "port")];
    const path = textAt(get, "path");
    const shown = encodeURI(path.startsWith("/") || path === "" ? path : `/${path}`);
    return `http-get ${textAt(get, "scheme").toLowerCase()}://${hostPort(host, port)}${shown.replaceAll("?", "%3F")}`;
  }
  if (at(probe, "tcpSocket") !== undefined) {
    return `tcp-socket ${textAt(probe, "tcpSocket.host")}:${textAt(probe, "tcpSocket.port")}`;
  }
  if (at(probe, "grpc") !== undefined) {
    return `grpc <pod>:${numberAt(probe, "grpc.port")} ${textAt(probe, "grpc.service")}`;
  }
  return "unknown";
}

/** Go's net.JoinHostPort. */
export function hostPort(host: string, port: string | number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function writeEnvironmentSources(w: Writer, container: JsonObject): void {
  const sources = objectsAt(container, "envFrom");
  if (sources.length > 0) w.write(2, "Environment Variables from:\n");
  for (const source of sources) {
    const [type, field] =
      at(source, "configMapRef") !== undefined
        ? ["ConfigMap", "configMapRef"]
        : at(source, "secretRef") !== undefined
          ? ["Secret", "secretRef"]
          : ["", "none"];
    const prefix = textAt(source, "prefix");
    const from = `${type}${prefix && ` with prefix '${prefix}'`}`;
    w.write(3, `${textAt(source, `${field}.name`)}\t${from}\tOptional: ${isAt(source, `${field}.optional`)}\n`);
  }
}

function writeEnvironment(w: Writer, container: JsonObject, pod: JsonObject | undefined): void {
  const variables = objectsAt(container, "env");
  w.write(2, `Environment:${variables.length === 0 ? "\t<none>" : ""}\n`);
  for (const variable of variables) {
    const name = textAt(variable, "name");
    const from = objectAt(variable, "valueFrom");
    if (at(variable, "valueFrom") === undefined) {
      const [first = "", ...rest] = textAt(variable, "value").split("\n");
      w.field(3, name, first);
      for (const line of rest) w.write(3, `\t${line}\n`);
    } else {
      const value = valueText(from, container, pod);
      if (value !== undefined) w.field(3, name, value);
    }
  }
}

function valueText(from: JsonObject, container: JsonObject, pod: JsonObject | undefined): string | undefined {
  const isOptional = (field: string) => `Optional: ${isAt(from, `${field}.optional`)}`;
  if (at(from, "fieldRef") !== undefined) {
    const path = textAt(from, "fieldRef.fieldPath");
    // kubectl resolves only these two fields.
    const isKnown = path === "metadata.name" || path === "metadata.namespace";
    return `${pod && isKnown ? textAt(pod, path) : ""} (${textAt(from, "fieldRef.apiVersion")}:${path})`;
  }
  if (at(from, "resourceFieldRef") !== undefined) {
    const resource = textAt(from, "resourceFieldRef.resource");
    const value = resourceFieldText(objectAt(from, "resourceFieldRef"), container);
    const isWhole = value === "0" && (resource === "limits.cpu" || resource === "limits.memory");
    return `${isWhole ? "node allocatable" : value} (${resource})`;
  }
  if (at(from, "secretKeyRef") !== undefined) {
    const [key, name] = [textAt(from, "secretKeyRef.key"), textAt(from, "secretKeyRef.name")];
    return `<set to the key '${key}' in secret '${name}'>\t${isOptional("secretKeyRef")}`;
  }
  if (at(from, "configMapKeyRef") !== undefined) {
    const [key, name] = [textAt(from, "configMapKeyRef.key"), textAt(from, "configMapKeyRef.name")];
    return `<set to the key '${key}' of config map '${name}'>\t${isOptional("configMapKeyRef")}`;
  }
  return undefined;
}

function writeMounts(w: Writer, container: JsonObject): void {
  const mounts = sortedBy(objectsAt(container, "volumeMounts"), "mountPath");
  const none = mounts.length === 0 ? "\t<none>" : "";
  w.write(2, `Mounts:${none}\n`);
  for (const mount of mounts) {
    const subPath = textAt(mount, "subPath");
    const options = [isAt(mount, "readOnly") ? "ro" : "rw", ...(subPath === "" ? [] : [`path=${goQuote(subPath)}`])];
    w.write(3, `${textAt(mount, "mountPath")} from ${textAt(mount, "name")} (${options.join(",")})\n`);
  }
  const devices = sortedBy(objectsAt(container, "volumeDevices"), "devicePath");
  if (devices.length === 0) return;
  w.write(2, `Devices:${none}\n`);
  for (const device of devices) w.write(3, `${textAt(device, "devicePath")} from ${textAt(device, "name")}\n`);
}

export function sortedBy(list: readonly JsonObject[], path: string): JsonObject[] {
  const key = (one: JsonObject) => textAt(one, path);
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
