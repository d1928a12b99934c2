/**
 * Validation of probes and life cycle hooks.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (validateProbe, validateLifecycle, validateHandler)
 */
import { headerNameProblems } from "../../../lib/names.ts";
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from "../../../schema/index.ts";
import type { FieldError } from "../../kind.ts";
import {
  forbidden,
  invalid,
  invalidFor,
  negativeProblem,
  notSupported,
  required,
} from "../../validation/field-errors.ts";
import { validatePortNumberOrName } from "../../validation/ports.ts";

type Handler = Pick<Probe, "grpc"> & LifecycleHandler;

export function validateProbes(container: Container, graceSeconds: number | undefined, path: string): FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const errors: FieldError[] = [];
  if (livenessProbe) {
    errors.push(...validateProbe(livenessProbe, graceSeconds, `${path}.livenessProbe`));
    errors.push(...mustSucceedOnce(livenessProbe, `${path}.livenessProbe`));
  }
  if (readinessProbe) {
    errors.push(...validateProbe(readinessProbe, graceSeconds, `${path}.readinessProbe`));
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) {
      const field = `${path}.readinessProbe.terminationGracePeriodSeconds`;
      errors.push(invalid(field, seconds, "must not be set for readinessProbes"));
    }
  }
  if (startupProbe) {
    errors.push(...validateProbe(startupProbe, graceSeconds, `${path}.startupProbe`));
    errors.push(...mustSucceedOnce(startupProbe, `${path}.startupProbe`));
  }
  return errors;
}

export function validateLifecycle(lifecycle: Lifecycle, graceSeconds: number | undefined, path: string): FieldError[] {
  const { postStart, preStop } = lifecycle;
  return [
    ...(postStart ? validateHandler(postStart, graceSeconds, `${path}.postStart`) : []),
    ...(preStop ? validateHandler(preStop, graceSeconds, `${path}.preStop`) : []),
  ];
}

function validateProbe(probe: Probe, graceSeconds: number | undefined, path: string): FieldError[] {
  const errors = [
    ...validateHandler(probe, graceSeconds, path),
    ...negativeProblem(`${path}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...negativeProblem(`${path}.timeoutSeconds`, probe.timeoutSeconds),
    ...negativeProblem(`${path}.periodSeconds`, probe.periodSeconds),
    ...negativeProblem(`${path}.successThreshold`, probe.successThreshold),
    ...negativeProblem(`${path}.failureThreshold`, probe.failureThreshold),
  ];
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, "must be greater than 0"));
  }
  return errors;
}

function mustSucceedOnce({ successThreshold }: Probe, path: string): FieldError[] {
  return successThreshold === 1 ? [] : [invalid(`${path}.successThreshold`, successThreshold ?? 0, "must be 1")];
}

/** Exactly one handler; the first one set is validated, the others are reported. */
function validateHandler(handler: Handler, graceSeconds: number | undefined, path: string): FieldError[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  const checks: [string, (() => FieldError[]) | undefined][] = [
    ["exec", exec && (() => (exec.command?.length ? [] : [required(`${path}.exec.command`)]))],
    ["httpGet", httpGet && (() => validateHttpGet(httpGet, `${path}.httpGet`))],
    ["tcpSocket", tcpSocket && (() => validatePortNumberOrName(`${path}.tcpSocket.port`, tcpSocket.port))],
    ["grpc", grpc && (() => validatePortNumberOrName(`${path}.grpc.port`, grpc.port))],
    ["sleep", sleep && (() => validateSleep(sleep.seconds, graceSeconds, `${path}.sleep`))],
  ];
  const given = checks.filter(([, check]) => check !== undefined);
  if (given.length === 0) return [required(path, "must specify a handler type")];
  return given.flatMap(([name, check], i) =>
    i === 0 ? (check?.() ?? []) : [forbidden(`${path}.${name}`, "may not specify more than 1 handler type")],
  );
}

function validateHttpGet({ path: urlPath, port, scheme, httpHeaders }: HTTPGetAction, path: string): FieldError[] {
  const errors: FieldError[] = urlPath ? [] : [required(`${path}.path`)];
  errors.push(...validatePortNumberOrName(`${path}.port`, port));
  if (scheme !== "HTTP" && scheme !== "HTTPS")
    errors.push(notSupported(`${path}.scheme`, scheme ?? "", ["HTTP", "HTTPS"]));
  for (const { name } of httpHeaders ?? []) {
    errors.push(...invalidFor(`${path}.httpHeaders`, name, headerNameProblems(name)));
  }
  return errors;
}

function validateSleep(seconds: number, graceSeconds: number | undefined, path: string): FieldError[] {
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  return [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)];
}
