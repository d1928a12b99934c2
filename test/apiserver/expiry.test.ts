import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server, START_MS } from "./server.ts";

const EVENTS = "/api/v1/namespaces/default/events";

function event(name: string) {
  const time = new Date(START_MS).toISOString().replace(".000", "");
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name },
    involvedObject: { kind: "ConfigMap", namespace: "default", name: "web" },
    reason: "Tested",
    type: "Normal",
    firstTimestamp: time,
    lastTimestamp: time,
  };
}

describe("an Event that is an hour old", () => {
  it("is hidden before it is removed", () => {
    const server = new Server();
    expect(server.post(EVENTS, event("old")).status).toBe(201);
    expect(server.post(CONFIG_MAPS, configMap("web")).status).toBe(201);

    server.tx.writeSet.nowMs = START_MS + 3_599_000;
    expect(server.get(EVENTS).body.items).toHaveLength(1);
    expect(server.get(`${EVENTS}/old`).status).toBe(200);

    server.tx.writeSet.nowMs = START_MS + 3_600_000;
    expect(server.get(EVENTS).body.items).toEqual([]);
    expect(server.get(`${EVENTS}/old`).body).toMatchObject({ code: 404, message: 'events "old" not found' });
    expect(server.watch(`${EVENTS}?watch=true`).initial).toEqual([]);
    expect(server.get(`${CONFIG_MAPS}/web`).status).toBe(200);
    expect(server.tx.bodyOf("core/events/default/old")).toBeDefined();
  });
});
