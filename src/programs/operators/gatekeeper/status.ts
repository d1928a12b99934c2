/**
 * `status.byPod` of templates and constraints: each pod of Gatekeeper tells what it makes of them.
 * Source: github.com/open-policy-agent/gatekeeper pkg/controller/constrainttemplatestatus, constraintstatus
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { list, mergePatch, metadataOf, nameOf } from "../objects.ts";
import { CONSTRAINTS, TEMPLATES, type Template } from "./templates.ts";

/** A template with its constraints. */
export interface Known {
  template: Template;
  constraints: readonly JsonObject[];
}

/** Writes the entries of this pod, and removes those of pods that are gone. `operations` are those of this pod. */
export function* keepStatuses(api: Api, known: readonly Known[], operations: readonly string[]): Steps<void> {
  if (known.length === 0) return;
  const pods = new Set((yield* list(api.client, `/api/v1/namespaces/${api.namespace}/pods`)).map(nameOf));
  const id = api.process.env["POD_NAME"] ?? api.process.host.hostname;
  const statusOf = (object: JsonObject, own: JsonObject): JsonObject[] => {
    const others = objectsIn(objectIn(object["status"])["byPod"]).filter((each) => each["id"] !== id);
    const entry = {
      id,
      observedGeneration: metadataOf(object)["generation"] ?? 1,
      operations: [...operations],
      ...own,
    };
    return [...others.filter((each) => pods.has(String(each["id"]))), entry].sort((a, b) =>
      String(a["id"]) < String(b["id"]) ? -1 : 1,
    );
  };
  for (const { template, constraints } of known) {
    const { object, kind, problem } = template;
    const { uid = "" } = metadataOf(object);
    const own = { templateUID: uid, ...(problem && { errors: [{ ...problem }] }) };
    const status = { byPod: statusOf(object, own), created: problem?.code !== "create_error" };
    yield* writeStatus(api, `${TEMPLATES}/${nameOf(object)}`, object, status);
    for (const constraint of constraints) {
      const { uid = "" } = metadataOf(constraint);
      const path = `${CONSTRAINTS}/${kind.toLowerCase()}/${nameOf(constraint)}`;
      const byPod = statusOf(constraint, { constraintUID: uid, enforced: problem === undefined });
      yield* writeStatus(api, path, constraint, { byPod });
    }
  }
}

function* writeStatus({ client }: Api, path: string, object: JsonObject, status: JsonObject): Steps<void> {
  const current = objectIn(object["status"]);
  if (Object.entries(status).every(([field, value]) => equalJson(current[field], value))) return;
  yield* mergePatch(client, `${path}/status`, { status });
}
