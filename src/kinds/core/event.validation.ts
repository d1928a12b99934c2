/**
 * Validation of Events.
 *
 * Kubernetes: pkg/apis/core/validation/events.go (ValidateEventCreate, ValidateEventUpdate)
 */
import { dnsSubdomainProblems } from "../../lib/names.ts";
import type { Event } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalid, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";

/** Events about cluster-scoped objects are in `default`. */
const CLUSTER_EVENTS = ["default", "kube-system", ""];

/** The rules of core/v1. An event with `eventTime` must also obey the rules of `events.k8s.io`. */
export function validateEvent(event: Event): FieldError[] {
  const errors = validateObjectMeta(event, { namespaced: true });
  const involved = event.involvedObject.namespace ?? "";
  if (
    involved === "" ? !CLUSTER_EVENTS.includes(event.metadata.namespace ?? "") : involved !== event.metadata.namespace
  ) {
    errors.push(invalid("involvedObject.namespace", involved, "does not match event.namespace"));
  }
  if (involved !== "" && dnsSubdomainProblems(event.metadata.namespace ?? "").length > 0) {
    errors.push(invalid("namespace", event.metadata.namespace, ""));
  }
  if (event.eventTime) errors.push(...validateNewEvent(event));
  return errors;
}

function validateNewEvent(event: Event): FieldError[] {
  const errors: FieldError[] = [];
  if (!event.reportingComponent) errors.push(required("reportingController"));
  if (!event.reportingInstance) errors.push(required("reportingInstance"));
  if (!event.action) errors.push(required("action"));
  if (!event.reason) errors.push(required("reason"));
  if (event.type !== "Normal" && event.type !== "Warning") {
    errors.push(notSupported("type", event.type ?? "", ["Normal", "Warning"]));
  }
  return errors;
}
