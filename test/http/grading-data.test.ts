/** Errors in a student's objects are failed checks with a precise message without confidential values. */
import { beforeAll, describe, expect, test } from "vitest";
import { DEFINITIONS, definition, version, widget } from "../apiserver/custom/widgets.ts";
import { School, type Student } from "./grading.ts";

const PASSWORD = "hunter2-and-more";
const ENCODED = btoa(PASSWORD);

let school: School;
let anna: Student;

async function create(path: string, body: object): Promise<void> {
  const { status, text } = await anna.kubernetes(path, { method: "POST", body });
  expect(status, text).toBe(201);
}

beforeAll(async () => {
  school = await School.open();
  anna = await school.cluster();
  await create(DEFINITIONS, definition({ versions: [openVersion()] }));
  await create("/api/v1/namespaces/default/services", {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "lonely" } },
    spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] },
  });
  await create("/api/v1/namespaces/default/configmaps", {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "odd" } },
    data: { constructor: "a", __proto_: "b", toString: "c" },
  });
  await create("/api/v1/namespaces/default/secrets", {
    ...{ apiVersion: "v1", kind: "Secret", data: { password: ENCODED, other: btoa("x") } },
    metadata: {
      name: "db",
      annotations: { "kubectl.kubernetes.io/last-applied-configuration": `{"data":{"password":"${ENCODED}"}}` },
    },
  });
  await create("/api/v1/namespaces/default/pods", {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "web" } },
    spec: {
      containers: [{ name: "web", image: "nginx" }],
      tolerations: [
        { key: "a", operator: "Equal", value: "1", effect: "NoSchedule" },
        { key: "b", operator: "Exists", effect: "NoExecute" },
      ],
    },
  });
  await anna.settle();
  const spec = { color: "red", nested: { deep: [{ host: "a", port: 1 }, { host: "b" }], text: "x" }, empty: null };
  await create("/apis/example.com/v1/namespaces/default/widgets", widget("w", spec));
  await anna.settle();
});

/** A version whose `spec` preserves unknown fields besides its one declared field. */
function openVersion() {
  const spec = {
    type: "object",
    properties: { color: { type: "string" } },
    "x-kubernetes-preserve-unknown-fields": true,
  };
  return version("v1", { schema: { openAPIV3Schema: { type: "object", properties: { spec } } } });
}

