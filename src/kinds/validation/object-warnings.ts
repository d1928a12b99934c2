/** Warnings of kinds that have one or two of their own. */
import type {
  CronJob,
  EndpointSlice,
  Ingress,
  Job,
  JobSpec,
  NetworkPolicy,
  Node,
  PodTemplate,
  RuntimeClass,
  ServiceAccount,
  StatefulSet,
} from "../../schema/index.ts";
import { deprecatedLabel } from "./label-warnings.ts";
import { isUnchanged, nameWarning, templateWarnings, warningsOfTemplate } from "./pod-warnings.ts";
import { addressWarnings, rangeWarnings } from "./service-warnings.ts";
import { claimSpecWarnings } from "./volume-warnings.ts";

const INGRESS_CLASS = "kubernetes.io/ingress.class";
const MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets";
/** Beyond both, completed indexes may be too many to write down. */
const MANY_COMPLETIONS = 100_000;
const MANY_AT_ONCE = 10_000;

export function statefulSetWarnings(set: StatefulSet, old: StatefulSet | undefined): string[] {
  const warnings = templateWarnings(set, old);
  // Kubernetes names the place in two ways.
  const spec = old ? ".Spec" : "";
  for (const [i, claim] of (set.spec.volumeClaimTemplates ?? []).entries()) {
    warnings.push(...claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${i}]${spec}`));
  }
  if ((set.spec.revisionHistoryLimit ?? 0) < 0) {
    const why = "a negative value retains all historical revisions; a value >= 0 is recommended";
    warnings.push(`spec.revisionHistoryLimit: ${why}`);
  }
  return warnings;
}

export function jobWarnings(job: Job, old: Job | undefined): string[] {
  if (isUnchanged(job, old)) return [];
  return [...(old ? [] : nameWarning(job, "Pod names and hostnames")), ...jobSpecWarnings(job.spec, "spec")];
}

export function cronJobWarnings(cronJob: CronJob, old: CronJob | undefined): string[] {
  if (isUnchanged(cronJob, old)) return [];
  const name = old ? [] : nameWarning(cronJob, "Pod names and hostnames");
  const { spec } = cronJob.spec.jobTemplate;
  return [...name, ...(spec ? jobSpecWarnings(spec, "spec.jobTemplate.spec") : [])];
}

function jobSpecWarnings({ completionMode, completions = 0, parallelism = 0, template }: JobSpec, path: string) {
  const isHuge = completionMode === "Indexed" && completions > MANY_COMPLETIONS && parallelism > MANY_AT_ONCE;
  const why =
    "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might " +
    "not be able to track completedIndexes when a big number of indexes fail";
  return [...(isHuge ? [`${path}: ${why}`] : []), ...warningsOfTemplate(template, `${path}.template.`)];
}

export function podTemplateWarnings({ template }: PodTemplate): string[] {
  return template ? warningsOfTemplate(template, "template.") : [];
}

export function ingressWarnings({ metadata, spec }: Ingress, old: Ingress | undefined): string[] {
  if (old || spec?.ingressClassName || !Object.hasOwn(metadata.annotations ?? {}, INGRESS_CLASS)) return [];
  return [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`];
}

export function serviceAccountWarnings({ metadata }: ServiceAccount): string[] {
  if (!Object.hasOwn(metadata.annotations ?? {}, MOUNTABLE_SECRETS)) return [];
  const why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";
  return [`metadata.annotations[${MOUNTABLE_SECRETS}]: ${why}`];
}

export function endpointSliceWarnings({ addressType, endpoints }: EndpointSlice): string[] {
  if (addressType === "FQDN") return ["spec.addressType: FQDN endpoints are deprecated"];
  return (endpoints ?? []).flatMap(({ addresses }, i) =>
    addresses.flatMap((address, j) => addressWarnings(address, `endpoints[${i}].addresses[${j}]`)),
  );
}

export function nodeWarnings({ spec }: Node): string[] {
  const warnings: string[] = [];
  if (spec?.configSource) warnings.push("spec.configSource: the feature is no longer supported");
  if (spec?.externalID) warnings.push("spec.externalID: this field is deprecated, and is unused by Kubernetes");
  return warnings;
}

export function runtimeClassWarnings({ scheduling }: RuntimeClass): string[] {
  const labels = Object.keys(scheduling?.nodeSelector ?? {}).sort();
  return labels.flatMap((key) => deprecatedLabel(key, (why) => `scheduling.nodeSelector: ${why}`));
}

export function networkPolicyWarnings({ spec }: NetworkPolicy): string[] {
  const blocks = [
    ...(spec?.ingress ?? []).map(({ from }, i) => ["ingress", i, "from", from ?? []] as const),
    ...(spec?.egress ?? []).map(({ to }, i) => ["egress", i, "to", to ?? []] as const),
  ];
  return blocks.flatMap(([direction, i, side, peers]) =>
    peers.flatMap(({ ipBlock }, j) => {
      if (!ipBlock) return [];
      const path = `spec.${direction}[${i}].${side}[${j}].ipBlock`;
      const except = (ipBlock.except ?? []).flatMap((range, k) => rangeWarnings(range, `${path}.except[${k}]`));
      return [...rangeWarnings(ipBlock.cidr, `${path}.cidr`), ...except];
    }),
  );
}
