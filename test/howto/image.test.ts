/** Follows ARCHITECTURE.md's "How to add an image" in a scratch copy: one file and one line of the registry. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "./scratch.ts";

const REQUESTS = `
import { School } from "./http/grading.ts";

const school = await School.open();
const anna = await school.cluster();
const pods = "/api/v1/namespaces/default/pods";
const states = {};
for (const image of ["sundial:1.2", "moondial:1.2"]) {
  const name = image.split(":")[0];
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "a", image }] } };
  await anna.kubernetes(pods, { method: "POST", body });
  await anna.settle();
  const { phase, containerStatuses } = (await anna.kubernetes(pods + "/" + name)).body.status;
  states[name] = { phase, reason: containerStatuses[0].state.waiting?.reason };
}
console.log(JSON.stringify(states));
`;

const SUNDIAL = `
import { library } from "../repositories.ts";
import { serviceImage } from "../simple.ts";

export const sundial = serviceImage(library("sundial"), { tags: { versions: "1.0-2" }, ports: [80], lines: ["noon"] });
`;

let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create("test/http/grading.ts", "test/http/sandbar.ts", "test/runtime");
});
afterAll(() => scratch?.remove());

test("an image is a file and a line: it is pulled and runs, and an image that is not listed is not pulled", async () => {
  await scratch.write("src/images/families/sundial.ts", SUNDIAL);
  await scratch.register({
    registry: "src/images/registry.ts",
    list: "FAMILIES",
    name: "sundial",
    from: "./families/sundial.ts",
  });

  const states = (await scratch.run(REQUESTS)) as Record<string, { phase: string; reason?: string }>;

  expect(states["sundial"]).toEqual({ phase: "Running" });
  expect(states["moondial"]).toMatchObject({ phase: "Pending" });
  expect(["ErrImagePull", "ImagePullBackOff"]).toContain(states["moondial"]?.reason);
});
