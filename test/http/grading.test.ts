/** Checks of a cluster, as a learning platform sends them. */
import { beforeAll, describe, expect, test } from "vitest";
import { School, type Student } from "./grading.ts";

const deployment = (fields: object = {}, metadata: object = { name: "web" }) => ({
  object: { apiVersion: "apps/v1", kind: "Deployment", metadata, ...fields },
});

/** CEL: the pods of the default namespace, which only students create. */
const PODS = "pods.filter(p, p.metadata.namespace == 'default')";

let school: School;
let anna: Student;

beforeAll(async () => {
  school = await School.open();
  anna = await school.cluster();
  await anna.deployment("web", 2);
  await anna.settle();
});

describe("a check by object", () => {
  test("passes when its fields match, with any other fields", async () => {
    const { status, body } = await anna.check({ name: "two replicas", ...deployment({ spec: { replicas: 2 } }) });

    expect(status).toBe(200);
    expect(body).toMatchObject({ revision: expect.stringMatching(/^\d+$/), engineVersion: expect.any(String) });
    expect(body.results).toEqual([
      {
        name: "two replicas",
        passed: true,
        message: "Deployment web in namespace default is as expected",
        evidence: [
          {
            object: "apps/deployments/default/web",
            resourceVersion: expect.stringMatching(/^\d+$/),
            fields: [{ path: "spec.replicas", found: 2 }],
          },
        ],
      },
    ]);
  });

  test("reports the found values when they differ", async () => {
    const verdict = await anna.verdict(deployment({ spec: { replicas: 3 } }));
    expect(verdict).toMatchObject({ name: "Deployment web", passed: false });
    expect(verdict.message).toBe("Deployment web in namespace default: spec.replicas is 2, expected 3");
    expect(verdict.evidence[0].fields).toEqual([{ path: "spec.replicas", found: 2 }]);
  });

  test("names the existing objects when the object is missing", async () => {
    const missing = await anna.verdict(deployment({}, { name: "wbe" }));
    expect(missing.message).toBe("There is no Deployment named wbe in namespace default; there are: web");
    const nowhere = await anna.verdict(deployment({}, { name: "web", namespace: "shop" }));
    expect(nowhere.message).toBe("There is no Deployment named web in namespace shop: there is no namespace shop");
    const labelled = await anna.verdict(deployment({}, { labels: { app: "api" } }));
    expect(labelled.message).toBe("There is no Deployment labelled app=api in namespace default; there are: web");
  });

  test("compares lists of named items by their names, and quantities by their values", async () => {
    const template = (container: object) => deployment({ spec: { template: { spec: { containers: [container] } } } });
    const memory = { resources: { limits: { memory: "1024Mi", cpu: "0.5" } } };
    expect(await anna.verdict(template({ name: "web", ...memory }))).toMatchObject({ passed: true });
    expect((await anna.verdict(template({ name: "web", image: "nginx:1.28" }))).message).toBe(
      'Deployment web in namespace default: spec.template.spec.containers[name=web].image is "nginx:1.27", expected "nginx:1.28"',
    );
    expect((await anna.verdict(template({ name: "sidecar" }))).message).toBe(
      "Deployment web in namespace default: spec.template.spec.containers has no item with name=sidecar; there are: web",
    );
  });

  test("counts items, and expects absence with null", async () => {
    const counted = (count: unknown) => deployment({ spec: { template: { spec: { "containers(length)": count } } } });
    expect(await anna.verdict(counted(1))).toMatchObject({ passed: true });
    expect(await anna.verdict(counted("<=3"))).toMatchObject({ passed: true });
    expect((await anna.verdict(counted(2))).message).toBe(
      "Deployment web in namespace default: spec.template.spec.containers(length) has 1 item, expected 2",
    );
    expect(await anna.verdict(deployment({ "status.conditions(length)": 2 }))).toMatchObject({ passed: true });
    expect(await anna.verdict(deployment({ spec: { paused: null } }))).toMatchObject({ passed: true });
    expect((await anna.verdict(deployment({ spec: { replicas: null } }))).message).toBe(
      "Deployment web in namespace default: spec.replicas is 2, expected not to be set",
    );
  });

  test("one of several labelled objects suffices", async () => {
    const pods = (status: object) => ({
      object: { apiVersion: "v1", kind: "Pod", metadata: { labels: { app: "web" } }, status },
    });
    expect(await anna.verdict(pods({ phase: "Running" }))).toMatchObject({ passed: true });
    expect((await anna.verdict(pods({ phase: "Failed" }))).message).toMatch(
      /^Pod web-\S+ in namespace default: status.phase is "Running", expected "Failed" \(none of 2 matches/,
    );
  });

  test("an object may be checked in every served version", async () => {
    const event = (fields: object) => ({ object: { apiVersion: "events.k8s.io/v1", kind: "Event", ...fields } });
    const scaled = { reason: "ScalingReplicaSet", regarding: { kind: "Deployment", name: "web" } };
    expect(await anna.verdict(event(scaled))).toMatchObject({ passed: true });
    expect((await anna.verdict(event({ involvedObject: { name: "web" } }))).error).toBe(
      "involvedObject: there is no such field",
    );
  });

  test("absence passes when no object matches", async () => {
    const absent = (name: string) => ({ absent: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name } } });
    expect(await anna.verdict(absent("old"))).toMatchObject({
      passed: true,
      message: "There is no Deployment named old in namespace default, as expected",
    });
    expect((await anna.verdict(absent("web"))).message).toBe(
      "There should be no Deployment named web in namespace default, but there is: Deployment web in namespace default",
    );
  });
});

