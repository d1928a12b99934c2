/** A custom definition with the real kubectl: explained, printed, patched, scaled, deleted with its objects. */
import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";

const DEFINITION = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        description: A thing that a shop sells.
        type: object
        properties:
          spec:
            description: What is wanted.
            type: object
            required: [color]
            properties:
              color: {type: string, description: What it looks like., enum: [red, green]}
              replicas: {type: integer, default: 1, minimum: 0}
          status: {type: object, x-kubernetes-preserve-unknown-fields: true}
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    additionalPrinterColumns:
    - {name: Color, type: string, jsonPath: .spec.color}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Wide, type: string, priority: 1, jsonPath: .metadata.namespace}
`;

function widget(name: string, spec: string): string {
  return `apiVersion: shop.example.com/v1\nkind: Widget\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
}

describeEveryKubectl(
  "custom resources",
  (session) => {
    it("accepts a definition, and objects as soon as it is established", async () => {
      const { ok } = session();
      const crd = "customresourcedefinition.apiextensions.k8s.io/widgets.shop.example.com";
      expect(await ok("apply -f -", { stdin: DEFINITION })).toBe(`${crd} created\n`);
      await ok("wait --for=condition=Established crd/widgets.shop.example.com --timeout=20s");
      const first = widget("first", "{color: red}");
      expect(await ok("apply -f -", { stdin: first })).toBe("widget.shop.example.com/first created\n");
      expect(await ok("apply -f -", { stdin: first })).toBe("widget.shop.example.com/first unchanged\n");
      expect(await ok("apply --server-side -f -", { stdin: widget("second", "{color: green}") })).toBe(
        "widget.shop.example.com/second serverside-applied\n",
      );
    });

    it("explains it", async () => {
      const { ok } = session();
      const text = await ok("explain widgets.spec");
      expect(text).toContain("What is wanted.");
      expect(text).toMatch(/color\s+<string> -required-/);
      expect(await ok("explain wd --recursive")).toMatch(/replicas\s+<integer>/);
      expect(await ok("api-resources --api-group=shop.example.com --no-headers")).toMatch(
        /^widgets +wd +shop\.example\.com\/v1 +true +Widget\n$/,
      );
    });

    it("prints it in the definition's columns, also with `get all`", async () => {
      const { ok } = session();
      const rows = (text: string) => text.split("\n").map((line) => line.split(/ +/));
      expect(rows(await ok("get widgets"))).toEqual([
        ["NAME", "COLOR", "REPLICAS"],
        ["first", "red", "1"],
        ["second", "green", "1"],
        [""],
      ]);
      expect(rows(await ok("get wd first -o wide --no-headers"))).toEqual([["first", "red", "1", "default"], [""]]);
      expect(await ok("get all")).toContain("widget.shop.example.com/first");
    });

    it("refuses objects that violate the schema", async () => {
      const { run } = session();
      const unknown = await run("apply -f -", { stdin: widget("third", "{color: red, nope: 1}") });
      expect(unknown.stderr).toContain('strict decoding error: unknown field "spec.nope"');
      const wrong = await run("apply -f -", { stdin: widget("third", "{color: blue}") });
      expect(wrong.stderr).toContain('spec.color: Unsupported value: "blue": supported values: "red", "green"');
    });

    it("patches and scales it", async () => {
      const { ok, run } = session();
      await ok(`patch widget first --type=merge -p '{"spec":{"color":"green"}}'`);
      const strategic = await run(`patch widget first -p '{"spec":{"color":"red"}}'`);
      expect(strategic.stderr).toContain("application/strategic-merge-patch+json is not supported");
      expect(await ok("scale widget first --replicas=3")).toBe("widget.shop.example.com/first scaled\n");
      expect(await ok("get widget first -o jsonpath={.spec.color}/{.spec.replicas}/{.metadata.generation}")).toBe(
        "green/3/3",
      );
    });

    it("deletes the definition with all its objects", async () => {
      const { ok, run } = session();
      expect(await ok("delete crd widgets.shop.example.com")).toContain("deleted");
      expect((await run("get widgets")).stderr).toMatch(/the server (could not find|doesn't have)/);
      expect((await run("get apiservice v1.shop.example.com")).stderr).toContain("NotFound");
    });
  },
  { ends: true },
);
