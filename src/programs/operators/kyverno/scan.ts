/**
 * Background scans: the validating rules of policies, applied to the resources that exist.
 * Source: github.com/kyverno/kyverno pkg/controllers/report/utils/scanner.go, pkg/controllers/report/resource
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Labels } from "../../../lib/selectors.ts";
import { ServerError } from "../../kubectl/core/client.ts";
import { pathOf, type Resource, type Resources } from "../../kubectl/core/discovery.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { list, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { backgroundReview, validatePolicy } from "./engine.ts";
import { parseKind } from "./kinds.ts";
import { evaluated, Lookups } from "./lookups.ts";
import { matchedKinds } from "./match.ts";
import type { PolicyOutcome } from "./outcomes.ts";
import type { Policy } from "./policies.ts";
import type { Review } from "./review.ts";
import { isFiltered, type Settings } from "./settings.ts";
import { matchesWildcard } from "./wildcard.ts";

/** What policies say of a resource. */
export interface Scanned {
  object: JsonObject;
  /** Policies without a rule for the resource are left out. */
  outcomes: readonly PolicyOutcome[];
}

/** The resources whose objects the policies validate. The kind `*` is not scanned. */
export function scannedResources(policies: readonly Policy[], { all }: Resources): Resource[] {
  const validating = policies.flatMap(({ rules }) => rules.filter((rule) => rule["validate"] !== undefined));
  const wanted = [...new Set(validating.flatMap(matchedKinds))]
    .map(parseKind)
    .filter(({ kind, subresource }) => kind !== "*" && subresource === "");
  return all.filter(
    (each) =>
      each.verbs.includes("list") &&
      wanted.some(
        ({ group, version, kind }) =>
          matchesWildcard(kind, each.kind) &&
          matchesWildcard(group, each.group) &&
          (version === "*" ? each.isPreferred : matchesWildcard(version, each.version)),
      ),
  );
}

/** Applies the policies to all objects of the resources. `settings` leave objects out; undefined: none are left out. */
export function* scan(
  api: Api,
  policies: readonly Policy[],
  resources: readonly Resource[],
  settings: Settings | undefined,
): Steps<Scanned[]> {
  const namespaces = resources.length === 0 ? [] : yield* list(api.client, "/api/v1/namespaces");
  const namespaceByName = new Map(namespaces.map((namespace) => [nameOf(namespace), namespace]));
  const lookups = new Lookups();
  const scanned: Scanned[] = [];
  for (const resource of resources) {
    for (const object of yield* objectsOf(api, resource)) {
      const namespaceObject = namespaceByName.get(namespaceOf(object));
      const namespaceLabels = objectIn(metadataOf(namespaceObject)["labels"]) as Labels;
      const review: Review = { ...backgroundReview(object, namespaceLabels), namespaceObject };
      const place = { kind: review.kind, subresource: "", namespace: namespaceOf(object), name: nameOf(object) };
      if (settings && isFiltered(settings, place)) continue;
      scanned.push({ object, outcomes: yield* outcomesOf(api, policies, review, lookups) });
    }
  }
  return scanned;
}

/** None if Kyverno may not read them. */
function* objectsOf({ client, log }: Api, resource: Resource): Steps<JsonObject[]> {
  const { group, version, kind } = resource;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  try {
    return (yield* list(client, pathOf(resource, ""))).map((object) => ({ ...object, apiVersion, kind }));
  } catch (error) {
    if (!(error instanceof ServerError) || error.reason !== "Forbidden") throw error;
    log("error", `failed to list resources of ${kind}: ${error.statusMessage}`);
    return [];
  }
}

function* outcomesOf(
  { client, process, nowMs }: Api,
  policies: readonly Policy[],
  review: Review,
  lookups: Lookups,
): Steps<PolicyOutcome[]> {
  const host = { nowMs, charge: (steps: number) => process.charge(steps) };
  const outcomes: PolicyOutcome[] = [];
  for (const policy of policies) {
    outcomes.push(yield* evaluated(client, lookups, () => validatePolicy(policy, review, { host, lookups })));
  }
  return outcomes.filter(({ rules }) => rules.length > 0);
}