describe("an invalid check", () => {
  test.each([
    [deployment({ spec: { replica: 3 } }), "spec.replica: there is no such field"],
    [deployment({ spec: { replicas: "three" } }), 'spec.replicas is a whole number, not "three"'],
    [
      { object: { apiVersion: "v1", kind: "Deployment" } },
      "there is no kind Deployment in v1; did you mean apps/v1 Deployment?",
    ],
    [{ object: { metadata: { name: "web" } } }, "apiVersion and kind are needed"],
    [{ cel: "pod.size() == 1" }, /^Unknown variable: pod \(at character 1\); there are/],
    [{ cel: "pods.size()" }, "the result is of type int; a check needs true or false"],
    [{ cel: "pods[0].metadata.name" }, /^the result is "web-.*"; a check needs true or false$/],
    [{ cel: "pods[0].nope == 1" }, "there is no field nope in Pod"],
    [{ cel: "'a'.matches('(')" }, /"\(" is no regular expression: .*missing closing \)/],
    [{ cel: "pods.size( == 2" }, /^Unexpected token/],
  ])("%j has its own error without effect on other checks", async (check, error) => {
    const { status, body } = await anna.check(check, deployment({ spec: { replicas: 2 } }));
    expect(status).toBe(200);
    expect(body.results[0]).toMatchObject({ passed: false, error: expect.stringMatching(error) });
    expect(body.results[1]).toMatchObject({ passed: true });
  });
});

