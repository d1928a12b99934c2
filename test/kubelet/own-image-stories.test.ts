/** Whole stories of pods with images of an organization: pinned, mounted as volumes, and told twice. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { containerOf, podWith } from "./clusters.ts";
import { clusterOf, exec, imageOf, logOf, register, rows, SHOP } from "./own-images.ts";

/** The whole of what a student sees, so that no byte of it changes unnoticed. */
describe("golden", () => {
  it("the story of a pod: Events, status, log with times", () => {
    const server = {
      log: [{ line: "up on {{hostname}} at {{time}}" }],
      answers: [{ path: "/healthz", untilMs: 20_000, body: "ok" }],
      accessLog: "{{path}} {{status}} {{requests}}",
      exit: { afterMs: 29_000, code: 2, line: "out of goods" },
    };
    const livenessProbe = { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 8, failureThreshold: 3 };
    const image = imageOf({ sizeBytes: 5_000_000, server });
    const cluster = clusterOf([image], { livenessProbe }, { restartPolicy: "Never" });
    const times = cluster.write((tx) =>
      containerAccess.readLog(
        tx,
        { pod: cluster.get(podKind, "p")!, container: "c" },
        { previous: false, timestamps: true },
      ),
    ).text;
    const { state, imageID } = containerOf(cluster);
    expect([
      ...cluster.events().filter((event) => event.includes(" Pod/p ")),
      times,
      state,
      imageID,
    ]).toMatchInlineSnapshot(`
      [
        "Normal Scheduled Pod/p x1: Successfully assigned default/p to node-1",
        "Normal Pulling Pod/p x1: Pulling image "registry.example.com/team/shop:1.0"",
        "Normal Pulled Pod/p x1: Successfully pulled image "registry.example.com/team/shop:1.0" in 442ms (442ms including waiting). Image size: 5000000 bytes.",
        "Normal Created Pod/p x1: Container created",
        "Normal Started Pod/p x1: Container started",
        "Warning Unhealthy Pod/p x1: Liveness probe failed: HTTP probe failed with statuscode: 404",
        "2026-01-01T00:00:00.875000000Z up on p at 2026-01-01T00:00:00.875Z
      2026-01-01T00:00:08.024000000Z /healthz 200 1
      2026-01-01T00:00:16.024000000Z /healthz 200 2
      2026-01-01T00:00:24.024000000Z /healthz 404 3
      2026-01-01T00:00:29.875000000Z out of goods
      ",
        {
          "terminated": {
            "containerID": "containerd://e967dd2a4983782b2ae183e4d1f6b0952312f27d42e9a96fd3c661d69710d411",
            "exitCode": 2,
            "finishedAt": "2026-01-01T00:00:29Z",
            "reason": "Error",
            "startedAt": "2026-01-01T00:00:00Z",
          },
        },
        "registry.example.com/team/shop@sha256:f270e2f73b6f2e04b7caee4bc0a75264cb3e245ac35eab61ed7670a34e74f930",
      ]
    `);
  });
});

describe("an image volume", () => {
  it("keeps the organization's image that it began with", () => {
    const document = { base: "scratch", files: { "/data/model": { text: "v1" } } };
    const volumes = [{ name: "m", image: { reference: `${SHOP}:1.0` } }];
    const container = {
      image: "busybox",
      command: ["sleep", "999999"],
      volumeMounts: [{ name: "m", mountPath: "/m" }],
    };
    const cluster = clusterOf([imageOf(document)], container, { volumes } as never);
    register(cluster, imageOf({ ...document, files: { "/data/model": { text: "v2" } } }));
    cluster.create(podKind, podWith("q", container, { volumes } as never));
    cluster.advance(60_000);
    expect(exec(cluster, ["cat", "/m/data/model"])).toBe("v1");
    expect(exec(cluster, ["cat", "/m/data/model"], "q")).toBe("v2");
    expect(rows(cluster)).toHaveLength(2);
  });
});

describe("histories", () => {
  it("with the same inputs give the same bytes, looked at or not", () => {
    const server = {
      answers: [{ path: "/*", body: "{{requests}}" }],
      log: [{ line: "up {{time}}" }],
      accessLog: "{{path}}",
    };
    const story = (look: boolean): string => {
      const cluster = clusterOf([imageOf({ server })], {
        livenessProbe: { httpGet: { path: "/live", port: 8080 }, periodSeconds: 7 },
      });
      for (let i = 0; i < 20; i++) {
        cluster.advance(13_000);
        if (look) logOf(cluster);
        if (i === 10) register(cluster, imageOf({ server: { ...server, accessLog: "changed {{path}}" } }));
        if (i === 12) cluster.create(podKind, podWith("q", { image: `${SHOP}:1.0`, imagePullPolicy: "Always" }));
      }
      return JSON.stringify([
        cluster.list(podKind),
        logOf(cluster),
        logOf(cluster, "q"),
        cluster.events(),
        rows(cluster),
      ]);
    };
    expect(story(true)).toBe(story(false));
    expect(story(false)).toBe(story(false));
  });
});
