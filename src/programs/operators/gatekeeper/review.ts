/**
 * The validating webhook: constraints deny requests, or warn.
 * Source: github.com/open-policy-agent/gatekeeper pkg/webhook/policy.go
 */
import { textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonObject, parseJsonIfValid } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { Client } from "../../kubectl/core/client.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { Failure } from "../../kubectl/core/session.ts";
import { type HttpAnswer, json, splitPath } from "../../servers/http.ts";
import type { HttpRequest } from "../../servers/server.ts";
import { find, nameOf } from "../objects.ts";
import { podTarget } from "../pod-target.ts";
import { reviewAnswer } from "../reviews.ts";
import { runNow } from "../served-steps.ts";
import { actionsOf, type Enforced, enforcedIn, judge, needNamespace } from "./enforced.ts";
import { ignoreLabelProblem } from "./ignore-label.ts";
import { isExcluded, type Subject } from "./match.ts";

/** The answer to a review; undefined for other requests. The webhooks of mutation change nothing. */
export function answerReview(process: ProcessView, httpRequest: HttpRequest): HttpAnswer | undefined {
  const enforced = enforcedIn(process.state);
  const { path } = splitPath(httpRequest.path);
  const judges = (path === "/v1/admit" && enforced.length > 0) || path === "/v1/admitlabel";
  if (!judges) return reviewAnswer(httpRequest);
  const review = httpRequest.method === "POST" ? parseJsonIfValid(textOfBytes(httpRequest.body)) : undefined;
  const request = isJsonObject(review) ? objectIn(review["request"]) : {};
  if (!isJsonObject(review) || request["uid"] === undefined) return undefined;
  const { kind = "", apiVersion = "" } = review;
  const answer = path === "/v1/admit" ? responseTo(process, enforced, request) : labelResponse(process, request);
  return json(200, { kind, apiVersion, response: { uid: request["uid"], ...answer } });
}

function denied(message: string): JsonObject {
  return { allowed: false, status: { reason: "Forbidden", code: 403, message } };
}

function labelResponse(process: ProcessView, request: JsonObject): JsonObject {
  const problem = ignoreLabelProblem(process, request);
  return problem === undefined ? { allowed: true } : denied(problem);
}

function responseTo(process: ProcessView, enforced: readonly Enforced[], request: JsonObject): JsonObject {
  if (isOwn(process, request)) return { allowed: true };
  const { object, oldObject, ...facts } = request;
  const { group = "", version = "", kind = "" } = objectIn(request["kind"]);
  const namespace = String(request["namespace"] ?? "");
  const subject: Subject = {
    kind: { group: String(group), version: String(version), kind: String(kind) },
    object: isJsonObject(object) ? object : null,
    oldObject: isJsonObject(oldObject) ? oldObject : null,
    namespaceObject: namespace !== "" && needNamespace(enforced) ? namespaceOf(process, namespace) : undefined,
  };
  const { config } = process.state;
  if (isExcluded(isJsonObject(config) ? config : undefined, "webhook", subject)) return { allowed: true };
  const violations = judge(enforced, subject, facts);
  const messagesFor = (action: string) =>
    violations
      .filter((each) => actionsOf(each.enforced, "validation.gatekeeper.sh").includes(action))
      .map((each) => `[${nameOf(each.enforced.constraint)}] ${each.message}`);
  const [denials, warnings] = [messagesFor("deny"), messagesFor("warn")];
  const shown = warnings.length > 0 ? { warnings } : {};
  if (denials.length === 0) return { allowed: true, ...shown };
  return { ...denied(denials.join("\n")), ...shown };
}

/** Whether a ServiceAccount of Gatekeeper's namespace makes the request. */
function isOwn({ env }: ProcessView, request: JsonObject): boolean {
  const { groups } = objectIn(request["userInfo"]);
  const own = `system:serviceaccounts:${env["POD_NAMESPACE"] ?? "gatekeeper-system"}`;
  return Array.isArray(groups) && groups.includes(own);
}

/** The Namespace; undefined if it cannot be read. */
function namespaceOf(process: ProcessView, name: string): JsonObject | undefined {
  try {
    return runNow(process, (session) => {
      const target = podTarget(session, "gatekeeper");
      if (!target) throw new Failure("no ServiceAccount");
      return find(new Client(target, () => {}), `/api/v1/namespaces/${name}`);
    });
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}
