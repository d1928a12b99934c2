import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";
import { CONFIGURATION, webManifest } from "./objects.ts";

describeEveryKubectl("describe", (session) => {
  it("creates the objects to describe", async () => {
    const { ok, write } = session();
    await write("all.yaml", `${webManifest()}---\n${CONFIGURATION}`);
    await ok("apply -f all.yaml");
    await ok("rollout status deployment/web --timeout=50s");
    await ok("wait --for=jsonpath={.subsets[0].addresses[1].ip} endpoints/web --timeout=50s").catch(() => {
      // Before 1.31 `wait` needs a value. The tests below check the objects.
    });
  });

  /** Describes one object and expects these lines in this order. A space matches any number of spaces. */
  function describes(what: string, ...lines: string[]): void {
    it(what, async () => {
      const text = (await session().ok(`describe ${what}`)).replaceAll(/[ \t]+/g, " ");
      let rest = text;
      for (const line of lines) {
        const pattern = new RegExp(line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*"));
        const match = pattern.exec(rest);
        expect(match, `"${line}" in its place in:\n${text}`).not.toBeNull();
        rest = rest.slice((match?.index ?? 0) + (match?.[0].length ?? 0));
      }
    });
  }

  describes(
    "deployment web",
    "Name: web\nNamespace: default\n",
    "Labels: app=web\n",
    "Annotations: deployment.kubernetes.io/revision: 1\n",
    "Selector: app=web\n",
    "Replicas: 2 desired | 2 updated | 2 total | 2 available | 0 unavailable\n",
    "StrategyType: RollingUpdate\n",
    "RollingUpdateStrategy: 25% max unavailable, 25% max surge\n",
    " Image: nginx:1.25\n",
    "Conditions:\n Type Status Reason\n",
    " Available True MinimumReplicasAvailable\n",
    " Progressing True NewReplicaSetAvailable\n",
    "OldReplicaSets: <none>\n",
    "NewReplicaSet: web-… (2/2 replicas created)\n",
    " Normal ScalingReplicaSet … deployment-controller Scaled up replica set web-… from 0 to 2\n",
  );

  describes(
    "replicaset -l app=web",
    "Selector: app=web,pod-template-hash=",
    "Controlled By: Deployment/web\n",
    "Replicas: 2 current / 2 desired\n",
    "Pods Status: 2 Running / 0 Waiting / 0 Succeeded / 0 Failed\n",
    " Normal SuccessfulCreate … replicaset-controller Created pod: web-",
  );

  describes(
    "pods -l app=web",
    "Name: web-",
    "Service Account: default\n",
    "Node: node-",
    "Labels: app=web\n",
    "Status: Running\n",
    "Controlled By: ReplicaSet/web-",
    " Image: nginx:1.25\n",
    " State: Running\n",
    " Ready: True\n Restart Count: 0\n",
    " Liveness: http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3\n",
    " /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-… (ro)\n",
    " PodScheduled True",
    "QoS Class: Burstable\n",
    "Tolerations: node.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n",
    " Normal Scheduled … default-scheduler Successfully assigned default/web-… to node-",
    ' Normal Pulled … kubelet …Successfully pulled image "nginx:1.25"',
    " Normal Started … kubelet …Container started\n",
  );

  describes(
    "service web",
    "Name: web\nNamespace: default\n",
    "Selector: app=web\nType: ClusterIP\nIP Family Policy: SingleStack\nIP Families: IPv4\nIP: 10.",
    "Port: <unset> 80/TCP\nTargetPort: 80/TCP\nEndpoints: 10.",
    "Session Affinity: None\n",
  );

  describes("endpoints web", "Subsets:\n Addresses: 10.", " NotReadyAddresses: <none>\n", " <unset> 80 TCP\n");

  describes(
    "endpointslice -l kubernetes.io/service-name=web",
    "AddressType: IPv4\nPorts:\n",
    " <unset> 80 TCP\n",
    "Endpoints:\n - Addresses: 10.",
    " Ready: true\n",
    " TargetRef: Pod/web-",
  );

  describes("configmap cfg", "Name: cfg\n", "Data\n====\n", "BinaryData\n");

  it("configmap cfg, with its keys in any order", async () => {
    const text = await session().ok("describe configmap cfg");
    expect(text).toContain("\na:\n----\n1\n");
    expect(text).toContain("\nfile.txt:\n----\nline1\nline2\n");
  });

  describes("secret sec", "Name: sec\n", "Type: Opaque\n", "Data\n====\npw: 7 bytes\n");
  describes("serviceaccount default", "Name: default\nNamespace: default\n", "Image pull secrets: <none>\n");
  describes("namespace default", "Name: default\n", "Status: Active\n");

  describes(
    "node node-1",
    "Name: node-1\n",
    "Labels: ",
    "kubernetes.io/hostname=node-1\n",
    "Taints: <none>\nUnschedulable: false\nLease:\n HolderIdentity: node-1\n",
    "RenewTime: ",
    "Conditions:\n",
    " MemoryPressure False … KubeletHasSufficientMemory",
    " Ready True … KubeletReady",
    "Capacity:\n cpu: ",
    "Kubelet Version: v1.36.",
    "Non-terminated Pods: (",
    "Allocated resources:\n",
  );

  describes(
    "lease node-1 -n kube-node-lease",
    "Name: node-1\nNamespace: kube-node-lease\n",
    "Holder Identity: node-1\n",
  );
  describes(
    "clusterrole view",
    "PolicyRule:\n Resources Non-Resource URLs Resource Names Verbs\n",
    " configmaps [] [] [get list watch]\n",
  );
  describes(
    "clusterrolebinding cluster-admin",
    "Role:\n Kind: ClusterRole\n Name: cluster-admin\n",
    " Group system:masters",
  );

  it("reports an object that does not exist", async () => {
    const { run } = session();
    expect(await run("describe pod nosuch")).toMatchObject({
      exitCode: 1,
      stderr: 'Error from server (NotFound): pods "nosuch" not found\n',
    });
  });
});
