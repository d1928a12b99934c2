/** The real engine: the control plane with every kind and controller. */
import { answerWithoutObjects, type EarlyCaller, isRead } from "../apiserver/handle.ts";
import type { RequestHead } from "../apiserver/request.ts";
import {
  advance,
  advanceInParts,
  advanceTimeInParts,
  begin,
  handleInParts,
  postponeOverdue,
} from "../control-plane/index.ts";
import type { Engine, ObjectlessOutcome } from "./engine.ts";

export const controlPlane: Engine = {
  answerWithoutObjects: objectlessOutcome,
  isRead,
  begin,
  advance,
  advanceInParts,
  advanceTimeInParts,
  postponeOverdue,
  handleInParts,
};

function objectlessOutcome(request: RequestHead, caller: EarlyCaller): ObjectlessOutcome | undefined {
  const outcome = answerWithoutObjects(request, caller);
  if (outcome === undefined || outcome.type === "response" || outcome.type === "openapi") return outcome;
  throw new Error(`an answer without objects is a response or a document, and not a ${outcome.type}`);
}
