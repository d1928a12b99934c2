/** Pod stories as in golden files: every state of a pod that a watcher sees, and the Events, without varying values. */
import { readFileSync } from "node:fs";
import { eventKind } from "../../src/kinds/core/event.ts";
import type { ContainerState, ContainerStatus, Event, Pod } from "../../src/schema/index.ts";
import type { TestCluster } from "./cluster.ts";

const GOLDEN = new URL("../golden/pods/", import.meta.url).pathname;

export interface PodStory {
  /** By pod: each state that a watcher saw, in order. */
  changes: Record<string, string[]>;
  /** The Events' texts, each once, sorted. */
  events: string[];
}

/** A recorded story of a real cluster. */
export function goldenStory(name: string): PodStory {
  const [changes = "", events = ""] = readFileSync(`${GOLDEN}${name}.txt`, "utf8").split("\n\nEVENTS\n");
  return { changes: byPod(changes.split(/\n(?=ADDED|MODIFIED|DELETED)/)), events: lines(events) };
}

/** The story of a namespace of a test cluster. */
export function storyOf(cluster: TestCluster, namespace = "default"): PodStory {
  const changes = cluster.log
    .filter(({ key }) => key.startsWith(`core/pods/${namespace}/`))
    .map(({ type, body }) => masked(`${type}\n${podText(JSON.parse(body) as Pod)}`));
  const events = cluster.list(eventKind, namespace).filter(({ involvedObject }) => involvedObject.kind === "Pod");
  return { changes: byPod(changes), events: [...new Set(events.map(eventText))].sort() };
}

function byPod(changes: readonly string[]): Record<string, string[]> {
  const stories: Record<string, string[]> = {};
  for (const change of changes) {
    const name = /\n {2}(\S+):/.exec(change)?.[1] ?? "";
    stories[name] = [...(stories[name] ?? []), change];
  }
  return stories;
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function podText({ metadata, spec, status }: Pod): string {
  const head = [
    `  ${metadata.name}: ${status.phase}${status.reason ? ` ${status.reason}` : ""}`,
    `generation ${status.observedGeneration ?? "-"}/${metadata.generation}`,
    `${spec.nodeName ? "bound" : "unbound"}${status.nominatedNodeName ? ", nominated" : ""}${
      metadata.deletionTimestamp ? `, deleting in ${metadata.deletionGracePeriodSeconds} s` : ""
    }`,
    status.podIP ? "address" : "no address",
  ].join(", ");
  const conditions = (status.conditions ?? []).map(
    ({ type, status: value, observedGeneration, reason, message }) =>
      `    ${type} ${value} ${observedGeneration ?? "-"}${reason ? ` ${reason}` : ""}${message ? `: ${message}` : ""}`,
  );
  const containers = [
    ...(status.initContainerStatuses ?? []),
    ...(status.containerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ];
  return [head, ...conditions, ...containers.map(containerText)].join("\n");
}

function containerText({ name, state, lastState, ready, started, restartCount, image }: ContainerStatus): string {
  const what = `${stateText(state)}, last ${stateText(lastState)}, ready ${ready}, started ${started ?? "-"}`;
  return `    ${name}: ${what}, restarts ${restartCount}, image ${image}`;
}

function stateText({ running, waiting, terminated }: ContainerState): string {
  if (running) return "running";
  if (waiting) return `waiting ${waiting.reason ?? ""}${waiting.message ? `: ${waiting.message}` : ""}`;
  return terminated ? `terminated ${terminated.exitCode} ${terminated.reason ?? ""}` : "-";
}

function eventText({ type, reason, involvedObject, source, reportingComponent, message }: Event): string {
  const component = source?.component || reportingComponent;
  return masked(`${type} ${reason} ${involvedObject.kind}/${involvedObject.name} (${component}): ${message}`);
}

function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
    .replace(/in [0-9.]+m?s \([0-9.]+m?s including/g, "in <time> (<time> including")
    .replace(/Image size: \d+/g, "Image size: <size>")
    .replace(/node-\d/g, "<node>");
}
