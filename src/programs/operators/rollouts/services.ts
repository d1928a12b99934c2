/** Services whose selector follows a version. Source: github.com/argoproj/argo-rollouts rollout/service.go */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { find, mergePatch, namespaceOf } from "../objects.ts";
import { HASH_LABEL } from "./model.ts";
import { tell } from "./sets.ts";

export function* serviceOf({ client }: Api, rollout: JsonObject, name: string): Steps<JsonObject | undefined> {
  return yield* find(client, `/api/v1/namespaces/${namespaceOf(rollout)}/services/${name}`);
}

/** The hash that the Service selects; empty without one. */
export function selectedBy(service: JsonObject | undefined): string {
  return String(objectIn(objectIn(service?.["spec"])["selector"])[HASH_LABEL] ?? "");
}

/** Lets the Service select the pods of a version. */
export function* selectPods(api: Api, rollout: JsonObject, name: string, hash: string): Steps<void> {
  const service = yield* serviceOf(api, rollout, name);
  const before = selectedBy(service);
  if (!service || before === hash) return;
  yield* mergePatch(api.client, `/api/v1/namespaces/${namespaceOf(rollout)}/services/${name}`, {
    spec: { selector: { [HASH_LABEL]: hash } },
  });
  yield* tell(api, rollout, "SwitchService", `Switched selector for service '${name}' from '${before}' to '${hash}'`);
}
