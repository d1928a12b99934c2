/** The real engine: the control plane with every kind and controller. */
import { answerWithoutObjects, isRead } from "../apiserver/handle.ts";
import type { ApiRequest } from "../apiserver/request.ts";
import type { ClusterTransaction } from "../cluster/cluster-transaction.ts";
import { namedAdvance, rememberAdvance } from "../control-plane/advances.ts";
import { ensureObjects } from "../control-plane/ensure-objects.ts";
import { beginFault, endFault } from "../control-plane/faults.ts";
import {
  advance,
  advanceInParts,
  advanceTimeInParts,
  begin,
  handleRequest,
  postponeOverdue,
} from "../control-plane/index.ts";
import { takeRevision } from "../control-plane/take-revision.ts";
import { assert } from "../lib/assert.ts";
import type { Engine, ObjectlessOutcome } from "./engine.ts";

export const controlPlane: Engine<ClusterTransaction> = {
  answerWithoutObjects: objectlessOutcome,
  isRead,
  begin,
  advance,
  advanceInParts,
  advanceTimeInParts,
  namedAdvance,
  rememberAdvance,
  beginFault,
  endFault,
  ensureObjects,
  postponeOverdue,
  handleRequest,
  takeRevision,
};

function objectlessOutcome(request: ApiRequest): ObjectlessOutcome | undefined {
  const outcome = answerWithoutObjects(request);
  assert(outcome?.type !== "watch" && outcome?.type !== "needs", "what needs no objects is answered at once");
  return outcome;
}
