/**
 * Validation of APIServices.
 *
 * Kubernetes: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go
 */
import {
  dns1035LabelProblems,
  dnsSubdomainProblems,
  pathSegmentProblems,
  portNumberProblems,
} from "../../lib/names.ts";
import type { APIService } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, invalidFor, required } from "../validation/field-errors.ts";
import { type NameCheck, validateObjectMeta } from "../validation/object-meta.ts";

const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;

export function validateApiService(apiService: APIService): FieldError[] {
  const { group = "", version = "", groupPriorityMinimum, versionPriority } = apiService.spec ?? {};
  const name = `${version}.${group}`;
  const checkName: NameCheck = (given) => {
    const problems = pathSegmentProblems(given);
    if (problems.length > 0 || given === name) return problems;
    return [`must be \`spec.version+"."+spec.group\`: ${JSON.stringify(name)}`];
  };
  const errors = validateObjectMeta(apiService, { namespaced: false, name: checkName });
  if (group !== "") errors.push(...invalidFor("spec.group", group, dnsSubdomainProblems(group)));
  else if (version !== "v1") {
    errors.push(required("spec.group", "only v1 may have an empty group and it better be legacy kube"));
  }
  errors.push(...invalidFor("spec.version", version, dns1035LabelProblems(version)));
  errors.push(...priorityProblem("spec.groupPriorityMinimum", groupPriorityMinimum, MAX_GROUP_PRIORITY));
  errors.push(...priorityProblem("spec.versionPriority", versionPriority, MAX_VERSION_PRIORITY));
  return [...errors, ...validateBackend(apiService)];
}

function priorityProblem(field: string, priority: number | undefined, most: number): FieldError[] {
  const value = priority ?? 0;
  return value > 0 && value <= most ? [] : [invalid(field, value, `must be positive and less than ${most}`)];
}

function validateBackend({ spec }: APIService): FieldError[] {
  const { service, caBundle, insecureSkipTLSVerify = false } = spec ?? {};
  const errors: FieldError[] = [];
  if (!service) {
    if (caBundle) {
      const bytes = Math.floor((caBundle.replace(/=+$/, "").length * 3) / 4);
      errors.push(invalid("spec.caBundle", `${bytes} bytes`, "local APIServices may not have a caBundle"));
    }
    if (insecureSkipTLSVerify) {
      const why = "local APIServices may not have insecureSkipTLSVerify";
      errors.push(invalid("spec.insecureSkipTLSVerify", insecureSkipTLSVerify, why));
    }
    return errors;
  }
  if (!service.namespace) errors.push(required("spec.service.namespace"));
  if (!service.name) errors.push(required("spec.service.name"));
  const port = service.port ?? 0;
  const problems = portNumberProblems(port);
  if (problems.length > 0) {
    errors.push(invalid("spec.service.port", port, `port is not valid: ${problems.join(", ")}`));
  }
  if (insecureSkipTLSVerify && caBundle) {
    errors.push(invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present"));
  }
  return errors;
}
