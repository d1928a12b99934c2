/** Names of students' resources never collide with our names, and a failure in one cluster affects only its row. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { celEnvironment } from "../../src/cel/environment.ts";
import { variableTypes } from "../../src/platform/grading/cel/variables.ts";
import { CachedCluster } from "../../src/runtime/cached-cluster.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import type { Stores } from "../../src/storage/store.ts";
import { StoreUnavailableError } from "../../src/storage/store.ts";
import { DEFINITIONS, definition } from "../apiserver/custom/widgets.ts";
import { School, type Student } from "./grading.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a definition's plural", () => {
  /** Names that our expressions use, and reserved words of CEL, if a definition may have them. */
  const words = ["true", "false", "null", "in", "as", "if", "for", "let", "constructor", "prototype", "dyn", "has"];
  const ours = new Set<string>([
    ...Object.keys(variableTypes()),
    ...celEnvironment({})
      .getDefinitions()
      .functions.map(({ name }) => name.toLowerCase()),
    ...celEnvironment({})
      .getDefinitions()
      .variables.map(({ name }) => name),
    ...words,
  ]);

  test("may equal any of our names: everything works, and a qualified name means the custom resource", async () => {
    const school = await School.open();
    const student = await school.cluster();
    const plurals = [...ours].filter((name) => /^[a-z][a-z0-9]*$/.test(name));
    expect(plurals).toEqual(expect.arrayContaining(["objects", "now", "resources", "pods", "size", "sets", "in"]));
    for (const plural of plurals) {
      const body = definition({ names: { plural, kind: `X${plural}`, singular: `x${plural}` } });
      const { status, text } = await student.kubernetes(DEFINITIONS, { method: "POST", body });
      expect(status, text).toBe(201);
    }
    await school.sandbar.clock.pass(1000);
    for (const plural of plurals) {
      const body = { apiVersion: "example.com/v1", kind: `X${plural}`, metadata: { name: "mine" } };
      const path = `/apis/example.com/v1/namespaces/default/${plural}`;
      expect((await student.kubernetes(path, { method: "POST", body })).status).toBe(201);
    }

    const { status, body, text } = await student.check(
      { cel: "objects.size() > 100 && now > timestamp('2020-01-01T00:00:00Z')" },
      { cel: "pods.all(p, p.kind == 'Pod') && size(pods) == 9 && [1, 2].exists(x, x in [2])" },
      { cel: "math.greatest(1, 2) == 2 && sets.contains([1], [1]) && int('1') == 1 && has(nodes[0].metadata)" },
      { cel: "constructor.size() == 1" },
      ...plurals.slice(0, 90).map((plural) => ({ cel: `resources['${plural}.example.com'].size() == 1` })),
    );

    expect(status, text).toBe(200);
    const wrong = body.results.filter(({ passed }: { passed: boolean }) => !passed);
    expect(wrong).toEqual([]);
    const rows = (await school.query({ cel: "resources['objects.example.com'].map(o, o.metadata.name)" })).body.rows;
    expect(rows).toMatchObject([{ value: ["mine"] }]);
  });

  test("never adds objects to a built-in list", async () => {
    const school = await School.open();
    const student = await school.cluster();
    const names = { plural: "pods", kind: "Pod" };
    await student.kubernetes(DEFINITIONS, { method: "POST", body: definition({ names }) });
    await school.sandbar.clock.pass(1000);
    const body = { apiVersion: "example.com/v1", kind: "Pod", metadata: { name: "web" }, status: { phase: "Running" } };
    await student.kubernetes("/apis/example.com/v1/namespaces/default/pods", { method: "POST", body });

    expect(await student.verdict({ cel: "pods.exists(p, p.metadata.name == 'web')" })).toMatchObject({ passed: false });
    expect(await student.verdict({ cel: "resources['pods'].size() == pods.size()" })).toMatchObject({ passed: true });
  });
});

