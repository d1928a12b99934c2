/** Objects that cannot become configuration: each problem is told once, in the log and as an event. */
import { fnv1a32 } from "../../../lib/hash.ts";
import type { JsonObject } from "../../../lib/json.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { keyOf } from "./selection.ts";

/** `what` names the object in the event. */
export function* tellRejection(api: Api, object: JsonObject, what: string, problem: string): Steps<void> {
  const { state } = api.process;
  const told = Array.isArray(state["rejected"]) ? state["rejected"] : [];
  const key = fnv1a32(`${String(object["kind"])} ${keyOf(object)} ${problem}`);
  if (told.includes(key)) return;
  api.log("error", `skipping object error=${JSON.stringify(problem)} object=${keyOf(object)}`);
  const message = `${what} was rejected due to invalid configuration: ${problem}`;
  const event = {
    reason: "InvalidConfiguration",
    message,
    type: "Warning",
    component: "prometheus-controller",
  } as const;
  yield* recordEvent(api, object, event);
  state["rejected"] = [...told, key].slice(-MAX_TOLD);
}

const MAX_TOLD = 100;
