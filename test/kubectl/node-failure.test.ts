/** A node that is down, as a student sees it with kubectl. */
import { expect, it } from "vitest";
import { describeEveryKubectl, type KubectlSession } from "./harness.ts";

const TIMEOUT_MS = 120_000;

const DB = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: c, image: "redis:7.4" }] }
`;

/** Status and node of an app's pods, from `get pods -o wide`. */
async function podsOf({ ok }: KubectlSession, app: string): Promise<{ name: string; status: string; node: string }[]> {
  const lines = (await ok(`get pods -l app=${app} -o wide --no-headers`)).trim().split("\n");
  return lines.map((line) => {
    const [name = "", , status = ""] = line.split(/\s+/);
    return { name, status, node: /node-\d/.exec(line)?.[0] ?? "" };
  });
}

describeEveryKubectl("a node is down", (session) => {
  let node = "";

  it(
    "is NotReady and tainted after a minute, and its pods are not ready",
    async () => {
      const { ok, write, platform } = session();
      await write("db.yaml", DB);
      await ok("create deployment web --image=nginx --replicas=3");
      await ok("apply -f db.yaml");
      await ok("rollout status deployment/web --timeout=60s");
      await ok("rollout status statefulset/db --timeout=60s");
      node = (await podsOf(session(), "db"))[0]!.node;
      await platform("faults", { kind: "node-down", node });
      await platform("advance", { seconds: 60 });
      expect(await ok(`get node ${node} --no-headers`)).toMatch(/ NotReady /);
      const described = await ok(`describe node ${node}`);
      expect(described).toContain("node.kubernetes.io/unreachable:NoExecute");
      expect(described).toContain("Kubelet stopped posting node status.");
      expect(described).toMatch(/Normal +NodeNotReady .*node-controller +Node node-\d status is now: NodeNotReady/);
      expect(await ok("describe pod db-0")).toMatch(/Warning +NodeNotReady .*Node is not ready/);
      expect(await ok("rollout status deployment/web --watch=false")).toContain(
        "2 of 3 updated replicas are available",
      );
    },
    TIMEOUT_MS,
  );

  it(
    "evicts its pods after their toleration: a Deployment's are replaced, a StatefulSet's waits",
    async () => {
      const { ok, platform } = session();
      await platform("advance", { seconds: 330 });
      await ok("rollout status deployment/web --timeout=60s");
      const web = await podsOf(session(), "web");
      expect(web.filter(({ status }) => status === "Running").map((pod) => pod.node)).not.toContain(node);
      expect(web.filter(({ status }) => status === "Terminating").map((pod) => pod.node)).toEqual([node]);
      expect(await podsOf(session(), "db")).toEqual([{ name: "db-0", status: "Terminating", node }]);
    },
    TIMEOUT_MS,
  );

  it(
    "a StatefulSet's pod is replaced after a user force-deletes the old one",
    async () => {
      const { ok } = session();
      await ok("delete pod db-0 --force --grace-period=0");
      await ok("rollout status statefulset/db --timeout=60s");
      const [db, ...others] = await podsOf(session(), "db");
      expect(others).toEqual([]);
      expect(db).toMatchObject({ name: "db-0", status: "Running" });
      expect(db?.node).not.toBe(node);
    },
    TIMEOUT_MS,
  );
});
