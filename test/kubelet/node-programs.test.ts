/** Programs of Node.js in pods: a server with a probe, an error that nothing takes, a script of npm. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

type Cluster = ReturnType<typeof clusterWith>;

function logOf(cluster: Cluster, previous = false): string {
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  return JSON.stringify(cluster.write((tx) => containerAccess.readLog(tx, target, { previous, timestamps: false })));
}

describe("node in pods", () => {
  it("answers probes and logs them", () => {
    const source = `
      require("http").createServer((request, response) => {
        console.log("probe from " + request.socket.remoteAddress);
        response.end("ok");
      }).listen(8080);`;
    const readinessProbe = { httpGet: { port: 8080, path: "/" }, periodSeconds: 5 };
    const cluster = clusterWith(
      {},
      podWith("p", { image: "node:20-alpine", command: ["node", "-e", source], readinessProbe }),
    );
    cluster.advance(60_000);
    expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
    expect(logOf(cluster)).toMatch(/probe from ::ffff:/);
  });

  it("backs off after an error, whose trace is in the previous log", () => {
    const source = 'console.log("start");\nconst x = null;\nx.boom();';
    const cluster = clusterWith({}, podWith("p", { image: "node:20-alpine", command: ["node", "-e", source] }));
    cluster.advance(60_000);
    const { state, lastState } = containerOf(cluster);
    expect(state.waiting?.reason).toBe("CrashLoopBackOff");
    expect(lastState.terminated?.exitCode).toBe(1);
    expect(logOf(cluster, true)).toContain("TypeError: Cannot read properties of null (reading 'boom')");
  });

  it("runs a script of a package", () => {
    const facts = JSON.stringify({ name: "app", version: "1.0.0", scripts: { start: "node s.js" } });
    const script = "setInterval(() => console.log('tick'), 1000)";
    const command = ["sh", "-c", `echo '${facts}' > package.json; echo "${script}" > s.js; npm start`];
    const cluster = clusterWith({}, podWith("p", { image: "node:20", command }));
    cluster.advance(20_000);
    expect(logOf(cluster)).toContain("> app@1.0.0 start\\n> node s.js\\n\\ntick\\ntick\\n");
  });
});
