/** Source: github.com/kedacore/keda pkg/scalers/cron_scaler.go */
import { CronError, parseCron } from "../../../../lib/cron.ts";
import { Failure } from "../../../kubectl/core/session.ts";
import { numberOf, type Scaler, type Trigger, textOf } from "./contract.ts";

/** The next instants at which the interval begins and ends, ms. */
function nextTimes(trigger: Trigger, nowMs: number): { startMs: number; endMs: number } {
  const zone = textOf(trigger, ["timezone"]);
  const next = (name: string) => {
    try {
      return parseCron(`CRON_TZ=${zone} ${textOf(trigger, [name])}`).next(nowMs) ?? Number.POSITIVE_INFINITY;
    } catch (error) {
      if (error instanceof CronError) throw new Failure(`error parsing cron metadata: ${error.message}`);
      throw error;
    }
  };
  return { startMs: next("start"), endMs: next("end") };
}

const shown = (text: string) =>
  text.replaceAll(" ", "").replaceAll("*", "x").replaceAll("/", "Sl").replaceAll("?", "Qm").replaceAll(",", "Cm");

export const cron: Scaler = {
  metricName: (trigger) =>
    `cron-${textOf(trigger, ["timezone"])}-${shown(textOf(trigger, ["start"]))}-${shown(textOf(trigger, ["end"]))}`,
  target: () => 1,
  // biome-ignore lint/correctness/useYield: other scalers ask
  *read({ nowMs }, trigger) {
    const { startMs, endMs } = nextTimes(trigger, nowMs);
    const isActive = endMs <= startMs;
    return { value: isActive ? numberOf(trigger, "desiredReplicas") : 0, isActive };
  },
  changesAt(trigger, nowMs) {
    const { startMs, endMs } = nextTimes(trigger, nowMs);
    return Math.min(startMs, endMs);
  },
};
