import { describe, expect, it } from "vitest";
import { type EventRecord, recordEvent } from "../../src/cluster/events.ts";
import { eventExpiry } from "../../src/controllers/event-expiry.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { eventKind } from "../../src/kinds/core/event.ts";
import { EVENT_TTL_MS, eventExpiresAtMs } from "../../src/kinds/core/event-expiry.ts";
import type { KubernetesObject } from "../../src/schema/index.ts";
import { configMap } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

function withObject(): { world: TestCluster; object: KubernetesObject } {
  const world = new TestCluster({ controllers: [eventExpiry] });
  return { world, object: world.create(configMapKind, configMap("web")) };
}

function record(world: TestCluster, event: Partial<EventRecord> & { object?: KubernetesObject }): void {
  const defaults = { type: "Normal", reason: "Pulled", message: "pulled", component: "kubelet" } as const;
  world.write((tx) => recordEvent(tx.as("kubelet"), { ...defaults, ...event }));
}

const events = (world: TestCluster) => world.list(eventKind, "default");

describe("an Event", () => {
  it("names the object, the reporter and the time", () => {
    const { world, object } = withObject();
    record(world, { object, host: "node-1", fieldPath: "spec.containers{web}" });
    const [event] = events(world);
    expect(event?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
    expect(event).toMatchObject({
      involvedObject: {
        kind: "ConfigMap",
        namespace: "default",
        name: "web",
        uid: object.metadata.uid,
        apiVersion: "v1",
        fieldPath: "spec.containers{web}",
      },
      source: { component: "kubelet", host: "node-1" },
      firstTimestamp: "2026-01-01T00:00:00Z",
      lastTimestamp: "2026-01-01T00:00:00Z",
      count: 1,
      reportingComponent: "kubelet",
      reportingInstance: "node-1",
    });
    expect(event?.eventTime ?? null).toBeNull();
  });

  it("raises its count when it is repeated", () => {
    const { world, object } = withObject();
    record(world, { object });
    world.advance(5000);
    record(world, { object });
    record(world, { object, message: "another" });
    expect(world.events()).toEqual([
      "Normal Pulled ConfigMap/web x2: pulled",
      "Normal Pulled ConfigMap/web x1: another",
    ]);
    expect(events(world)[0]).toMatchObject({
      firstTimestamp: "2026-01-01T00:00:00Z",
      lastTimestamp: "2026-01-01T00:00:05Z",
    });
  });

  it("is combined with similar Events from the tenth different message on", () => {
    const { world, object } = withObject();
    for (let i = 1; i <= 12; i++) record(world, { object, message: `message ${i}` });
    expect(world.events().slice(8)).toEqual([
      "Normal Pulled ConfigMap/web x1: message 9",
      "Normal Pulled ConfigMap/web x3: (combined from similar events): message 12",
    ]);
    expect(events(world).filter(({ reportingComponent }) => reportingComponent === "")).toHaveLength(1);
  });

  it("is rate limited: after 25 about one object the next comes five minutes later", () => {
    const { world, object } = withObject();
    for (let i = 0; i < 30; i++) record(world, { object });
    expect(world.events()).toEqual(["Normal Pulled ConfigMap/web x25: pulled"]);
    world.advance(300_000);
    record(world, { object });
    record(world, { object });
    expect(world.events()).toEqual(["Normal Pulled ConfigMap/web x31: pulled"]);
  });

  it("of the newer API has a time and a series", () => {
    const { world, object } = withObject();
    const scheduling = { object, component: "default-scheduler", action: "Binding", reason: "Scheduled" };
    record(world, scheduling);
    const [event] = events(world);
    expect(event).toMatchObject({
      source: {},
      eventTime: "2026-01-01T00:00:00.000000Z",
      action: "Binding",
      reportingComponent: "default-scheduler",
    });
    expect(event).not.toHaveProperty("count");
    expect(event?.reportingInstance).toMatch(/^default-scheduler-/);
    world.advance(300);
    record(world, scheduling);
    expect(events(world)).toHaveLength(1);
    expect(events(world)[0]?.series).toEqual({ count: 2, lastObservedTime: "2026-01-01T00:00:00.300000Z" });
  });

  it("about a node goes to the default namespace; one that cannot be written is dropped", () => {
    const { world } = withObject();
    record(world, { reference: { kind: "Node", apiVersion: "v1", name: "node-1", uid: "node-1" } });
    record(world, { reference: { kind: "Pod", apiVersion: "v1", namespace: "nowhere", name: "p" } });
    expect(world.events()).toEqual(["Normal Pulled Node/node-1 x1: pulled"]);
    expect(world.list(eventKind)).toHaveLength(1);
  });

  it("expires an hour after its last write, and a later Event triggers its removal", () => {
    const { world, object } = withObject();
    record(world, { object });
    world.advance(1000);
    const [event] = events(world);
    expect(eventExpiresAtMs(event!)).toBe(Date.parse("2026-01-01T00:00:00Z") + EVENT_TTL_MS);
    expect(world.nextDueAtMs).toBeNull();
    world.advance(EVENT_TTL_MS);
    record(world, { object, message: "later" });
    world.advance(1000);
    expect(world.events()).toEqual(["Normal Pulled ConfigMap/web x1: later"]);
  });
});
