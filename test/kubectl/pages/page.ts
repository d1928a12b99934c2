/**
 * A page of documentation as steps: manifests to apply, commands to run, and the output that the page shows. In all texts
 * `{{name}}` is the output of an earlier step with `as: "name"`, taken literally in patterns; `{{namespace}}` is the
 * page's namespace.
 */

export interface Page {
  title: string;
  steps: readonly Step[];
}

export type Step =
  | { apply: string }
  /** Writes a file into the folder in which the commands run. */
  | { file: string; text: string }
  /** Lets the cluster's time run ahead. */
  | { advanceSeconds: number }
  /** Sends a request from outside of the cluster; `shows` is the status, or the error's message, and the body. */
  | { request: object; shows: RegExp }
  /** Runs a kubectl command once. Arguments with spaces stand in single quotes. `as` names its output. */
  | ({ run: string; stdin?: string; as?: string } & Expected)
  /** Runs a kubectl command until it prints the expected output. Time is advanced between tries. */
  | ({ until: string; as?: string } & Expected);

export interface Expected {
  /** The whole standard output without the last newline, or a pattern in it. */
  prints?: string | RegExp;
  /** A pattern in standard error. */
  complains?: RegExp;
  /** Default: 0. */
  exitCode?: number;
}

/** Waits until the pod is in this phase: `Running`, `Succeeded`, `Failed`. */
export function phase(pod: string, expected: string): Step {
  return { until: `get pod ${pod} -o jsonpath={.status.phase}`, prints: expected };
}

/** Waits until the pod is ready. */
export function ready(pod: string): Step {
  return {
    until: `get pod ${pod} -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'`,
    prints: "True",
  };
}

/** Waits until so many replicas of the Deployment are available, and no others exist. */
export function available(deployment: string, replicas: number): Step {
  return {
    until: `get deployment ${deployment} -o jsonpath={.status.availableReplicas}/{.status.replicas}`,
    prints: `${replicas}/${replicas}`,
  };
}
