/** The shortest requests of the fuzzer's findings. A new finding is added here together with its fix. */
import { describe, expect, it } from "vitest";
import { FuzzCluster, type FuzzRequest } from "./cluster.ts";
import { problemsOf } from "./minimize.ts";
import { peopledCluster } from "./population.ts";

const JSON_BODY = { "content-type": "application/json" };
const JSON_PATCH = { "content-type": "application/json-patch+json" };

const findings: Readonly<Record<string, readonly FuzzRequest[]>> = {
  "a pod without containers where a LimitRange has defaults for them": [
    {
      method: "POST",
      target: "/api/v1/namespaces/default/pods",
      headers: JSON_BODY,
      body: '{"metadata":{"name":"empty"},"spec":{}}',
    },
  ],
  "managedFields that are no sets of fields": [
    {
      method: "PATCH",
      target:
        "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/system%3A%3Aleader-locking-kube-scheduler",
      headers: JSON_PATCH,
      body: '[{"op":"replace","path":"/metadata/managedFields/0/fieldsV1/f:metadata","value":null}]',
    },
    {
      method: "PATCH",
      target:
        "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/system%3A%3Aleader-locking-kube-scheduler",
      headers: JSON_PATCH,
      body: '[{"op":"replace","path":"/metadata/managedFields/0/fieldsV1","value":{"k:":{},"v:x":{},"f:a":[1]}}]',
    },
  ],
  "integers that no double holds, where the server counts with them": [
    {
      method: "DELETE",
      target: "/api/v1/namespaces/default/pods",
      body: '{"gracePeriodSeconds":9007199254740993}',
    },
    {
      method: "POST",
      target: "/api/v1/namespaces/default/pods",
      headers: JSON_BODY,
      body: '{"metadata":{"name":"long"},"spec":{"terminationGracePeriodSeconds":9223372036854775807,"activeDeadlineSeconds":9007199254740993,"containers":[{"name":"c","image":"nginx"}],"volumes":[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t","expirationSeconds":9007199254740993}}]}}]}}',
    },
    { method: "DELETE", target: "/api/v1/namespaces/default/pods/long" },
    { method: "GET", target: "/api/v1/namespaces/default/pods" },
  ],
  "lists of objects with a toString of their own where a text is wanted": [
    {
      method: "POST",
      target: "/api/v1/namespaces/default/configmaps",
      headers: JSON_BODY,
      body: '{"metadata":{"name":"a","resourceVersion":[{"toString":{}}]}}',
    },
  ],
  "more replicas of a custom resource than a double holds": [
    {
      method: "POST",
      target: "/apis/example.com/v1/namespaces/default/websites",
      headers: JSON_BODY,
      body: '{"apiVersion":"example.com/v1","kind":"Website","metadata":{"name":"many"},"spec":{"host":"a","replicas":9007199254740993}}',
    },
  ],
  "a binding to nowhere": [
    {
      method: "POST",
      target: "/api/v1/namespaces/default/pods",
      headers: JSON_BODY,
      body: '{"metadata":{"name":"unbound"},"spec":{"schedulerName":"mine","containers":[{"name":"c","image":"nginx"}]}}',
    },
    {
      method: "POST",
      target: "/api/v1/namespaces/default/pods/unbound/binding",
      headers: JSON_BODY,
      body: '{"apiVersion":"v1","kind":"Binding"}',
    },
  ],
  "impersonating groups of nobody": [
    { method: "GET", target: "/api/v1/pods", headers: { "impersonate-user": "", "impersonate-group": "x" } },
  ],
};

describe("findings of the fuzzer", () => {
  it.each(Object.entries(findings))("%s", (_, requests) => {
    expect(problemsOf(requests, peopledCluster())).toEqual([]);
  });

  it("an eviction that is refused at its end leaves no condition and spends no budget", () => {
    const cluster = new FuzzCluster();
    const pod = [...cluster.snapshot.index.keys("core/pods", "kube-system")][0]!;
    const name = pod.split("/")[3]!;
    const body = `{"deleteOptions":{"preconditions":{"uid":"another"}}}`;
    const target = `/api/v1/namespaces/kube-system/pods/${name}/eviction`;
    const { status, problems } = cluster.send({ method: "POST", target, headers: JSON_BODY, body });
    expect([status, problems]).toEqual([409, []]);
  });
});
