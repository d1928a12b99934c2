/** Checks of custom resources. */
import { expect, test } from "vitest";
import { definition, version, WIDGETS, widget } from "../apiserver/custom/widgets.ts";
import { School, type Student } from "./grading.ts";

async function studentWithWidget(school: School): Promise<Student> {
  const student = await school.cluster({ n: "1" });
  await student.kubernetes("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    method: "POST",
    body: definition(),
  });
  await school.sandbar.clock.pass(1000);
  const created = await student.kubernetes(WIDGETS, { method: "POST", body: widget("a", { color: "red" }) });
  expect(created.status).toBe(201);
  return student;
}

const looks = (spec: object) => ({
  object: { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a" }, spec },
});

test("checks read custom objects by their definition", async () => {
  const school = await School.open();
  const student = await studentWithWidget(school);

  const { body } = await student.check(
    looks({ color: "red", size: 1 }),
    looks({ color: "green" }),
    looks({ colour: "red" }),
    { cel: "widgets.exists(w, w.spec.color == 'red' && w.spec.size == 1)" },
    { cel: "objects.exists(o, o.kind == 'Widget')" },
    { absent: { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "b" } } },
  );

  expect(body.results.map(({ passed }: { passed: boolean }) => passed)).toEqual([true, false, false, true, true, true]);
  expect(body.results[1].message).toBe('Widget a in namespace default: spec.color is "red", expected "green"');
  expect(body.results[2].error).toBe("spec.colour: there is no such field");
});

test("a check of an undefined kind reports that there is no such kind", async () => {
  const school = await School.open();
  const student = await school.cluster({ n: "2" });

  const { body } = await student.check(looks({}), { cel: "widgets.size() == 0" });

  expect(body.results[0].error).toBe("there is no kind Widget in example.com/v1");
  expect(body.results[1].error).toMatch(/^Unknown variable: widgets/);
});

test("fields and keys of definitions may have any name", async () => {
  const school = await School.open();
  const student = await school.cluster({ n: "3" });
  for (const name of ["constructor", "prototype", "__proto__", "hasOwnProperty", "toString", "length"]) {
    const text = { type: "string" };
    const map = { type: "object", additionalProperties: text };
    const field = name === "__proto__" ? "__underscores__proto__underscores__" : name;
    const spec = {
      ...{ type: "object", properties: JSON.parse(`{"${name}":${JSON.stringify(text)},"m":${JSON.stringify(map)}}`) },
      "x-kubernetes-validations": [
        { rule: "self.m.all(k, k != 'x') && size(self.m) == 1" },
        { rule: `has(self.${field}) && self.${field} == 'a'` },
      ],
    };
    const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
    const plural = `x${name.toLowerCase().replace(/[^a-z]/g, "")}`;
    const names = { plural, kind: `K${plural}` };
    await student.kubernetes("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      method: "POST",
      body: definition({ names, versions: [version("v1", { schema })] }),
    });
    await school.sandbar.clock.pass(1000);
    const fields = (value: string) => `"spec":{"${name}":"${value}","m":{"${name}":"b"}}`;
    const body = (value: string) =>
      `{"apiVersion":"example.com/v1","kind":"K${plural}","metadata":{"name":"a"},${fields(value)}}`;
    const path = `/apis/example.com/v1/namespaces/default/${plural}`;
    const wrong = await student.kubernetes(path, { method: "POST", body: body("z") });
    expect(wrong.body.message).toContain("failed rule");
    const created = await student.kubernetes(path, { method: "POST", body: body("a") });
    expect(created.status, created.text).toBe(201);

    const cel = `${plural}.all(w, size(w.spec) == 2 && w.spec.m['${name}'] == 'b' && '${name}' in w.spec)`;
    expect(await student.verdict({ cel })).toMatchObject({ passed: true });
    expect(await student.verdict({ object: JSON.parse(body("a")) })).toMatchObject({ passed: true });
  }
});
