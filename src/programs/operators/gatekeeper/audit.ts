/**
 * The audit: violations of objects that exist, in the status of their constraints. An audit follows a change of an
 * object that constraints concern, once in an interval at most.
 * Source: github.com/open-policy-agent/gatekeeper pkg/audit/manager.go
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { discover, pathOf, type Resource, type Resources } from "../../kubectl/core/discovery.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { flagOf } from "../../servers/server.ts";
import type { Api } from "../controller-program.ts";
import { find, list, mergePatch, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { actionsOf, type Enforced, judge } from "./enforced.ts";
import { isExcluded, type Subject } from "./match.ts";
import { CONSTRAINTS } from "./templates.ts";

const MAX_MESSAGE_CHARACTERS = 256;
/** Resources that change all the time. Constraints without kinds do not concern them. */
const VOLATILE: readonly string[] = ["events", "leases"];

/** Audits if the interval has passed. Returns the instant of the next audit if a change waits for it. */
export function* keepAudit(
  api: Api,
  all: readonly Enforced[],
  config: JsonObject | undefined,
): Steps<number | undefined> {
  const { process, nowMs } = api;
  const intervalMs = Number(flagOf(process.argv, "audit-interval") ?? 60) * 1000;
  const { auditedAtMs } = process.state;
  if (intervalMs === 0) return undefined;
  if (typeof auditedAtMs === "number" && nowMs < auditedAtMs + intervalMs) return auditedAtMs + intervalMs;
  const audited = all.filter((enforced) => actionsOf(enforced, "audit.gatekeeper.sh").length > 0);
  const resources = audited.length === 0 ? [] : concernedResources(audited, yield* discover(api.client));
  const found = new Map<Enforced, JsonObject[]>(audited.map((enforced) => [enforced, []]));
  for (const subject of yield* subjectsOf(api, resources)) {
    if (isExcluded(config, "audit", subject)) continue;
    const object = subject.object ?? {};
    const { group, version, kind } = subject.kind;
    const request = {
      kind: { group, version, kind },
      name: nameOf(object),
      namespace: namespaceOf(object),
      operation: "",
    };
    for (const { enforced, message } of judge(audited, subject, request)) {
      const [enforcementAction = "deny"] = actionsOf(enforced, "audit.gatekeeper.sh");
      const place = { name: nameOf(object), ...(namespaceOf(object) && { namespace: namespaceOf(object) }) };
      found.get(enforced)?.push({ enforcementAction, group, version, kind, message: shortened(message), ...place });
    }
  }
  for (const [enforced, violations] of found) yield* writeViolations(api, enforced, violations);
  process.state["audited"] = resources.map(({ group, name }) => `${group === "" ? "core" : group}/${name}`);
  process.state["auditedAtMs"] = nowMs;
  return undefined;
}

function shortened(message: string): string {
  if (message.length <= MAX_MESSAGE_CHARACTERS) return message;
  return `${message.slice(0, MAX_MESSAGE_CHARACTERS - 3)}...`;
}

/** The resources whose objects may violate the constraints. */
function concernedResources(all: readonly Enforced[], resources: Resources): Resource[] {
  const listable = resources.all.filter(({ verbs, isPreferred }) => verbs.includes("list") && isPreferred);
  const includes = (names: unknown, name: string) =>
    !Array.isArray(names) || names.length === 0 || names.includes("*") || names.includes(name);
  const isConcerned = ({ constraint }: Enforced, { group, kind, name }: Resource) => {
    const kinds = objectsIn(objectIn(objectIn(constraint["spec"])["match"])["kinds"]);
    if (kinds.length === 0) return !VOLATILE.includes(name);
    return kinds.some((each) => includes(each["apiGroups"], group) && includes(each["kinds"], kind));
  };
  return listable.filter((resource) => all.some((enforced) => isConcerned(enforced, resource)));
}

function* subjectsOf({ client }: Api, resources: readonly Resource[]): Steps<Subject[]> {
  const namespaces = resources.length === 0 ? [] : yield* list(client, "/api/v1/namespaces");
  const namespaceByName = new Map(namespaces.map((namespace) => [nameOf(namespace), namespace]));
  const subjects: Subject[] = [];
  for (const resource of resources) {
    const { group, version, kind } = resource;
    const apiVersion = group === "" ? version : `${group}/${version}`;
    for (const item of yield* list(client, pathOf(resource, ""))) {
      subjects.push({
        ...{ kind: { group, version, kind }, object: { ...item, apiVersion, kind }, oldObject: null },
        namespaceObject: namespaceByName.get(namespaceOf(item)),
      });
    }
  }
  return subjects;
}

/** Writes what an audit found, unless the status tells the same. */
function* writeViolations(api: Api, { kind, constraint }: Enforced, all: readonly JsonObject[]): Steps<void> {
  const path = `${CONSTRAINTS}/${kind.toLowerCase()}/${nameOf(constraint)}`;
  const current = yield* find(api.client, path);
  if (!current || metadataOf(current)["deletionTimestamp"] !== undefined) return;
  const limit = Number(flagOf(api.process.argv, "constraint-violations-limit") ?? 20);
  const status = objectIn(current["status"]);
  const violations = all.slice(0, limit);
  const isSame = status["totalViolations"] === all.length && equalJson(objectsIn(status["violations"]), violations);
  if (isSame) return;
  const auditTimestamp = formatTime(api.nowMs);
  yield* mergePatch(api.client, `${path}/status`, {
    status: { auditTimestamp, totalViolations: all.length, violations: violations.length > 0 ? violations : null },
  });
}
