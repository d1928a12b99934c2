/** An aggregated API server in a pod, with the real kubectl: its types are explained like built-in ones. */
import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";

const GROUP = "wardle.example.com";

const apiService = (version: string, priority: number) => `
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: ${version}.${GROUP}}
spec:
  group: ${GROUP}
  version: ${version}
  groupPriorityMinimum: 1000
  versionPriority: ${priority}
  insecureSkipTLSVerify: true
  service: {namespace: default, name: wardle}
`;

const SERVER = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: wardle}
spec:
  selector: {matchLabels: {app: wardle}}
  template:
    metadata: {labels: {app: wardle}}
    spec:
      containers:
      - name: server
        image: registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2
        args: ["--etcd-servers=http://localhost:2379", "--secure-port=443"]
      - name: etcd
        image: registry.k8s.io/etcd:3.6.6-0
        command: ["/usr/local/bin/etcd"]
---
apiVersion: v1
kind: Service
metadata: {name: wardle}
spec:
  selector: {app: wardle}
  ports: [{port: 443, targetPort: 443}]
${apiService("v1beta1", 20)}${apiService("v1alpha1", 10)}`;

describeEveryKubectl(
  "an aggregated API server",
  (session) => {
    it("explains its types, of each version", async () => {
      const { ok } = session();
      await ok("apply -f -", { stdin: SERVER });
      await ok(`wait --for=condition=Available apiservice/v1beta1.${GROUP} apiservice/v1alpha1.${GROUP} --timeout=60s`);
      const flunders = await ok("explain flunders");
      expect(flunders).toMatch(/KIND: +Flunder\n/);
      expect(flunders).toContain("Flunder is an object in a namespace that can refer to another one.");
      expect(await ok("explain flunders.spec")).toMatch(/fischerReference\s+<string>/);
      const older = await ok(`explain flunders.spec --api-version=${GROUP}/v1alpha1`);
      expect(older).toMatch(/ reference\s+<string>/);
      expect(await ok("explain fischers.metadata.labels")).toContain("labels");

      const index = JSON.parse(await ok("get --raw /openapi/v3")) as { paths: Record<string, object> };
      expect(Object.keys(index.paths)).toEqual(
        expect.arrayContaining([`apis/${GROUP}/v1alpha1`, `apis/${GROUP}/v1beta1`, "apis/apps/v1"]),
      );
      const old = JSON.parse(await ok("get --raw /openapi/v2")) as { definitions: Record<string, object> };
      expect(Object.keys(old.definitions)).toContain("io.k8s.sample-apiserver.pkg.apis.wardle.v1beta1.Flunder");
    });
  },
  { ends: true },
);
