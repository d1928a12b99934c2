/** Injected faults as students see them with kubectl. */
import { expect, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";

describeNewestKubectl("faults", (session) => {
  it("of the API server are errors, or delays of a client that tries again", async () => {
    const { ok, run, platform } = session();
    await ok("create deployment web --image=nginx");
    await ok("rollout status deployment/web --timeout=60s");
    await platform("faults", { kind: "api-errors", status: 500, durationSeconds: 30 });
    expect(await run("get pods")).toMatchObject({
      stderr: "Error from server (InternalError): Internal error occurred: etcdserver: request timed out\n",
      exitCode: 1,
    });
    await platform("advance", { seconds: 60 });
    expect(await ok("get pods -l app=web -o name")).toMatch(/^pod\/web-/);
    // The client waits for a second after each refusal.
    await platform("faults", { kind: "api-errors", status: 429, durationSeconds: 3 });
    expect(await ok("get deployment web -o name")).toBe("deployment.apps/web\n");
  });

  it("of containers show in the list of pods", async () => {
    const { ok, platform } = session();
    await ok("run victim --image=nginx");
    await ok("wait --for=condition=Ready pod/victim --timeout=60s");
    await platform("faults", { kind: "out-of-memory", namespace: "default", pod: "victim" });
    await ok("wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/victim --timeout=60s");
    expect(await ok("describe pod victim")).toMatch(/Last State: +Terminated\n +Reason: +OOMKilled\n +Exit Code: +137/);
    expect(await ok("get pod victim")).toMatch(/\n *victim +1\/1 +Running +1 \(/);
  });

  it("of the network are time-outs of programs, and no object names them", async () => {
    const { ok, run, platform } = session();
    await ok("expose deployment web --port=80");
    await ok("run client --image=nginx --labels=role=client");
    await ok("wait --for=condition=Ready pod/client --timeout=60s");
    const fetch = "exec client -- curl -s -o /dev/null -w %{http_code} --max-time 2 http://web";
    expect(await ok(fetch)).toBe("200");
    const between = [{ podLabels: { role: "client" } }, { podLabels: { app: "web" } }];
    await platform("faults", { kind: "partition", between, durationSeconds: 600 });
    expect((await run(fetch)).stderr).toContain("command terminated with exit code 28");
    expect(await ok("get all,events,networkpolicies -A -o yaml")).not.toMatch(/partition/i);
    await platform("advance", { seconds: 900 });
    expect(await ok(fetch)).toBe("200");
  });
});