describe("a failure in one of three clusters", () => {
  const BUG = "planted";
  const WEB_PODS = "pods.filter(p, p.metadata.namespace == 'default').size()";
  let sick = "";
  const fail = (): never => {
    throw new Error(BUG);
  };

  /** The real control plane, with an error at one place for the failing cluster. */
  function engineFailingAt(place: "advance" | "evaluate" | "none"): Engine {
    const sickOnes = new WeakSet<ReturnType<Engine["begin"]>>();
    const engine = controlPlane as Engine;
    return {
      ...engine,
      begin(snapshot) {
        const transaction = engine.begin(snapshot);
        if (sick !== snapshot.meta.id) return transaction;
        const { getByKey } = transaction;
        if (place === "evaluate") {
          const failing: typeof getByKey = (key) =>
            key.startsWith("core/pods/") ? fail() : getByKey.call(transaction, key);
          Object.defineProperty(transaction, "getByKey", { value: failing });
        }
        sickOnes.add(transaction);
        return transaction;
      },
      advance: (transaction, nowMs) =>
        place === "advance" && sickOnes.has(transaction) ? fail() : engine.advance(transaction, nowMs),
      advanceInParts: (transaction, nowMs, limits) =>
        place === "advance" && sickOnes.has(transaction) ? fail() : engine.advanceInParts(transaction, nowMs, limits),
    };
  }

  const failingCommits = (stores: Stores): Stores => ({
    ...stores,
    cluster(access) {
      const store = stores.cluster(access);
      return access.clusterId === sick ? { ...store, commit: async () => fail() } : store;
    },
  });

  const failingAnswers = (stores: Stores): Stores => ({
    ...stores,
    organization(keyHash) {
      const store = stores.organization(keyHash);
      const syncClusters: typeof store.syncClusters = (clusters) =>
        clusters.some(({ id }) => id === sick) ? Promise.reject(new Error(BUG)) : store.syncClusters(clusters);
      return { ...store, syncClusters };
    },
    cluster(access) {
      const store = stores.cluster(access);
      return access.clusterId === sick ? { ...store, sync: async () => fail() } : store;
    },
  });

  async function schoolOfThree(school: School): Promise<Student[]> {
    sick = "";
    const students = [];
    for (let n = 1; n <= 3; n++) students.push(await school.cluster({ n: String(n) }));
    for (const student of students) await student.deployment("web", 1);
    await school.sandbar.clock.pass(60_000);
    return students;
  }

  async function expectOneRow(school: School, students: readonly Student[], message: RegExp | null) {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { status, body, headers, text } = await school.query({ cel: WEB_PODS });
    expect(status, text).toBe(200);
    const byId = new Map<string, { error?: string; value?: number }>(
      body.rows.map((row: { clusterId: string }) => [row.clusterId, row]),
    );
    expect(byId.size).toBe(3);
    for (const { id } of students.slice(1)) expect(byId.get(id)).toMatchObject({ value: 1 });
    const row = byId.get(sick)!;
    expect(row.value).toBeUndefined();
    if (message) expect(row.error).toMatch(message);
    else {
      const requestId = headers.get("x-request-id");
      expect(row.error).toContain(requestId);
      const lines = logged.mock.calls.map(([line]) => JSON.parse(line));
      expect(lines).toMatchObject([{ level: "error", requestId, clusterId: sick, error: { message: BUG } }]);
    }
  }

  test("during loading is its row's error", async () => {
    const school = await School.open();
    const students = await schoolOfThree(school);
    school.sandbar.newIsolate();
    sick = students[0]!.id;
    const { absorb } = CachedCluster.prototype;
    vi.spyOn(CachedCluster.prototype, "absorb").mockImplementation(function (this: CachedCluster, ...args) {
      return this.clusterId === sick ? Promise.reject(new Error(BUG)) : absorb.apply(this, args);
    });
    await expectOneRow(school, students, null);
  });

  test("that makes the shared database answer fail is its row's error", async () => {
    const school = await School.open(failingAnswers);
    const students = await schoolOfThree(school);
    school.sandbar.newIsolate();
    sick = students[0]!.id;
    await expectOneRow(school, students, null);
  });

  test("at advance is its row's error, and leaves a report behind, which says so", async () => {
    const hindrances: unknown[] = [];
    const onHindrance = (error: unknown) => hindrances.push(error);
    const school = await School.open(undefined, engineFailingAt("advance"), { onHindrance });
    const students = await schoolOfThree(school);
    sick = students[0]!.id;
    await expectOneRow(school, students, null);
    const report = await students[0]!.check({ cel: `${WEB_PODS} == 0` });
    expect(report.body).toMatchObject({ catchingUp: true, results: [{ passed: true }] });
    expect(hindrances).toContainEqual(expect.objectContaining({ message: BUG }));
  });

  test("at evaluate is its row's error", async () => {
    const school = await School.open(undefined, engineFailingAt("evaluate"));
    const students = await schoolOfThree(school);
    // Controllers read objects, too. The last evaluation therefore runs without due work.
    for (const student of students) await student.settle();
    sick = students[0]!.id;
    await expectOneRow(school, students, null);
  });

  test("at commit is its row's error", async () => {
    const school = await School.open(failingCommits);
    const students = await schoolOfThree(school);
    sick = students[0]!.id;
    await expectOneRow(school, students, null);
  });

  test("of the database during a commit is reported, and is not a bug", async () => {
    const unavailable = (stores: Stores): Stores => ({
      ...stores,
      cluster(access) {
        const store = stores.cluster(access);
        const commit = () => Promise.reject(new StoreUnavailableError("planted"));
        return access.clusterId === sick ? { ...store, commit } : store;
      },
    });
    const school = await School.open(unavailable);
    const students = await schoolOfThree(school);
    sick = students[0]!.id;
    await expectOneRow(school, students, /^The database does not answer/);
  });

  test("in one check of a cluster is that check's error", async () => {
    const school = await School.open(undefined, engineFailingAt("evaluate"));
    const [student] = await schoolOfThree(school);
    await student!.settle();
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    sick = student!.id;
    const { status, body, headers } = await student!.check({ cel: "1 == 1" }, { cel: `${WEB_PODS} == 1` });
    expect(status).toBe(200);
    expect(body.results[0]).toMatchObject({ passed: true });
    expect(body.results[1]).toMatchObject({
      passed: false,
      error: expect.stringContaining(headers.get("x-request-id")!),
    });
    expect(logged).toHaveBeenCalledTimes(1);
  });
});
