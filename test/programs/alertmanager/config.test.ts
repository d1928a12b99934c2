/** Alertmanager's configuration: matchers, routes and its errors. */
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "../../../src/programs/alertmanager/alerts.ts";
import { readAlertmanagerConfig, routesOf } from "../../../src/programs/alertmanager/config.ts";
import { matches, parseMatcher } from "../../../src/programs/alertmanager/matchers.ts";

const CONFIG = `
route:
  receiver: all
  group_by: [alertname]
  routes:
    - matchers: [severity="critical"]
      receiver: pager
      continue: true
    - match_re: {team: "a|b"}
      receiver: teams
      routes: [{matchers: ['name=~"w.*"'], receiver: web}]
receivers: [{name: all}, {name: pager}, {name: teams}, {name: web}]
`;

it.each([
  [{ severity: "critical" }, ["pager"]],
  [{ severity: "critical", team: "a" }, ["pager", "teams"]],
  [{ team: "b", name: "web" }, ["web"]],
  [{ team: "c" }, ["all"]],
])("alerts with %j go to %j", (labels, receivers) => {
  const { route } = readAlertmanagerConfig(CONFIG);
  expect(routesOf(route, labels).map(({ receiver }) => receiver)).toEqual(receivers);
});

it.each([
  ['a="b"', true],
  ["a=b", true],
  ['a!="b"', false],
  ['a=~"b|c"', true],
  ['a!~"x.*"', true],
  ['none=""', true],
])("the matcher %s fits a=b: %s", (text, fits) => expect(matches([parseMatcher(text)!], { a: "b" })).toBe(fits));

describe("a configuration that is not valid", () => {
  it.each([
    ["receivers: [{name: a}]", "no routes provided"],
    ["route: {receiver: b}\nreceivers: [{name: a}]", 'undefined receiver "b" used in route'],
    ["route: {receiver: a}\nreceivers: [{name: a}, {name: a}]", 'notification config name "a" is not unique'],
    ["route: {receiver: a}\nreceivers: [{name: a}]\nrules: []", "field rules not found in type config.plain"],
  ])("%s: %s", (text, problem) => expect(() => readAlertmanagerConfig(text)).toThrow(problem));
});

it("fingerprints are those of Prometheus' libraries", () => {
  // github.com/prometheus/common model/labelset.go: the hash of an empty set is the offset.
  expect(fingerprintOf({})).toBe("cbf29ce484222325");
  expect(fingerprintOf({ a: "b" })).not.toBe(fingerprintOf({ ab: "" }));
});
