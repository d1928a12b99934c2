import { expect, it } from "vitest";
import { describeEveryKubectl, shape } from "./harness.ts";

describeEveryKubectl("small changes", (session) => {
  it("runs a pod and waits until it is ready", async () => {
    const { ok } = session();
    expect(await ok("run box --image=busybox -- sleep 3600")).toBe("pod/box created\n");
    expect(await ok("wait --for=condition=Ready pod/box --timeout=50s")).toBe("pod/box condition met\n");
  });

  it("runs a pod to its end", async () => {
    const { ok } = session();
    await ok("run once --image=busybox --restart=Never -- sh -c 'exit 3'");
    await ok("wait --for=jsonpath={.status.phase}=Failed pod/once --timeout=50s");
    expect(await ok("get pod once -o jsonpath={.status.containerStatuses[0].state.terminated.exitCode}")).toBe("3");
    expect(shape(await ok("get pod once --no-headers"))).toBe("once  0/1  Error  0  <age>\n");
  });

  it("gives up waiting in time", async () => {
    const { ok, run } = session();
    await ok('run nowhere --image=nginx --overrides=\'{"spec":{"nodeSelector":{"disk":"none"}}}\'');
    expect(await run("wait --for=condition=Ready pod/nowhere --timeout=2s")).toMatchObject({
      exitCode: 1,
      stderr: "error: timed out waiting for the condition on pods/nowhere\n",
    });
    expect(shape(await ok("get pod nowhere --no-headers"))).toBe("nowhere  0/1  Pending  0  <age>\n");
  });

  it("shows the error of an image that cannot be pulled", async () => {
    const { ok } = session();
    await ok("run typo --image=ngnix");
    await ok(
      "wait --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ErrImagePull pod/typo --timeout=50s",
    );
    expect(await ok("get events --field-selector=involvedObject.name=typo -o jsonpath={.items[*].reason}")).toContain(
      "Failed",
    );
  });

  it("labels and annotates, and overwrites only with --overwrite", async () => {
    const { ok, run } = session();
    expect(await ok("label pod box tier=data")).toBe("pod/box labeled\n");
    expect((await run("label pod box tier=other")).stderr).toBe(
      "error: 'tier' already has a value (data), and --overwrite is false\n",
    );
    expect(await ok("label pod box tier=other --overwrite")).toBe("pod/box labeled\n");
    expect(await ok("label pod box tier-")).toBe("pod/box unlabeled\n");
    expect(await ok("label pods --all x=1")).toContain("pod/box labeled\n");
    const annotated = /^pod\/box annotated?\n$/; // Before 1.28 the word lacks a letter.
    expect(await ok("annotate pod box note='hello world'")).toMatch(annotated);
    expect(await ok("get pod box -o jsonpath={.metadata.annotations.note}")).toBe("hello world");
    expect(await ok("annotate pod box note-")).toMatch(annotated);
    const refused = await run("label pod box 'bad key=1'");
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.stderr).toContain("name part must consist of alphanumeric characters");
  });

  it("cordons and uncordons a node, and no new pod runs there meanwhile", async () => {
    const { ok } = session();
    expect(await ok("cordon node-2")).toBe("node/node-2 cordoned\n");
    expect(await ok("cordon node-2")).toBe("node/node-2 already cordoned\n");
    expect(shape(await ok("get nodes --no-headers"))).toMatch(/^node-2 {2}Ready,SchedulingDisabled {2}/m);
    await ok("create deployment spread --image=nginx --replicas=6");
    await ok("rollout status deployment/spread --timeout=50s");
    const nodes = (await ok("get pods -l app=spread -o jsonpath={.items[*].spec.nodeName}")).split(" ");
    expect(nodes).toHaveLength(6);
    expect(nodes).not.toContain("node-2");
    expect(await ok("uncordon node-2")).toBe("node/node-2 uncordoned\n");
  });

  it("taints a node and removes the taint", async () => {
    const { ok, run } = session();
    expect(await ok("taint nodes node-3 k=v:NoSchedule")).toBe("node/node-3 tainted\n");
    expect((await run("taint nodes node-3 k=v:NoSchedule")).stderr).toContain(
      "already has k taint(s) with same effect(s)",
    );
    expect(await ok("taint nodes node-3 k:NoSchedule-")).toBe("node/node-3 untainted\n");
  });

  it("creates small things by command", async () => {
    const { ok } = session();
    expect(await ok("create configmap cm1 --from-literal=a=1 --from-literal=b=2")).toBe("configmap/cm1 created\n");
    expect(await ok("create secret generic s1 --from-literal=a=1")).toBe("secret/s1 created\n");
    expect(await ok("create serviceaccount sa1")).toBe("serviceaccount/sa1 created\n");
    expect(await ok("create service clusterip s1 --tcp=80:8080")).toBe("service/s1 created\n");
    expect(await ok("create namespace kc")).toBe("namespace/kc created\n");
    expect(await ok("get configmap cm1 -o jsonpath={.data}")).toBe('{"a":"1","b":"2"}');
    expect(await ok("get secret s1 -o jsonpath={.data.a}")).toBe("MQ==");
  });

  it("creates a namespace with its default objects, and deletes it with its contents", async () => {
    const { ok, run } = session();
    await ok("wait --for=jsonpath={.metadata.name}=default serviceaccount/default -n kc --timeout=20s");
    expect(await ok("get configmaps -n kc -o name")).toBe("configmap/kube-root-ca.crt\n");
    await ok("create deployment web --image=nginx -n kc");
    expect(await ok("delete namespace kc --timeout=50s")).toMatch(/^namespace "kc" deleted/);
    expect((await run("get all -n kc")).stderr).toBe("No resources found in kc namespace.\n");
    expect((await run("get namespace kc")).stderr).toBe('Error from server (NotFound): namespaces "kc" not found\n');
  });

  it("sorts events by their time", async () => {
    const { ok } = session();
    const table = await ok("get events --sort-by=.metadata.creationTimestamp");
    expect(table).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/);
    expect(table).toContain("Successfully assigned default/box to node-");
    const times = (
      await ok("get events --sort-by=.metadata.creationTimestamp -o jsonpath={.items[*].metadata.creationTimestamp}")
    ).split(" ");
    expect(times.length).toBeGreaterThan(10);
    expect(times).toEqual([...times].sort());
    expect(shape(await ok("events --for pod/box"))).toMatch(/Normal {2}Scheduled {2}Pod\/box {2}Successfully assigned/);
  });
});
