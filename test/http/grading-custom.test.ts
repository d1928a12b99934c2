/** Graders ask about custom resources as about any other. */
import { expect, test } from "vitest";
import { definition, WIDGETS, widget } from "../apiserver/custom/widgets.ts";
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

test("checks look at custom objects by their definition", async () => {
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

test("where nobody has defined it, a check says that there is no such kind", async () => {
  const school = await School.open();
  const student = await school.cluster({ n: "2" });

  const { body } = await student.check(looks({}), { cel: "widgets.size() == 0" });

  expect(body.results[0].error).toBe("there is no kind Widget in example.com/v1");
  expect(body.results[1].error).toMatch(/^Unknown variable: widgets/);
});
