/**
 * The parts of a CertificateSigningRequest that each path may write, and the times of its conditions.
 *
 * Kubernetes: pkg/registry/certificates/certificates/strategy.go
 */
import { formatTime } from "../../lib/time.ts";
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from "../../schema/index.ts";

/** Written by approvers only, through `/approval`. */
const DECISIONS = ["Approved", "Denied"];

/** `/approval` changes conditions and nothing else. */
export function prepareApproval(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { nowMs }: { nowMs: number },
): void {
  const conditions = request.status.conditions;
  request.spec = old.spec;
  request.status = { ...old.status };
  if (conditions) request.status.conditions = withTimes(conditions, old, nowMs);
  else delete request.status.conditions;
}

/** `/status` changes all of the status but the decision. */
export function prepareStatus(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { nowMs }: { nowMs: number },
): void {
  request.spec = old.spec;
  const decisions = (old.status.conditions ?? []).filter(({ type }) => DECISIONS.includes(type));
  const conditions = (request.status.conditions ?? []).map((condition) => {
    if (!DECISIONS.includes(condition.type)) return condition;
    return decisions.find(({ type }) => type === condition.type) ?? condition;
  });
  if (conditions.length > 0) request.status.conditions = withTimes(conditions, old, nowMs);
}

function withTimes(
  conditions: readonly CertificateSigningRequestCondition[],
  old: CertificateSigningRequest,
  nowMs: number,
): CertificateSigningRequestCondition[] {
  const now = formatTime(nowMs);
  return conditions.map((condition) => {
    const same = (old.status.conditions ?? []).find(
      ({ type, status }) => type === condition.type && status === condition.status,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime || now,
      lastTransitionTime: condition.lastTransitionTime || same?.lastTransitionTime || now,
    };
  });
}
