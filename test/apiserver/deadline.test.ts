import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server } from "./server.ts";

describe("a request's timeout", () => {
  it.each(["", "0s", "5s", "1h30m", "720h", "-1s"])("may be %j", (timeout) => {
    const server = new Server();
    expect(server.post(`${CONFIG_MAPS}?timeout=${timeout}`, configMap("web")).status).toBe(201);
    expect(server.get(`/version?timeout=${timeout}`).status).toBe(200);
  });

  it.each([
    ["invalid", 'time: invalid duration "invalid"'],
    ["32", 'time: missing unit in duration "32"'],
    ["5x", 'time: unknown unit "x" in duration "5x"'],
  ])("is refused as %s", (timeout, why) => {
    const server = new Server();
    const refusal = {
      kind: "Status",
      code: 400,
      reason: "BadRequest",
      message: `invalid timeout specified in the request URL - ${why}`,
    };
    const { revision } = server.tx;
    expect(server.post(`${CONFIG_MAPS}?timeout=${timeout}`, configMap("web")).body).toMatchObject(refusal);
    expect(server.tx.revision).toBe(revision);
    for (const path of [CONFIG_MAPS, `${CONFIG_MAPS}/web`, "/version", "/apis", "/openapi/v3"]) {
      expect(server.get(`${path}?timeout=${timeout}`).body).toMatchObject(refusal);
    }
  });

  it("is not read by long-running requests", () => {
    const server = new Server();
    expect(server.outcome("GET", `${CONFIG_MAPS}?watch=1&timeout=invalid`).type).toBe("watch");
    const log = server.get("/api/v1/namespaces/default/pods/web/log?timeout=invalid");
    expect(log.body).toMatchObject({ code: 404, reason: "NotFound" });
  });
});
