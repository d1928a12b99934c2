import { expect, test } from "vitest";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { create } from "./strategies.ts";

test("a pod with a probable mistake is accepted with a warning", () => {
  const container = {
    name: "c",
    image: "nginx",
    env: [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
      { name: "B", value: "1" },
      { name: "B", value: "$(B)2" },
    ],
    ports: [{ containerPort: 80 }, { containerPort: 80 }],
  };
  const spec = { containers: [container], nodeSelector: { "beta.kubernetes.io/os": "linux" } };
  expect(warnings(podKind as unknown as KindDefinition, { metadata: { name: "a.b" }, spec })).toEqual([
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
  ]);
});

test("a workload's template is accepted with the same warning, once for each change of it", () => {
  const labels = { app: "a" };
  const container = { name: "c", image: "nginx", env: [{ name: "A" }, { name: "A" }] };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const kind = deploymentKind as unknown as KindDefinition;
  const input = { metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template } };
  const expected = [
    'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
  ];
  expect(warnings(kind, input)).toEqual(expected);
  const { object } = create(kind, input, { namespace: "shop" });
  expect(kind.strategy?.warnings?.(object, object)).toEqual([]);
});

function warnings(kind: KindDefinition, input: unknown): string[] | undefined {
  const { object, errors } = create(kind, input, { namespace: "shop" });
  expect(errors).toEqual([]);
  return kind.strategy?.warnings?.(object, undefined);
}
