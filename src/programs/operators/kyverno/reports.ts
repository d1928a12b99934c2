/**
 * Policy reports: one for each resource that policies validate, with the results of background scans.
 * Source: github.com/kyverno/kyverno pkg/controllers/report, pkg/utils/report/results.go
 */
import { equalJson, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { discover } from "../../kubectl/core/discovery.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { create, list, metadataOf, nameOf, namespaceOf, replace } from "../objects.ts";
import type { PolicyOutcome, RuleOutcome } from "./outcomes.ts";
import { appliesInBackground, hasRuleOf, listPolicies, policyKey } from "./policies.ts";
import { type Scanned, scan, scannedResources } from "./scan.ts";
import { readSettings } from "./settings.ts";
import { MANAGED_BY } from "./update-requests.ts";
import { recordViolations } from "./violations.ts";

const API_VERSION = "wgpolicyk8s.io/v1alpha2";
const REPORTS = `/apis/${API_VERSION}`;
const ANNOTATIONS = "policies.kyverno.io";
const SEVERITIES: readonly JsonValue[] = ["critical", "high", "medium", "low", "info"];

/** Scans, and writes the reports that changed. The resources that were scanned are in the state of the process. */
export function* keepReports(api: Api): Steps<void> {
  const { client, process, namespace } = api;
  const resources = yield* discover(client);
  const isOn = flagOf(process.argv, "backgroundScan") !== "false" && flagOf(process.argv, "policyReports") !== "false";
  if (!isOn || !resources.ofObject(API_VERSION, "PolicyReport")) return;
  const policies = (yield* listPolicies(client)).filter(
    (policy) => appliesInBackground(policy) && hasRuleOf(policy, "validate"),
  );
  const concerned = scannedResources(policies, resources);
  process.state["scanned"] = concerned.map(({ group, name }) => `${group === "" ? "core" : group}/${name}`);
  const obeysFilters = flagOf(process.argv, "skipResourceFilters") === "false";
  const settings = obeysFilters ? yield* readSettings(client, process, namespace) : undefined;
  const scanned = yield* scan(api, policies, concerned, settings);
  const query = new URLSearchParams({ labelSelector: `${MANAGED_BY}=kyverno` });
  const before = new Map<string, JsonObject>();
  for (const plural of ["policyreports", "clusterpolicyreports"]) {
    for (const report of yield* list(client, `${REPORTS}/${plural}?${query}`)) before.set(nameOf(report), report);
  }
  for (const each of scanned.filter(({ outcomes }) => outcomes.length > 0)) {
    const uid = String(metadataOf(each.object)["uid"]);
    yield* keepReport(api, each, before.get(uid));
    before.delete(uid);
  }
  for (const report of before.values()) {
    yield* client.fetch(`${collectionOf(report)}/${nameOf(report)}`, { method: "DELETE" });
  }
}

function collectionOf(object: JsonObject): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? `${REPORTS}/clusterpolicyreports` : `${REPORTS}/namespaces/${namespace}/policyreports`;
}

/** Writes the report unless its results are the same, and records violations that it did not have. */
function* keepReport(api: Api, { object, outcomes }: Scanned, found: JsonObject | undefined): Steps<void> {
  const earlier = objectsIn(found?.["results"]);
  const earlierOf = (result: JsonObject) => earlier.find((one) => equalJson(withoutTime(one), withoutTime(result)));
  const results = outcomes
    .flatMap((outcome) => outcome.rules.map((rule) => resultOf(outcome, rule, api.nowMs)))
    .map((result) => earlierOf(result) ?? result)
    .sort((a, b) => compare(a["policy"], b["policy"]) || compare(a["rule"], b["rule"]));
  if (found && equalJson(earlier, results)) return;
  const { apiVersion = "", kind = "" } = object;
  const { name = "", namespace, uid = "" } = metadataOf(object);
  const owner = { apiVersion, kind, name, uid };
  const report = {
    ...{ apiVersion: API_VERSION, kind: namespace === undefined ? "ClusterPolicyReport" : "PolicyReport" },
    metadata: {
      ...(found ? metadataOf(found) : { name: uid, ...(namespace !== undefined && { namespace }) }),
      ...{ labels: { [MANAGED_BY]: "kyverno" }, ownerReferences: [owner] },
    },
    scope: { ...owner, ...(namespace !== undefined && { namespace }) },
    ...{ results, summary: summaryOf(results) },
  };
  if (found) yield* replace(api.client, `${collectionOf(object)}/${nameOf(found)}`, report);
  else yield* create(api.client, collectionOf(object), report);
  const isNew = (outcome: PolicyOutcome, rule: RuleOutcome) => !earlierOf(resultOf(outcome, rule, api.nowMs));
  const changed = outcomes.map((outcome) => ({
    ...outcome,
    rules: outcome.rules.filter((rule) => isNew(outcome, rule)),
  }));
  yield* recordViolations(api, object, changed, { component: "kyverno-scan", isBlocked: false });
}

const withoutTime = ({ timestamp: _, ...result }: JsonObject): JsonObject => result;

function compare(a: JsonValue | undefined, b: JsonValue | undefined): number {
  const [first, second] = [String(a), String(b)];
  return first < second ? -1 : first > second ? 1 : 0;
}

function resultOf({ policy }: PolicyOutcome, { rule, status, message }: RuleOutcome, nowMs: number): JsonObject {
  const annotations = objectIn(metadataOf(policy.object)["annotations"]);
  const [category, severity] = [annotations[`${ANNOTATIONS}/category`], annotations[`${ANNOTATIONS}/severity`]];
  const scored = annotations[`${ANNOTATIONS}/scored`] !== "false";
  return {
    ...(category !== undefined && category !== "" && { category }),
    ...{ message, policy: policyKey(policy), properties: { process: "background scan" } },
    ...{ result: status === "fail" && !scored ? "warn" : status, rule, scored },
    ...(severity !== undefined && SEVERITIES.includes(severity) && { severity }),
    ...{ source: "kyverno", timestamp: { nanos: 0, seconds: Math.floor(nowMs / 1000) } },
  };
}

function summaryOf(results: readonly JsonObject[]): JsonObject {
  const count = (wanted: string) => results.filter(({ result }) => result === wanted).length;
  return {
    ...{ pass: count("pass"), fail: count("fail"), warn: count("warn") },
    ...{ error: count("error"), skip: count("skip") },
  };
}