describe("below x-kubernetes-preserve-unknown-fields", () => {
  const check = (spec: object) => ({
    object: { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" }, spec },
  });

  test.each([
    [{ nested: { text: "x" } }],
    [{ nested: { deep: [{ host: "b" }] } }],
    [{ nested: { "deep(length)": 2 } }],
    [{ "nested.deep(length)": ">1" }],
    [{ absent: null, empty: null }],
  ])("%j is compared, and matches", async (spec) => {
    const { error, passed } = await anna.verdict(check(spec));
    expect({ error, passed }).toEqual({ passed: true });
  });

  test.each([
    [{ nested: { text: "y" } }, 'spec.nested.text is "x", expected "y"'],
    [{ nested: { deep: [{ host: "a", port: 2 }] } }, "spec.nested.deep[0].port is 1, expected 2"],
    [{ nested: { other: 1 } }, "spec.nested.other is not set, expected 1"],
    [{ nested: ["x"] }, 'spec.nested is {"deep":[{"host":"a","port":1},{"host":"b"}],"text":"x"}, expected ["x"]'],
  ])("%j is compared, and differs", async (spec, message) => {
    const { error, message: told } = await anna.verdict(check(spec));
    expect({ error, told }).toEqual({ told: `Widget w in namespace default: ${message}` });
  });

  test("a misspelt field outside of it is the author's error", async () => {
    const { error } = await anna.verdict({ ...check({}), object: { ...check({}).object, sepc: {} } });
    expect(error).toBe("sepc: there is no such field");
  });
});

describe("an item of a list without a key", () => {
  const check = (toleration: object) => ({
    object: { apiVersion: "v1", kind: "Pod", metadata: { name: "web" }, spec: { tolerations: [toleration] } },
  });

  test("is compared with the most similar one", async () => {
    const { message } = await anna.verdict(check({ key: "a", value: "2", effect: "NoSchedule" }));
    expect(message).toBe('Pod web in namespace default: spec.tolerations[0].value is "1", expected "2"');
  });

  test("is shown as a whole when no item is similar", async () => {
    const { message } = await anna.verdict(check({ key: "z", value: "9" }));
    expect(message).toBe('Pod web in namespace default: spec.tolerations has no item like {"key":"z","value":"9"}');
  });
});

describe("an expression over absent data", () => {
  const SLICES = "endpointslices.filter(e, e.metadata.name.startsWith('lonely'))";

  test.each([
    [
      `${SLICES}.all(e, has(e.endpoints) && e.endpoints.size() > 0)`,
      /EndpointSlice default\/lonely-\w+ does not satisfy/,
    ],
    [`${SLICES}.all(e, e.endpoints.size() > 0)`, /EndpointSlice default\/lonely-\w+ does not satisfy e.endpoints/],
    [`${SLICES}[0].endpoints.size() > 0`, /is not known \(No such key: endpoints/],
    ["deployments.filter(d, d.metadata.name == 'web')[0].spec.replicas == 3", /there is no item 0 in the list/],
    ["pods.filter(p, p.metadata.name == 'web')[0].metadata.labels.app == 'web'", /No such key: labels/],
    ["resources['gadgets.example.com'].size() > 0", /No such key: gadgets.example.com/],
    ["configmaps.filter(c, c.metadata.name == 'odd')[0].data.replicas == '3'", /No such key: replicas/],
    ["int(configmaps.filter(c, c.metadata.name == 'odd')[0].data.toString) == 3", /cannot convert to int/],
    ["resources['widgets.example.com'].all(w, has(w.spec.size))", /Widget default\/w does not satisfy/],
  ])("%s is a failed check", async (cel, message) => {
    const verdict = await anna.verdict({ cel });
    expect(verdict.error).toBeUndefined();
    expect(verdict).toMatchObject({ passed: false, message: expect.stringMatching(message) });
  });

  test.each([
    ["pods.all(p, p.spec.nodename == 'a')", "there is no field nodename in PodSpec"],
    ["pods.all(p, has(p.spec.nodename))", "there is no field nodename in PodSpec"],
    ["pods.all(p, p.?spec.?nodename.orValue('') == '')", "there is no field nodename in PodSpec"],
    ["pods[0].metadata.name.matches('(')", "is no regular expression"],
    ["1 / 0 == 1", "division by zero"],
    ["duration('x') < duration('1s')", "is no duration"],
  ])("%s is the author's error", async (cel, error) => {
    const verdict = await anna.verdict({ cel });
    expect(verdict).toMatchObject({ passed: false, error: expect.stringContaining(error) });
  });

  test("fields that only some objects have can be read of all objects", async () => {
    expect(await anna.verdict({ cel: "objects.exists(o, has(o.spec) && has(o.spec.replicas))" })).toMatchObject({
      passed: true,
    });
  });

  test("keys of maps may have any name", async () => {
    const odd = "configmaps.filter(c, c.metadata.name == 'odd')[0].data";
    const cel = `${odd}.constructor == 'a' && 'constructor' in ${odd} && ${odd}['toString'] == 'c' && size(${odd}) == 3`;
    expect(await anna.verdict({ cel })).toMatchObject({ passed: true });
    expect(await anna.verdict({ cel: `has(${odd}.valueOf) || 'hasOwnProperty' in ${odd}` })).toMatchObject({
      passed: false,
      message: expect.stringContaining("does not hold"),
    });
    const upper = `${odd}.transformMap(k, v, v + v)`;
    expect(await anna.verdict({ cel: `${upper}.constructor == 'aa' && ${upper}.size() == 3` })).toMatchObject({
      passed: true,
    });
    const rows = (await school.query({ cel: odd })).body.rows;
    expect(rows[0].value).toEqual({ constructor: "a", __proto_: "b", toString: "c" });
  });

  test("`exists` names some of many objects", async () => {
    const { message, evidence } = await anna.verdict({ cel: "objects.exists(o, o.metadata.name == 'nothing')" });
    expect(message).toMatch(/^of objects \(\w+ \S+, \w+ \S+, \w+ \S+ and \d+ more\) none satisfies/);
    expect(evidence[0].fields[0].found).toHaveLength(3);
  });
});

describe("a Secret's values", () => {
  const DB = "secrets.filter(s, s.metadata.name == 'db')";
  const ANNOTATION = "metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']";
  const secret = (fields: object, name = "db") => ({
    object: { apiVersion: "v1", kind: "Secret", metadata: { name }, ...fields },
  });

  test.each<[string, object]>([
    ["an object check that passes", secret({ data: { password: ENCODED } })],
    ["an object check that fails", secret({ data: { password: btoa("guessed") } })],
    ["an object check of a whole map", secret({ data: { password: null } })],
    ["an object check of text", secret({ stringData: { password: PASSWORD } })],
    ["an annotation", secret({ metadata: { name: "db", annotations: {} } })],
    ["absence", { absent: secret({ data: { password: ENCODED } }).object }],
    ["a comparison", { cel: `string(${DB}[0].data.password) == 'guessed'` }],
    ["the other side", { cel: `'guessed' == string(${DB}[0].data.password)` }],
    ["bytes", { cel: `${DB}[0].data.password == b'guessed'` }],
    ["an encoding", { cel: `base64.encode(${DB}[0].data.password) == ''` }],
    ["a length", { cel: `string(${DB}[0].data.password).size() == 3` }],
    ["a part", { cel: `string(${DB}[0].data.password).substring(0, 7) == ''` }],
    ["a list", { cel: `${DB}.map(s, string(s.data.password)).exists(p, p == 'guessed')` }],
    ["all of a list", { cel: `${DB}.map(s, string(s.data.password)).all(p, p == 'guessed')` }],
    ["a map of objects", { cel: `${DB}.map(s, {'kind': 'X', 'metadata': {'name': s}}) == []` }],
    ["an object that pretends", { cel: `[{'kind': string(${DB}[0].data.password), 'metadata': {}}].exists(o, false)` }],
    ["an error", { cel: `int(string(${DB}[0].data.password)) == 3` }],
    ["an error of a function", { cel: `duration(string(${DB}[0].data.password)) == duration('1s')` }],
    ["a key that is not there", { cel: `{'a': 1}[string(${DB}[0].data.password)] == 1` }],
    ["a result of the wrong type", { cel: `${DB}[0].data.password` }],
    ["a text of all", { cel: `string(${DB}[0].data.password) + 'x'` }],
    ["the annotation of kubectl apply", { cel: `${DB}[0].${ANNOTATION} == 'x'` }],
    ["what is expected", { cel: `string(${DB}[0].data.password) == '${PASSWORD}'` }],
    ["what is expected of one side", { cel: `'${PASSWORD}' != string(${DB}[0].data.password)` }],
    ["bytes that are expected", { cel: `${DB}.all(s, s.data.password != b'${PASSWORD}')` }],
    ["the map of all", { cel: `${DB}[0].data == {}` }],
    ["objects", { cel: "objects.filter(o, o.kind == 'Secret' && o.metadata.name == 'db').map(o, o.data) == []" }],
    ["a bound name", { cel: `cel.bind(x, ${DB}[0], string(x.data.password) == 'guessed')` }],
  ])("are never in a result: %s", async (_, check) => {
    const { status, text } = await anna.check({ name: "secret", ...check });
    expect(status, text).toBe(200);
    for (const form of [PASSWORD, ENCODED, "hunter2", String(PASSWORD.length)]) {
      const report = text.replace(/"(revision|time|engineVersion|resourceVersion)":"[^"]*"/g, "");
      expect(report).not.toContain(form);
    }
  });

  test("are distinguished nevertheless", async () => {
    expect(await anna.verdict(secret({ data: { password: ENCODED } }))).toMatchObject({ passed: true });
    expect((await anna.verdict(secret({ data: { password: btoa("guessed") } }))).message).toBe(
      "Secret db in namespace default: data.password is not as expected",
    );
    expect((await anna.verdict(secret({ data: { user: btoa("anna") } }))).message).toBe(
      "Secret db in namespace default: data.user is not set",
    );
    expect((await anna.verdict({ cel: `string(${DB}[0].data.password) == 'guessed'` })).message).toBe(
      `string(${DB}[0].data.password) is (not shown), expected (not shown)`,
    );
    expect((await anna.verdict({ cel: `${DB}.all(s, string(s.data.password) == 'x')` })).message).toBe(
      `of ${DB}, Secret default/db does not satisfy string(s.data.password) == (not shown)`,
    );
    expect((await anna.verdict({ cel: `string(${DB}[0].data['password']) in ['a', '${PASSWORD}']` })).message).toBe(
      `string(${DB}[0].data['password']) in [(not shown), (not shown)] holds`,
    );
  });

  test("are returned by a query that reads them, but never in its errors", async () => {
    const asked = await school.query({ cel: `string(${DB}[0].data.password)` });
    expect(asked.body.rows[0].value).toBe(PASSWORD);
    const failed = await school.query({ cel: `int(string(${DB}[0].data.password))` });
    expect(failed.body.rows[0].error).toBe("the expression has no value here (not shown)");
  });
});