describe("a check in CEL", () => {
  test.each([
    `${PODS}.size() == 2`,
    "pods.all(p, p.status.phase == 'Running')",
    "deployments.exists(d, d.metadata.name == 'web' && d.spec.replicas == 2)",
    "deployments.exists_one(d, d.metadata.name == 'web')",
    "objects.exists(o, o.kind == 'Namespace' && o.metadata.name == 'default')",
    "quantity(deployments[0].spec.template.spec.containers[0].resources.limits.memory).compareTo(quantity('1024Mi')) == 0",
    "quantity('1').sub(quantity('250m')) == quantity('750m') && isQuantity('1Gi') && !isQuantity('x')",
    "now - deployments[0].metadata.creationTimestamp < duration('1h')",
    "timestamp(deployments[0].metadata.creationTimestamp) <= now",
    `${PODS}.map(p, p.spec.containers[0].image).distinct() == ['nginx:1.27']`,
    "deployments.map(d, d.spec.replicas).sum() == 4 && [3, 1, 2].min() == 1 && [1, 2].max() == 2",
    "[1, 2, 3].isSorted() && ['b', 'a'].indexOf('a') == 1",
    "'abc123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'a1b2c3'.findAll('[0-9]', 2).size() == 2",
    "'%s has %d of %.1f'.format(['web', 2, 2.5]) == 'web has 2 of 2.5'",
    "pods.all(i, p, i < 100 && p.kind == 'Pod') && {'a': 1}.exists(k, v, k == 'a' && v == 1)",
    "[1, 2].transformList(i, v, v * 2) == [2, 4] && {'a': 1}.transformMap(k, v, v + 1) == {'a': 2}",
    "sets.contains([1, 2, 3], [3, 1]) && !sets.intersects([1], [2]) && sets.equivalent([1, 2], [2, 1, 1])",
    "url('https://example.com:8443/a?x=1').getPort() == '8443' && !isURL('nope')",
    "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3') && isIP('::1') && !isCIDR('10.0.0.0/33')",
    "deployments[0].spec.?paused.orValue(false) == false && !has(deployments[0].spec.paused)",
    "'web-7d9c'.matches('^web-[0-9a-z]{4}$') && !'xweb'.matches('^web')",
    "pods.all(p, p.spec.nodeName in nodes.map(n, n.metadata.name))",
    "cel.bind(names, nodes.map(n, n.metadata.name), names.size() == 3)",
    `${PODS}.map(p, p.metadata.labels.app).join('+') == 'web+web'`,
    "duration('90s') == duration('1m30s') && duration('-1.5h') < duration('0s')",
  ])("%s", async (cel) => {
    const verdict = await anna.verdict({ cel });
    expect(verdict.error).toBeUndefined();
    expect(verdict).toMatchObject({ passed: true, message: `${cel} holds` });
  });

  test("a false expression is explained by its parts", async () => {
    const counted = await anna.verdict({ cel: "services.size() == 3 && nodes.size() == 3" });
    expect(counted.message).toBe("services.size() is 2, expected 3");
    expect(counted.evidence).toEqual([{ fields: [{ path: "services.size()", found: 2 }] }]);

    const every = await anna.verdict({
      cel: "deployments.all(d, d.spec.replicas >= 3 || d.metadata.name == 'coredns')",
    });
    expect(every.message).toBe(
      "of deployments, Deployment default/web does not satisfy d.spec.replicas >= 3 || d.metadata.name == 'coredns'",
    );

    const some = await anna.verdict({ cel: "services.exists(s, s.metadata.name == 'web')" });
    expect(some.message).toBe(
      "of services (Service default/kubernetes, Service kube-system/kube-dns) none satisfies s.metadata.name == 'web'",
    );
  });
});

