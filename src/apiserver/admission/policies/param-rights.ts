/**
 * A user who writes a policy with parameters, or a binding to parameters, needs the right to read them: refusals of the
 * policy reveal their content.
 *
 * Kubernetes: pkg/registry/admissionregistration/validatingadmissionpolicy/authz.go, as part of the storage.
 */
import { invalid } from "../../../cluster/refusals.ts";
import type { User } from "../../../cluster/user.ts";
import { mutatingAdmissionPolicyKind } from "../../../kinds/admissionregistration/mutating-admission-policy.ts";
import { validatingAdmissionPolicyKind } from "../../../kinds/admissionregistration/validating-admission-policy.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { forbidden } from "../../../kinds/validation/field-errors.ts";
import { equalJson } from "../../../lib/json.ts";
import type { ParamKind } from "../../../schema/index.ts";
import { authorize, isSuperuser } from "../../authorization/rbac.ts";
import { type AdmissionContext, type AdmissionPlugin, isWriteTo } from "../context.ts";
import type { AnyBinding, AnyPolicy } from "./hooks.ts";

const GROUP = "admissionregistration.k8s.io";

/** The policy kind by the plural of the binding kind. */
const policiesOf: Readonly<Record<string, KindDefinition<never>>> = {
  validatingadmissionpolicybindings: validatingAdmissionPolicyKind,
  mutatingadmissionpolicybindings: mutatingAdmissionPolicyKind,
};

export const policyParamRights: AdmissionPlugin = {
  name: "PolicyParamRights",

  validate(context) {
    const { user, kind, operation } = context;
    if (!user || operation === "DELETE" || kind.group !== GROUP || isSuperuser(user)) return;
    if (!isWriteTo(context, GROUP, kind.plural)) return;
    const policies = policiesOf[kind.plural];
    if (policies) checkBinding(context, user, policies as unknown as KindDefinition);
    else if (Object.values(policiesOf).some(({ plural }) => plural === kind.plural)) checkPolicy(context, user);
  },
};

function checkPolicy(context: AdmissionContext, user: User): void {
  const { paramKind } = (context.object as AnyPolicy).spec;
  if (!paramKind || equalJson(paramKind, (context.old as AnyPolicy | undefined)?.spec.paramKind)) return;
  if (mayRead(context, user, paramKind, { verb: "get", namespace: "*", name: "*" })) return;
  const what = `(kind=${paramKind.kind}, apiVersion=${paramKind.apiVersion})`;
  const why = `user ${goUser(user)} must have "get" permission on all objects of the referenced paramKind ${what}`;
  throw invalid(context.kind, context.object.metadata.name ?? "", [forbidden("spec.paramKind", why)]);
}

function checkBinding(context: AdmissionContext, user: User, policies: KindDefinition): void {
  const { paramRef, policyName = "" } = (context.object as AnyBinding).spec;
  const before = (context.old as AnyBinding | undefined)?.spec;
  if (!paramRef || (before && equalJson(paramRef, before.paramRef) && policyName === before.policyName)) return;
  const policy = context.tx.get(policies, "", policyName) as AnyPolicy | undefined;
  const { name = "", namespace = "" } = paramRef;
  const verb = name === "" ? "list" : "get";
  if (mayRead(context, user, policy?.spec.paramKind, { verb, namespace, name })) return;
  const why = `user ${goUser(user)} does not have "${verb}" permission on the object referenced by paramRef`;
  throw invalid(context.kind, context.object.metadata.name ?? "", [forbidden("spec.paramRef", why)]);
}

/** An unknown kind requires the right to read all kinds. */
function mayRead(
  { tx }: AdmissionContext,
  user: User,
  kind: ParamKind | undefined,
  asked: { verb: string; namespace: string; name: string },
): boolean {
  const { apiVersion = "", kind: name = "" } = kind ?? {};
  const resource = tx.kinds.byApiVersion(apiVersion, name)?.plural ?? "*";
  const group = kind ? (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "") : "*";
  return authorize(tx, { ...asked, isResource: true, user, group, resource, subresource: "" }).allowed;
}

/** The user as Go prints it. */
function goUser({ name, uid = "", groups }: User): string {
  return `&{${name} ${uid} [${groups.join(" ")}] map[]}`;
}
