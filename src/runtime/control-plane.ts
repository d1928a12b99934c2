/** The real engine: the control plane with every kind and controller. */
import { answerWithoutObjects, isRead } from "../apiserver/handle.ts";
import type { ApiRequest } from "../apiserver/request.ts";
import {
  advance,
  advanceInParts,
  advanceTimeInParts,
  begin,
  handleRequest,
  postponeOverdue,
} from "../control-plane/index.ts";
import { assert } from "../lib/assert.ts";
import type { Engine, ObjectlessOutcome } from "./engine.ts";

export const controlPlane: Engine = {
  answerWithoutObjects: objectlessOutcome,
  isRead,
  begin,
  advance,
  advanceInParts,
  advanceTimeInParts,
  postponeOverdue,
  handleRequest,
};

function objectlessOutcome(request: ApiRequest): ObjectlessOutcome | undefined {
  const outcome = answerWithoutObjects(request);
  assert(outcome?.type !== "watch" && outcome?.type !== "needs", "what needs no objects is answered at once");
  return outcome;
}
