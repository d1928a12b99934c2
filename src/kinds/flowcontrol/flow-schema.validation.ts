/**
 * Validation of FlowSchemas.
 *
 * Kubernetes: pkg/apis/flowcontrol/validation/validation.go (ValidateFlowSchema)
 */
import { dnsLabelProblems, dnsSubdomainProblems } from "../../lib/names.ts";
import type {
  FlowcontrolV1Subject,
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

const MAX_PRECEDENCE = 10_000;
export const EXEMPT = "exempt";
const ANY = "*";

const REQUEST_VERBS = [
  "apply",
  "connect",
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "proxy",
  "update",
  "watch",
];

const NAMESPACE_INTRO = "each member of this list must be '*' or a DNS-1123 label; ";

export function validateFlowSchema(flowSchema: FlowSchema): FieldError[] {
  const errors = validateObjectMeta(flowSchema, { namespaced: false });
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration, rules } = flowSchema.spec;
  const at = "spec.matchingPrecedence";
  if (matchingPrecedence <= 0) errors.push(invalid(at, matchingPrecedence, "must be a positive value"));
  if (matchingPrecedence > MAX_PRECEDENCE) {
    errors.push(invalid(at, matchingPrecedence, `must not be greater than ${MAX_PRECEDENCE}`));
  }
  if (matchingPrecedence === 1 && flowSchema.metadata.name !== EXEMPT) {
    errors.push(invalid(at, 1, "only the schema named 'exempt' may have matchingPrecedence 1"));
  }
  if (distinguisherMethod && !["ByNamespace", "ByUser"].includes(distinguisherMethod.type)) {
    errors.push(notSupported("spec.distinguisherMethod.type", distinguisherMethod, ["ByNamespace", "ByUser"]));
  }
  const level = priorityLevelConfiguration?.name ?? "";
  const levelAt = "spec.priorityLevelConfiguration.name";
  if (level === "") errors.push(required(levelAt, "must reference a priority level"));
  else errors.push(...invalidFor(levelAt, level, dnsSubdomainProblems(level)));
  for (const [i, rule] of (rules ?? []).entries()) errors.push(...validateRule(rule, `spec.rules[${i}]`));
  return errors;
}

function validateRule({ subjects, resourceRules, nonResourceRules }: PolicyRulesWithSubjects, path: string) {
  const errors: FieldError[] = [];
  if (!subjects?.length) errors.push(required(`${path}.subjects`, "subjects must contain at least one value"));
  for (const [i, subject] of (subjects ?? []).entries()) {
    errors.push(...validateSubject(subject, `${path}.subjects[${i}]`));
  }
  if (!resourceRules?.length && !nonResourceRules?.length) {
    errors.push(required(path, "at least one of resourceRules and nonResourceRules has to be non-empty"));
  }
  for (const [i, rule] of (resourceRules ?? []).entries()) {
    errors.push(...validateResourceRule(rule, `${path}.resourceRules[${i}]`));
  }
  for (const [i, rule] of (nonResourceRules ?? []).entries()) {
    errors.push(...validateNonResourceRule(rule, `${path}.nonResourceRules[${i}]`));
  }
  return errors;
}

const SUBJECT_FIELDS = { User: "user", Group: "group", ServiceAccount: "serviceAccount" } as const;

function validateSubject(subject: FlowcontrolV1Subject, path: string): FieldError[] {
  const kind = subject.kind as keyof typeof SUBJECT_FIELDS;
  const own = Object.hasOwn(SUBJECT_FIELDS, kind) ? SUBJECT_FIELDS[kind] : undefined;
  if (!own) return [notSupported(`${path}.kind`, subject.kind, ["Group", "ServiceAccount", "User"])];
  const errors: FieldError[] = [];
  const value = subject[own];
  if (!value) errors.push(required(`${path}.${own}`, `${own} is required when subject kind is '${kind}'`));
  else if (!value.name) errors.push(required(`${path}.${own}.name`));
  if (subject.serviceAccount && own === "serviceAccount") {
    const { name, namespace } = subject.serviceAccount;
    const at = `${path}.serviceAccount`;
    if (name && name !== ANY) errors.push(...invalidFor(`${at}.name`, name, dnsSubdomainProblems(name)));
    if (!namespace) errors.push(required(`${at}.namespace`, "must specify namespace for service account"));
    else errors.push(...invalidFor(`${at}.namespace`, namespace, dnsLabelProblems(namespace)));
  }
  for (const [other, field] of Object.entries(SUBJECT_FIELDS)) {
    if (field === own || !subject[field]) continue;
    errors.push(forbidden(`${path}.${field}`, `${field} is forbidden when subject kind is not '${other}'`));
  }
  return errors;
}

function validateVerbs(verbs: readonly string[] | undefined, path: string): FieldError[] {
  if (!verbs?.length) return [required(path, "verbs must contain at least one value")];
  if (verbs.includes(ANY)) return anyAlone(verbs, path, "verbs");
  return verbs.every((verb) => REQUEST_VERBS.includes(verb)) ? [] : [notSupported(path, verbs, REQUEST_VERBS)];
}

/** A wildcard must be the only item. */
function anyAlone(values: readonly string[], path: string, what: string): FieldError[] {
  if (values.length < 2 || !values.includes(ANY)) return [];
  return [invalid(path, values, `if '*' is present, must not specify other ${what}`)];
}

function validateResourceRule(rule: ResourcePolicyRule, path: string): FieldError[] {
  const { verbs, apiGroups, resources, namespaces, clusterScope } = rule;
  const errors = validateVerbs(verbs, `${path}.verbs`);
  const supply = "resource rules must supply at least one";
  if (!apiGroups?.length) errors.push(required(`${path}.apiGroups`, `${supply} api group`));
  else errors.push(...anyAlone(apiGroups, `${path}.apiGroups`, "api groups"));
  if (!resources?.length) errors.push(required(`${path}.resources`, `${supply} resource`));
  else errors.push(...anyAlone(resources, `${path}.resources`, "resources"));
  const at = `${path}.namespaces`;
  if (!namespaces?.length && !clusterScope) {
    errors.push(required(at, "resource rules that are not cluster scoped must supply at least one namespace"));
  }
  if (namespaces?.includes(ANY)) return [...errors, ...anyAlone(namespaces, at, "namespaces")];
  for (const [i, namespace] of (namespaces ?? []).entries()) {
    const problems = dnsLabelProblems(namespace).map((problem) => NAMESPACE_INTRO + problem);
    errors.push(...invalidFor(`${at}[${i}]`, namespace, problems));
  }
  return errors;
}

function validateNonResourceRule({ verbs, nonResourceURLs }: NonResourcePolicyRule, path: string): FieldError[] {
  const errors = validateVerbs(verbs, `${path}.verbs`);
  const at = `${path}.nonResourceURLs`;
  if (!nonResourceURLs?.length) {
    return [...errors, required(at, "nonResourceURLs must contain at least one value")];
  }
  if (nonResourceURLs.includes(ANY)) return [...errors, ...anyAlone(nonResourceURLs, at, "non-resource URLs")];
  for (const [i, url] of nonResourceURLs.entries()) {
    const problem = urlProblem(url);
    if (problem) errors.push(invalid(`${at}[${i}]`, url, problem));
  }
  return errors;
}

function urlProblem(url: string): string | undefined {
  if (url === "") return "must not be empty";
  if (!url.startsWith("/")) return "must start with slash";
  if (url.includes(" ")) return "must not contain white-space";
  if (url.includes("//")) return "must not contain double slash";
  const wildcards = url.split(ANY).length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith("/*")) ? "wildcard can only do suffix matching" : undefined;
}
