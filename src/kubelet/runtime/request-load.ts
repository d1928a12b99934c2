/**
 * Loads of requests that programs for load tests begin and end.
 * Kubernetes: no counterpart; these programs send each request.
 */
import type { Answer, LoadQuestion } from "../../shell/question.ts";
import type { PodContext } from "../context.ts";
import type { LiveContainer } from "./live.ts";
import { isLocal } from "./local-network.ts";

/** Requests to the pod itself go to its address, so the pod is asked as any other. */
export function answerLoad(
  { tx, pod, state }: PodContext,
  { container }: LiveContainer,
  { request, type, ...load }: LoadQuestion,
): Answer {
  const { type: _http, resumes: _resumes, piece: _piece, ...sent } = request;
  const host = isLocal(request.host, state.podIp) ? (state.podIp ?? request.host) : request.host;
  const reply = tx.calls.load({ ...load, pod, container: container.spec.name, request: { ...sent, host } });
  return { type, ...reply };
}