describe("limits", () => {
  test("too many checks, too long expressions and too deep objects are refused precisely", async () => {
    const many = await anna.check(...Array.from({ length: 101 }, () => ({ cel: "true" })));
    expect(many.status).toBe(422);
    expect(many.body.errors).toEqual([{ location: "body.checks", message: expect.stringContaining("100") }]);

    const long = await anna.check({ cel: "x".repeat(10_001) });
    expect(long.status).toBe(422);
    expect(long.body.errors).toEqual([{ location: "body.checks[0].cel", message: expect.stringContaining("10000") }]);

    const deep = `{"checks":[{"object":{"apiVersion":"v1","kind":"Pod","spec":${"[".repeat(50_000)}${"]".repeat(50_000)}}}]}`;
    const nested = await school.post(`/v1/clusters/${anna.id}/checks`, deep);
    expect(nested.status).toBe(422);
    expect(nested.body.errors).toEqual([{ location: "body.checks[0].object", message: "nested deeper than 64" }]);

    const none = await anna.check({ name: "nothing" });
    expect(none.body.errors).toEqual([
      { location: "body.checks[0]", message: "a check has exactly one of object, absent, cel" },
    ]);
    expect((await anna.check({ cel: "true", object: {} })).status).toBe(422);
  });

  const TOO_COSTLY = "the expression costs more than 1000000 units";
  test.each([
    ["loops in loops in loops", "objects.all(a, objects.all(b, objects.all(c, true)))", TOO_COSTLY],
    ["errors taken for values", "objects.exists(a, objects.exists(b, objects.exists(c, false))) || true", TOO_COSTLY],
    ["a doubled list", doubling(`[${"1, ".repeat(99)}1]`, 20), TOO_COSTLY],
    ["a doubled text", doubling(`'${"x".repeat(5_000)}'`, 20), TOO_COSTLY],
    ["a product of texts", `${doubling(`'${"x".repeat(999)}'`, 10, "x.replace('x', x) == ''")}`, TOO_COSTLY],
    ["parentheses", `${"(".repeat(60)}true${")".repeat(60)}`, "Exceeded maxDepth"],
    ["thousands of operators", `1${"+1".repeat(2_500)} == 1`, "Exceeded maxAstNodes"],
    ["a regular expression that backtracks", `'${"a".repeat(9_000)}'.matches('${"(a*)*".repeat(150)}b')`, TOO_COSTLY],
    ["a regular expression of groups", `'x'.matches('${"(".repeat(2_000)}${")".repeat(2_000)}')`, "nests too deeply"],
    ["repetitions of repetitions", "'x'.matches('((a{1000}){1000}){1000}')", "invalid repeat count"],
    ["repetitions of nothing", "'x'.matches('(((((){1000}){1000}){1000}){1000}){1000}')", "too large"],
    ["a duration of digits", `duration('${"1".repeat(9_000)}') == duration('1s')`, "is no duration"],
  ])("%s are stopped", async (_, cel, error) => {
    const verdict = await anna.verdict({ name: "hostile", cel });
    expect(verdict).toMatchObject({ passed: false, error: expect.stringContaining(error) });
  });

  test("all expressions of a request share a bound", async () => {
    const costly = { cel: "objects.all(a, objects.all(b, objects.all(c, true)))" };
    const { body } = await anna.check(...Array.from({ length: 12 }, () => costly));
    expect(body.results.at(-1).error).toContain("used up what one request may cost");
  });

  test("another organization's cluster is not found, and a wrong key opens nothing", async () => {
    const other = await school.sandbar.organization("other");
    const path = `/v1/clusters/${anna.id}/checks`;
    expect((await school.post(path, { checks: [{ cel: "true" }] }, other)).status).toBe(404);
    expect((await school.post(path, { checks: [{ cel: "true" }] }, `sbk_${"x".repeat(43)}`)).status).toBe(401);
    expect((await school.post("/v1/clusters/nope/checks", { checks: [{ cel: "true" }] })).status).toBe(404);
  });
});

/** `x + x`, repeatedly. */
function doubling(seed: string, times: number, of = "size(x) > 0"): string {
  let expression = of;
  for (let i = 0; i < times; i++) expression = `cel.bind(x, x + x, ${expression})`;
  return `cel.bind(x, ${seed}, ${expression})`;
}

describe("round trips", () => {
  test("one without due work, one more with due work", async () => {
    const ben = await school.cluster();
    await ben.settle();
    await ben.check({ cel: "true" });
    expect(await school.roundTrips(() => ben.check({ cel: "true" }))).toEqual(["sync"]);

    await ben.deployment("web", 1);
    await school.sandbar.clock.pass(60_000);
    const trips = await school.roundTrips(() => ben.check({ cel: "pods.all(p, p.status.phase == 'Running')" }));
    expect(trips).toEqual(["commit"]);
    expect(await ben.verdict({ cel: `${PODS}.size() == 1` })).toMatchObject({ passed: true });
  });
});
