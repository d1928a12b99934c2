import { expect, it } from "vitest";
import { describeEveryKubectl, type KubectlSession, shape } from "./harness.ts";

const SUCCESS = /deployment "web" successfully rolled out\n$/;

describeEveryKubectl("deployments", (session) => {
  it("creates a deployment and waits for it", async () => {
    const { ok } = session();
    expect(await ok("create deployment web --image=nginx:1.25 --replicas=3 --port=80")).toBe(
      "deployment.apps/web created\n",
    );
    expect(await ok("wait --for=condition=Available deployment/web --timeout=50s")).toBe(
      "deployment.apps/web condition met\n",
    );
    expect(await ok("rollout status deployment/web --timeout=50s")).toMatch(SUCCESS);
    expect(await images(session())).toEqual(["nginx:1.25", "nginx:1.25", "nginx:1.25"]);
  });

  it("rolls out another image, a few pods at a time", async () => {
    const { ok } = session();
    expect(await ok("set image deployment/web nginx=nginx:1.26")).toBe("deployment.apps/web image updated\n");
    const progress = await ok("rollout status deployment/web --timeout=50s");
    expect(progress).toContain(
      'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...\n',
    );
    expect(progress).toMatch(SUCCESS);
    expect(await images(session())).toEqual(["nginx:1.26", "nginx:1.26", "nginx:1.26"]);
  });

  it("keeps a history with causes", async () => {
    const { ok } = session();
    await ok("annotate deployment/web kubernetes.io/change-cause='to 1.26'");
    expect(shape(await ok("rollout history deployment/web"))).toBe(
      "deployment.apps/web\nREVISION  CHANGE-CAUSE\n1  <none>\n2  to 1.26\n\n",
    );
    const revision = await ok("rollout history deployment/web --revision=1");
    expect(revision).toContain("deployment.apps/web with revision #1\nPod Template:\n");
    expect(revision).toMatch(/Image:\s+nginx:1\.25\n/);
  });

  it("rolls back to the previous revision, and to a named one", async () => {
    const { ok, run } = session();
    expect(await ok("rollout undo deployment/web")).toBe("deployment.apps/web rolled back\n");
    await ok("rollout status deployment/web --timeout=50s");
    expect(await images(session())).toEqual(["nginx:1.25", "nginx:1.25", "nginx:1.25"]);
    expect(await ok("rollout undo deployment/web --to-revision=2")).toBe("deployment.apps/web rolled back\n");
    await ok("rollout status deployment/web --timeout=50s");
    expect(await images(session())).toEqual(["nginx:1.26", "nginx:1.26", "nginx:1.26"]);
    const unknown = await run("rollout undo deployment/web --to-revision=99");
    expect(unknown).toMatchObject({ exitCode: 1 });
    expect(unknown.stderr).toContain("error: unable to find specified revision 99 in history\n");
  });

  it("pauses and resumes", async () => {
    const { ok, run } = session();
    expect(await ok("rollout pause deployment/web")).toBe("deployment.apps/web paused\n");
    expect((await run("rollout pause deployment/web")).stderr).toBe(
      'error: deployments.apps "web" is already paused\n',
    );
    await ok("set image deployment/web nginx=nginx:1.27");
    const { unavailable } = await status(session());
    expect(unavailable).toBe(0);
    expect(await images(session())).toEqual(["nginx:1.26", "nginx:1.26", "nginx:1.26"]);
    expect(await ok("rollout resume deployment/web")).toBe("deployment.apps/web resumed\n");
    await ok("rollout status deployment/web --timeout=50s");
    expect(await images(session())).toEqual(["nginx:1.27", "nginx:1.27", "nginx:1.27"]);
  });

  it("restarts every pod", async () => {
    const { ok } = session();
    const before = await podNames(session());
    expect(await ok("rollout restart deployment/web")).toBe("deployment.apps/web restarted\n");
    await ok("rollout status deployment/web --timeout=50s");
    const after = await podNames(session());
    expect(after).toHaveLength(3);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });

  it("scales up, down, and only from the expected number", async () => {
    const { ok, run } = session();
    expect(await ok("scale deployment/web --replicas=5")).toBe("deployment.apps/web scaled\n");
    await ok("wait --for=jsonpath={.status.availableReplicas}=5 deployment/web --timeout=50s");
    expect((await run("scale deployment/web --replicas=2 --current-replicas=9")).stderr).toMatch(
      /Expected replicas to be 9, was 5\n/i,
    );
    expect(await ok("scale deployment/web --replicas=1 --current-replicas=5")).toBe("deployment.apps/web scaled\n");
    await ok("wait --for=jsonpath={.status.replicas}=1 deployment/web --timeout=50s");
  });

  it("replaces a deleted pod", async () => {
    const { ok } = session();
    const [before] = await podNames(session());
    await ok(`delete pod ${before} --timeout=50s`);
    await ok("wait --for=condition=Available deployment/web --timeout=50s");
    const after = await podNames(session());
    expect(after).toHaveLength(1);
    expect(after).not.toContain(before);
  });

  it("exposes it, and the service selects its pods", async () => {
    const { ok, run } = session();
    expect(await ok("expose deployment web --port=80 --target-port=80")).toBe("service/web exposed\n");
    expect((await run("expose deployment web")).stderr).toBe(
      'Error from server (AlreadyExists): services "web" already exists\n',
    );
    const podIp = await ok("get pods -l app=web -o jsonpath={.items[0].status.podIP}");
    await ok(`wait --for=jsonpath={.subsets[0].addresses[0].ip}=${podIp} endpoints/web --timeout=50s`);
    expect(
      await ok(
        "get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].endpoints[*].addresses[*]}",
      ),
    ).toBe(podIp);
  });

  it("deletes it with the objects that it owns", async () => {
    const { ok } = session();
    await ok("delete deployment web --timeout=50s");
    await ok("wait --for=delete pod -l app=web --timeout=50s");
    expect(await ok("get replicasets,pods -l app=web -o name")).toBe("");
  });
});

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { containers: { image: string }[] };
}

/** Pods that are not terminating. */
async function pods({ ok }: KubectlSession): Promise<Pod[]> {
  const list = JSON.parse(await ok("get pods -l app=web -o json")) as { items: Pod[] };
  return list.items.filter((pod) => !pod.metadata.deletionTimestamp);
}

async function images(session: KubectlSession): Promise<(string | undefined)[]> {
  return (await pods(session)).map((pod) => pod.spec.containers[0]?.image).sort();
}

async function podNames(session: KubectlSession): Promise<string[]> {
  return (await pods(session)).map((pod) => pod.metadata.name);
}

async function status({ ok }: KubectlSession): Promise<{ unavailable: number }> {
  return { unavailable: Number((await ok("get deployment web -o jsonpath={.status.unavailableReplicas}")) || 0) };
}
