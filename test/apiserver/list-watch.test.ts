import { describe, expect, it } from "vitest";
import { CONFIG_MAPS, configMap, Server, START_MS } from "./server.ts";

function token(content: object): string {
  return btoa(JSON.stringify(content)).replace(/=+$/, "");
}

describe("a continue token that no server made", () => {
  const V1 = "meta.k8s.io/v1";
  it.each([
    ["a$b", "illegal base64 data at input byte 1"],
    ["abcde", "illegal base64 data at input byte 4"],
    ["abcd", "invalid character 'i' looking for beginning of value"],
    [token({ v: "x", rv: 1, start: "a" }), "server does not recognize this encoded version x"],
    [token({ v: V1, start: "a" }), "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"],
    [token({ v: V1, rv: 1 }), "encoded start key empty (version meta.k8s.io/v1)"],
    [token({ v: V1, rv: -1, start: "/../x" }), "/../x"],
  ])("is refused: %s", (text, why) => {
    const { body } = new Server().get(`${CONFIG_MAPS}?continue=${text}`);
    expect(body).toMatchObject({ code: 400, message: `invalid continue token: continue key is not valid: ${why}` });
  });
});

describe("a page of one namespace", () => {
  it("has a continue token relative to the namespace, as in Kubernetes", () => {
    const server = new Server();
    for (const name of ["a", "b", "c"]) server.post(CONFIG_MAPS, configMap(name));
    const { revision } = server.tx;
    const { body } = server.get(`${CONFIG_MAPS}?limit=2`);
    expect(atob(body.metadata.continue)).toBe(
      `{"v":"meta.k8s.io/v1","rv":${revision},"start":"/b\\u0000","at":${START_MS}}`,
    );
    const everywhere = server.get("/api/v1/configmaps?limit=2").body.metadata.continue;
    expect(atob(everywhere)).toContain('"start":"/default/b\\u0000"');
  });
});

describe("a watch from anywhere", () => {
  it("marks the end of the initial events, for clients that ask for bookmarks", () => {
    const server = new Server();
    server.post(CONFIG_MAPS, configMap("a"));
    for (const from of ["", "&resourceVersion=0"]) {
      const events = server.seen(server.watch(`${CONFIG_MAPS}?watch=1&allowWatchBookmarks=true${from}`));
      expect(events.at(-1)).toMatchObject({
        type: "BOOKMARK",
        object: { metadata: { annotations: { "k8s.io/initial-events-end": "true" } } },
      });
    }
    const plain = server.seen(server.watch(`${CONFIG_MAPS}?watch=1`));
    expect(plain.map(({ type }) => type)).toEqual(plain.map(() => "ADDED"));
  });

  it("of one name refuses a selector of another", () => {
    const server = new Server();
    const path = "/api/v1/watch/namespaces/default/configmaps/a";
    expect(server.get(`${path}?fieldSelector=metadata.name%3Db`).body).toMatchObject({
      code: 400,
      message: "fieldSelector metadata.name doesn't match requested name",
    });
    expect(server.watch(`${path}?fieldSelector=metadata.name%3Da`).initial).toEqual([]);
  });
});

describe("a watch of Events from a forgotten revision", () => {
  it("ends with etcd's message, because Events have no watch cache", () => {
    const plan = new Server().watch("/api/v1/namespaces/default/events?watch=1");
    expect(JSON.parse(plan.expired(7)).object.message).toBe("The resourceVersion for the provided watch is too old.");
    const cached = new Server().watch(`${CONFIG_MAPS}?watch=1&resourceVersion=5`);
    expect(JSON.parse(cached.expired(7)).object.message).toBe("too old resource version: 5 (7)");
  });
});
