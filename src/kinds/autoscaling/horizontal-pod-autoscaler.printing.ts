/**
 * The TARGETS column of HorizontalPodAutoscalers: the measured value over the target.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (formatHPAMetrics)
 */
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../../schema/index.ts";

const SHOWN = 2;

export function targetsOf({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return "<none>";
  const cells = metrics.slice(0, SHOWN).map((metric, i) => targetOf(metric, status.currentMetrics?.[i]));
  const list = cells.join(", ");
  return metrics.length > SHOWN ? `${list} + ${metrics.length - SHOWN} more...` : list;
}

function targetOf(metric: MetricSpec, measured: MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) return `${resource.name}: ${ratio(resource.target, measured?.resource?.current)}`;
  if (containerResource) {
    return `${containerResource.name}: ${ratio(containerResource.target, measured?.containerResource?.current)}`;
  }
  if (pods) return `${measured?.pods?.current.averageValue ?? "<unknown>"}/${pods.target.averageValue}`;
  if (object) return quantities(object.target, measured?.object?.current);
  return external ? quantities(external.target, measured?.external?.current) : "<unknown type>";
}

function ratio(target: MetricTarget, current: MetricValueStatus | undefined): string {
  if (target.averageValue !== undefined) return `${current?.averageValue ?? "<unknown>"}/${target.averageValue}`;
  const now = current?.averageUtilization === undefined ? "<unknown>" : `${current.averageUtilization}%`;
  return `${now}/${target.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`}`;
}

function quantities(target: MetricTarget, current: MetricValueStatus | undefined): string {
  return target.averageValue !== undefined
    ? `${current?.averageValue ?? "<unknown>"}/${target.averageValue} (avg)`
    : `${current?.value ?? "<unknown>"}/${target.value}`;
}
