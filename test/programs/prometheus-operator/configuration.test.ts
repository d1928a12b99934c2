/** The configuration that prometheus-operator writes for monitors, and what its reloader makes of it. */
import { describe, expect, it } from "vitest";
import { bytesOfText, textOfBytes } from "../../../src/lib/bytes.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { compress } from "../../../src/programs/archives/compression.ts";
import { configurationText } from "../../../src/programs/operators/prometheus-operator/reloader.ts";
import { ruleText } from "../../../src/programs/operators/prometheus-operator/rules.ts";
import { isSelected } from "../../../src/programs/operators/prometheus-operator/selection.ts";
import { yamlText } from "../../../src/programs/operators/prometheus-operator/yaml.ts";

describe("a selector", () => {
  it.each([
    [undefined, false],
    [{}, true],
    [{ matchLabels: { a: "1" } }, true],
    [{ matchLabels: { a: "2" } }, false],
    [{ matchExpressions: [{ key: "a", operator: "In", values: ["1"] }] }, true],
    [{ matchExpressions: [{ key: "a", operator: "NotIn", values: ["1"] }] }, false],
    [{ matchExpressions: [{ key: "b", operator: "DoesNotExist" }] }, true],
  ])("%j selects: %s", (selector, isWanted) => expect(isSelected(selector, { a: "1" })).toBe(isWanted));
});

it("the reloader unpacks a configuration and puts variables into it", () => {
  const text = yamlText({ global: { external_labels: { replica: "$(POD_NAME)", other: "$(UNSET)", name: "Zoë" } } });
  const written = textOfBytes(configurationText(compress(bytesOfText(text)), { POD_NAME: "prometheus-main-0" }));
  expect(written).toBe(
    "global:\n  external_labels:\n    replica: prometheus-main-0\n    other: $(UNSET)\n    name: Zoë\n",
  );
});

it("equal parts of a configuration are written again, as Prometheus' reader expects", () => {
  const part: JsonObject = { regex: "(.+)" };
  expect(yamlText({ a: part, b: part })).toBe("a:\n  regex: (.+)\nb:\n  regex: (.+)\n");
});

it("rules that Prometheus cannot load are refused in its own words", () => {
  const rule = (expr: string) => ({ spec: { groups: [{ name: "g", rules: [{ alert: "A", expr }] }] } });
  expect(ruleText(rule("up == 0"))).toContain("expr: up == 0");
  expect(() => ruleText(rule("up =="))).toThrow(/could not parse expression/);
});
