/** Resolvers of pods: `/etc/resolv.conf` by policy and configuration, and the name servers that are asked. */
import { beforeAll, describe, expect, it } from "vitest";
import { resolverFile, resolverProblems } from "../../src/kubelet/mounts/resolver-file.ts";
import { answerQuestion } from "../../src/network/answer.ts";
import type { Delivery } from "../../src/network/delivery.ts";
import type { PodSpec } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const CLUSTER = "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n";
const many = (count: number) => Array.from({ length: count }, (_, i) => `d${i}.example`);
const long = (count: number) => Array.from({ length: count }, (_, i) => `${i}`.padStart(200, "x"));

describe("/etc/resolv.conf", () => {
  it.each<[title: string, spec: Partial<PodSpec>, file: string]>([
    ["ClusterFirst", {}, `${CLUSTER}options ndots:5\n`],
    ["Default", { dnsPolicy: "Default" }, "nameserver 192.168.0.1\n"],
    ["ClusterFirst on the host's network", { hostNetwork: true }, "nameserver 192.168.0.1\n"],
    [
      "ClusterFirstWithHostNet",
      { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" },
      `${CLUSTER}options ndots:5\n`,
    ],
    ["None", { dnsPolicy: "None", dnsConfig: { nameservers: ["1.1.1.1"] } }, "nameserver 1.1.1.1\n"],
    [
      "None with everything",
      {
        dnsPolicy: "None",
        dnsConfig: {
          nameservers: ["192.0.2.1"],
          searches: ["ns1.svc.cluster-domain.example", "my.dns.search.suffix"],
          options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
        },
      },
      "search ns1.svc.cluster-domain.example my.dns.search.suffix\nnameserver 192.0.2.1\noptions ndots:2 edns0\n",
    ],
    [
      "an option that replaces one of the policy",
      {
        dnsConfig: {
          options: [
            { name: "ndots", value: "1" },
            { name: "timeout", value: "2" },
          ],
        },
      },
      `${CLUSTER}options ndots:1 timeout:2\n`,
    ],
    [
      "servers and searches behind those of the policy, each once",
      { dnsConfig: { nameservers: ["10.96.0.10", "8.8.8.8"], searches: ["example.com", "svc.cluster.local"] } },
      "search default.svc.cluster.local svc.cluster.local cluster.local example.com\nnameserver 10.96.0.10\nnameserver 8.8.8.8\noptions ndots:5\n",
    ],
    [
      "Default with more",
      { dnsPolicy: "Default", dnsConfig: { searches: ["example.com"] } },
      "search example.com\nnameserver 192.168.0.1\n",
    ],
  ])("%s", (_, spec, file) => {
    const built = pod("web");
    built.spec = { ...built.spec, ...spec };
    expect(resolverFile(built)).toBe(file);
    expect(resolverProblems(built)).toEqual([]);
  });

  it("has three servers at most, and an event tells", () => {
    const built = pod("web");
    built.spec = { ...built.spec, dnsConfig: { nameservers: ["1.1.1.1", "2.2.2.2", "3.3.3.3"] } };
    expect(resolverFile(built)).toMatch(/^search [^\n]*\n(nameserver [\d.]+\n){3}options/);
    expect(resolverProblems(built)).toEqual([
      "Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 10.96.0.10 1.1.1.1 2.2.2.2",
    ]);
  });

  it.each([
    [many(32), 32],
    [long(12), 12],
  ])("has 32 search domains and 2048 characters at most", (searches, most) => {
    const built = pod("web");
    built.spec = { ...built.spec, dnsConfig: { searches } };
    const [, line = ""] = /^search ([^\n]*)\n/.exec(resolverFile(built)) ?? [];
    expect(line.split(" ").length).toBeLessThanOrEqual(most);
    expect(line.length).toBeLessThanOrEqual(2048);
    expect(resolverProblems(built)).toEqual([
      expect.stringMatching(
        /^Search Line limits were exceeded, some search paths have been omitted, .* is: default\.svc/,
      ),
    ]);
  });
});

describe("look-ups", () => {
  let cluster: TestCluster;
  const delivery: Delivery = {
    toPod: () => undefined,
    toKubelet: () => undefined,
    toApiServer: () => ({ type: "failed", why: "reset", afterMs: 0 }),
  };
  beforeAll(() => {
    cluster = new TestCluster({ controllers: [], settings: { latency: "instant" } });
  });

  function lookUp(resolvConf: string, name = "kubernetes.default.svc.cluster.local") {
    const asker = { address: "10.244.9.9", atMs: 0, resolvConf, hosts: "" };
    const answer = cluster.write((tx) => answerQuestion(tx, { type: "resolve", name, record: "A" }, asker, delivery));
    return answer.type === "failed"
      ? `${answer.why} after ${answer.afterMs} ms`
      : `${answer.type} after ${answer.afterMs} ms`;
  }

  it.each([
    ["nameserver 10.96.0.10\n", "addresses after 1 ms"],
    ["nameserver 8.8.8.8\n", "dnsTimeout after 10000 ms"],
    ["nameserver 8.8.8.8\nnameserver 10.96.0.10\n", "addresses after 5001 ms"],
    ["nameserver 8.8.8.8\nnameserver 10.96.0.10\noptions timeout:1\n", "addresses after 1001 ms"],
    ["nameserver 8.8.8.8\noptions timeout:1 attempts:3\n", "dnsTimeout after 3000 ms"],
    ["nameserver 192.168.0.1\nnameserver 10.96.0.10\n", "unknownName after 1 ms"],
    ["", "dnsTimeout after 10000 ms"],
  ])("%j: %s", (resolvConf, outcome) => {
    expect(lookUp(resolvConf)).toBe(outcome);
  });

  it("use the search domains first for names with few dots", () => {
    const search = "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\n";
    expect(lookUp(`${search}options ndots:5\n`, "kubernetes")).toBe("addresses after 1 ms");
    expect(lookUp(`${search}options ndots:5\n`, "kubernetes.default")).toBe("addresses after 2 ms");
    expect(lookUp(`${search}options ndots:1\n`, "kubernetes.default")).toBe("addresses after 3 ms");
    expect(lookUp(`${search}options ndots:5\n`, "kubernetes.default.")).toBe("unknownName after 1 ms");
  });
});
