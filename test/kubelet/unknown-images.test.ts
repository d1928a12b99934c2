/** Images outside the catalogue: their own programs are servers, those of the base system are what they are. */
import { expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import type { Container } from "../../src/schema/index.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

/** A minute of a container of such an image, which is not started again. */
function minuteOf(container: Partial<Container>) {
  const own = { image: "registry.example.com/shop/app:1.4", ports: [{ containerPort: 8080 }], ...container };
  const cluster = clusterWith({}, podWith("p", own, { restartPolicy: "Never" }));
  cluster.advance(60_000);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const log = cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }));
  return { cluster, log: log.text, state: containerOf(cluster).state };
}

const script = (text: string): Partial<Container> => ({ command: ["sh", "-c", text] });

it.each([
  "exec /app/server start",
  "npm start",
  "cd /srv && java -jar app.jar",
  "./bin/serve & wait",
  "gunicorn app:app",
  "python3 app.py",
  "bash /app/run.sh",
])("a script that starts the image's own program goes on: %s", (text) => {
  const { log, state } = minuteOf(script(text));
  expect(state).toHaveProperty("running");
  expect(log).toBe("listening on port 8080\n");
});

it("its server answers on the declared port, also to health checks over gRPC", () => {
  const readinessProbe = { grpc: { port: 9000, service: "" }, periodSeconds: 5 };
  const { cluster } = minuteOf({ ...script("curl -s localhost:8080 & exec /app/server"), readinessProbe });
  expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
});

it.each(["slep 10", "/bin/slep 10", "exec /usr/bin/slep 10"])("a command that no image adds is missing: %s", (text) => {
  const { log, state } = minuteOf(script(text));
  expect(state.terminated).toMatchObject({ exitCode: 127 });
  expect(log).toMatch(/slep: (command not found|No such file or directory)\n$/);
});

it("probes and hooks by programs of the image succeed, those by programs of the system are run", () => {
  const own = { exec: { command: ["/usr/bin/check-status", "-r"] }, periodSeconds: 5 };
  const lifecycle = { postStart: { exec: { command: ["/app/warm-up"] } } };
  const { cluster } = minuteOf({ readinessProbe: own, livenessProbe: own, lifecycle });
  expect(containerOf(cluster)).toMatchObject({ ready: true, restartCount: 0 });
  const failing = { exec: { command: ["test", "-f", "/ready"] }, periodSeconds: 5 };
  expect(containerOf(minuteOf({ readinessProbe: failing }).cluster)).toMatchObject({ ready: false });
});

it.each([[["python3", "/app/main.py"]], [["/app/migrate"]], [["sh", "-c", "cd /app && ./migrate up"]]])(
  "an init container ends by itself: %j",
  (command) => {
    const image = "registry.example.com/shop/app:1.4";
    const initContainers = [{ name: "first", image, command } as Container];
    const cluster = clusterWith({}, podWith("p", { image: "nginx" }, { initContainers }));
    cluster.advance(60_000);
    expect(containerOf(cluster)).toMatchObject({ ready: true });
  },
);
