/**
 * The conformance tests of kubectl, each with the same commands and objects.
 * Kubernetes: test/e2e/kubectl/{kubectl,logs}.go
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import {
  AGNHOST,
  deploymentOf,
  guestbook,
  HTTPD,
  HTTPD_NEW,
  primaryController,
  primaryService,
  updateDemo,
} from "./conformance-objects.ts";
import { describeNewestKubectl, type KubectlSession } from "./harness.ts";

const list = (...items: readonly object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items });

/** Repeats until the check throws no more; the test's own time limit ends it. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
let deadlineMs = 0;

/** A namespace of its own for each test, and the commands in it. */
async function inNamespace({ ok, run }: KubectlSession, name: string) {
  deadlineMs = Date.now() + 100_000;
  await ok(`create namespace ${name}`);
  await eventually(async () => {
    await ok(`get serviceaccount default -n ${name}`);
  });
  return {
    ok: (line: string, stdin?: string) => ok(`-n ${name} ${line}`, stdin === undefined ? {} : { stdin }),
    run: (line: string) => run(`-n ${name} ${line}`),
    raw: (path: string) => ok(`get --raw /api/v1/namespaces/${name}/${path}`),
  };
}

describeNewestKubectl("conformance", (session) => {
  it("Update Demo: creates, scales and stops a replication controller", async () => {
    const { ok, raw, run } = await inNamespace(session(), "update-demo");
    const TEMPLATE = "--template={{range.items}}{{.metadata.name}} {{end}}";
    const EXISTS =
      '--template={{if (exists . "status" "containerStatuses")}}{{range .status.containerStatuses}}{{if (and (eq .name "update-demo") (exists . "state" "running"))}}true{{end}}{{end}}{{end}}';
    const IMAGE =
      '--template={{if (exists . "spec" "containers")}}{{range .spec.containers}}{{if eq .name "update-demo"}}{{.image}}{{end}}{{end}}{{end}}';
    const running = (count: number) =>
      eventually(async () => {
        const names = (await ok(`get pods -o template '${TEMPLATE}' -l name=update-demo`)).trim().split(" ");
        expect(names).toHaveLength(count);
        for (const name of names) {
          expect(await ok(`get pods ${name} -o template '${EXISTS}'`)).toBe("true");
          expect(await ok(`get pods ${name} -o template '${IMAGE}'`)).toBe(updateDemo.image);
          expect(JSON.parse(await raw(`pods/${name}/proxy/data.json`))).toEqual({ image: "nautilus.jpg" });
        }
      });
    const stdin = JSON.stringify(updateDemo.controller);
    await ok("create -f -", stdin);
    await running(2);
    for (const replicas of [1, 2]) {
      await ok(`scale rc update-demo-nautilus --replicas=${replicas} --timeout=5m`);
      await running(replicas);
    }
    await ok("delete --grace-period=0 --force -f -", stdin);
    await eventually(async () => {
      expect((await run("get rc,svc -l name=update-demo --no-headers")).stdout).toBe("");
      const LIVE = "{{ range .items }}{{ if not .metadata.deletionTimestamp }}{{ .metadata.name }}{{ end }}{{ end }}";
      expect(await ok(`get pods -l name=update-demo -o go-template='${LIVE}'`)).toBe("");
    });
  });

  it("Guestbook: creates and stops a working application", async () => {
    const { ok, raw } = await inNamespace(session(), "guestbook");
    const stdin = list(...guestbook);
    await ok("create -f -", stdin);
    await ok("wait --for=condition=Available deployment --all --timeout=90s");
    const command = (query: string) => raw(`services/frontend/proxy/guestbook?${query}`);
    await eventually(async () => {
      expect(await command("cmd=get&key=messages&value=")).toBe('{"data":""}');
    });
    expect(await command("cmd=set&key=messages&value=TestEntry")).toBe('{"message":"Updated"}');
    await eventually(async () => {
      expect(await command("cmd=get&key=messages&value=")).toBe('{"data":"TestEntry"}');
    });
    await ok("delete --grace-period=0 --force -f -", stdin);
  });

  it("api-versions, cluster-info, version", async () => {
    const { ok } = session();
    expect((await ok("api-versions")).split("\n")).toContain("v1");
    expect(stripVTControlCharacters(await ok("cluster-info"))).toMatch(/Kubernetes control plane.*is running at/);
    const version = await ok("version");
    expect(version).toMatch(/Client Version: .*\n/);
    expect(version).toMatch(/Server Version: v1\.36\./);
  });

  it("diff finds a difference of a Deployment", async () => {
    const { ok, run } = await inNamespace(session(), "diff");
    const { write } = session();
    await ok("create -f -", JSON.stringify(deploymentOf(HTTPD)));
    await write("diff.json", JSON.stringify(deploymentOf("registry.k8s.io/e2e-test-images/busybox:1.37.0-1")));
    const { exitCode, stdout } = await run("diff -f diff.json");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^-.*httpd/m);
    expect(stdout).toMatch(/^\+.*busybox/m);
  });

  it("server-side dry run of an update", async () => {
    const { ok } = await inNamespace(session(), "dry-run");
    await ok(`run e2e-test-httpd-pod --image=${HTTPD} --pod-running-timeout=2m0s --labels=run=e2e-test-httpd-pod`);
    const patch = `{"spec":{"containers":[{"name":"e2e-test-httpd-pod","image":"registry.k8s.io/e2e-test-images/busybox:1.37.0-1"}]}}`;
    await ok(`patch pod e2e-test-httpd-pod -p '${patch}' --dry-run=server`);
    const pod = JSON.parse(await ok("get pod e2e-test-httpd-pod -o json"));
    expect(pod.spec.containers[0].image).toBe(HTTPD);
    await ok("delete pods e2e-test-httpd-pod");
  });

  it("describe prints what matters of controllers, pods, services, nodes and namespaces", async () => {
    const { ok } = await inNamespace(session(), "describe");
    await ok("create -f -", list(primaryController("describe"), primaryService()));
    await ok("wait --for=condition=Ready pod -l app=agnhost --timeout=90s");
    const [pod = ""] = (await ok("get pods -l app=agnhost -o jsonpath={.items[*].metadata.name}")).split(" ");
    const has = (text: string, rows: readonly (readonly string[])[]) => {
      for (const words of rows)
        expect(text.split("\n").some((line) => words.every((word) => line.includes(word)))).toBe(true);
    };
    has(await ok(`describe pod ${pod}`), [
      ["Name:", "agnhost-primary-"],
      ["Namespace:", "describe"],
      ["Node:"],
      ["Labels:", "app=agnhost"],
      ["role=primary"],
      ["Annotations:"],
      ["Status:", "Running"],
      ["IP:"],
      ["Controlled By:", "ReplicationController/agnhost-primary"],
      ["Image:", AGNHOST],
      ["State:", "Running"],
      ["QoS Class:", "BestEffort"],
    ]);
    has(await ok("describe rc agnhost-primary"), [
      ["Name:", "agnhost-primary"],
      ["Selector:", "app=agnhost,role=primary"],
      ["Replicas:", "1 current", "1 desired"],
      ["Pods Status:", "1 Running", "0 Waiting", "0 Succeeded", "0 Failed"],
      ["Pod Template:"],
      ["Image:", AGNHOST],
      ["Events:"],
    ]);
    has(await ok("describe service agnhost-primary"), [
      ["Selector:", "app=agnhost", "role=primary"],
      ["Type:", "ClusterIP"],
      ["IP:"],
      ["Port:", "<unset>", "6379/TCP"],
      ["Endpoints:", ":6379"],
      ["Session Affinity:", "None"],
    ]);
    const node = (await ok("get nodes -o jsonpath={.items[0].metadata.name}")).trim();
    has(await ok(`describe node ${node}`), [
      ...["Name:", "Labels:", "Annotations:", "CreationTimestamp:", "Conditions:"].map((word) => [word]),
      ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"],
      ...["Addresses:", "Capacity:", "Version:", "Kernel Version:", "OS Image:", "Pods:"].map((word) => [word]),
      ["Container Runtime Version:"],
      ["Kubelet Version:"],
    ]);
    has(await ok("describe namespace describe"), [["Name:", "describe"], ["Labels:"], ["Status:", "Active"]]);
  });

  it("expose creates services of a replication controller", async () => {
    const { ok } = await inNamespace(session(), "expose");
    await ok("create -f -", JSON.stringify(primaryController("expose")));
    await ok("wait --for=condition=Ready pod -l app=agnhost --timeout=90s");
    const exposed = async (name: string, port: number) => {
      await eventually(async () => {
        const endpoints = JSON.parse(await ok(`get endpointslices -l kubernetes.io/service-name=${name} -o json`));
        expect(endpoints.items[0].ports).toMatchObject([{ port: 6379 }]);
        expect(endpoints.items[0].endpoints).toHaveLength(1);
      });
      expect(JSON.parse(await ok(`get service ${name} -o json`)).spec.ports).toMatchObject([
        { port, targetPort: 6379 },
      ]);
    };
    await ok("expose rc agnhost-primary --name=rm2 --port=1234 --target-port=6379");
    await exposed("rm2", 1234);
    await ok("expose service rm2 --name=rm3 --port=2345 --target-port=6379");
    await exposed("rm3", 2345);
  });

  it("label updates a label", async () => {
    const { ok } = await inNamespace(session(), "label");
    await ok("run pause --image=registry.k8s.io/pause:3.10.1");
    await ok("wait --for=condition=Ready pod/pause --timeout=90s");
    await ok("label pods pause testing-label=testing-label-value");
    expect(await ok("get pod pause -L testing-label")).toContain("testing-label-value");
    await ok("label pods pause testing-label-");
    expect(await ok("get pod pause -L testing-label")).not.toContain("testing-label-value");
  });

  it("patch adds annotations to the pods of a controller", async () => {
    const { ok } = await inNamespace(session(), "patch");
    await ok("create -f -", JSON.stringify(primaryController("patch")));
    await ok("wait --for=condition=Ready pod -l app=agnhost --timeout=90s");
    const pods = (await ok("get pods -l app=agnhost -o jsonpath={.items[*].metadata.name}")).split(" ");
    for (const pod of pods) await ok(`patch pod ${pod} -p '{"metadata":{"annotations":{"x":"y"}}}'`);
    for (const { metadata } of JSON.parse(await ok("get pods -l app=agnhost -o json")).items)
      expect(metadata.annotations).toMatchObject({ x: "y" });
  });

  it("run and replace: a pod's image", async () => {
    const { ok } = await inNamespace(session(), "replace");
    await ok(`run never --restart=Never --image=${HTTPD}`);
    expect(JSON.parse(await ok("get pod never -o json")).spec).toMatchObject({
      containers: [{ image: HTTPD }],
      restartPolicy: "Never",
    });
    await ok(`run e2e-test-httpd-pod --image=${HTTPD} --labels=run=e2e-test-httpd-pod`);
    await ok("wait --for=condition=Ready pod/e2e-test-httpd-pod --timeout=90s");
    const pod = (await ok("get pod e2e-test-httpd-pod -o json")).replaceAll(`"${HTTPD}"`, `"${HTTPD_NEW}"`);
    await ok("replace -f -", pod);
    expect(JSON.parse(await ok("get pod e2e-test-httpd-pod -o json")).spec.containers[0].image).toBe(HTTPD_NEW);
    await ok("delete pods e2e-test-httpd-pod");
  });

  it("proxy: a port and a socket", async () => {
    const { kubectl, environment, folder } = session();
    const serve = async (args: readonly string[], ask: (line: string) => RequestOptions) => {
      const child = spawn(kubectl.path, ["proxy", ...args], { env: environment });
      try {
        const [line] = await once(child.stdout, "data");
        const sent = request(ask(String(line))).end();
        const [answer] = await once(sent, "response");
        let body = "";
        for await (const part of answer) body += part;
        expect(JSON.parse(body)).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
      } finally {
        child.kill("SIGTERM");
      }
    };
    await serve(["-p", "0", "--disable-filter"], (line) => {
      const port = /^Starting to serve on 127\.0\.0\.1:(\d+)\n/.exec(line)?.[1];
      return { host: "127.0.0.1", port: Number(port), path: "/api/" };
    });
    const socketPath = join(folder, "proxy.sock");
    await serve([`--unix-socket=${socketPath}`], () => ({ socketPath, path: "/api/", host: "localhost" }));
  });

  it("logs: retrieves and filters", async () => {
    const { ok } = await inNamespace(session(), "logs");
    const line = "run logs-generator --restart=Never --pod-running-timeout=2m0s";
    await ok(`${line} --image=${AGNHOST} -- logs-generator --log-lines-total 100 --run-duration 20s`);
    await ok("wait --for=condition=Ready pod/logs-generator --timeout=90s");
    await eventually(async () => {
      expect(await ok("logs logs-generator logs-generator")).toMatch(/\n/);
    });
    const log = (flags: string) => ok(`logs logs-generator logs-generator ${flags}`);
    expect(await log("--tail=1")).toMatch(/^[^\n]+\n$/);
    expect(await log("--limit-bytes=1")).toHaveLength(1);
    const stamped = await log("--tail=1 --timestamps");
    expect(Date.parse(stamped.split(" ")[0] ?? "")).not.toBeNaN();
    expect(stamped.trim().split("\n")).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const [recent, all] = [await log("--since=1s"), await log("--since=24h")];
    expect(recent.length).toBeLessThan(all.length);
    await ok("delete pod logs-generator");
  });
});
