/** The lag of a group of consumers. Source: github.com/kedacore/keda pkg/scalers/kafka_scaler.go */
import { Failure } from "../../../kubectl/core/session.ts";
import { addressOf, asked, bodyOf, numberOf, type Scaler, textOf } from "./contract.ts";

const PORT = 9092;

export const kafka: Scaler = {
  metricName: (trigger) => `kafka-${textOf(trigger, ["topic"], `${textOf(trigger, ["consumerGroup"])}-topics`)}`,
  target: (trigger) => numberOf(trigger, "lagThreshold", 10),
  server: (trigger) => addressOf(textOf(trigger, ["bootstrapServers"]), PORT),
  *read(_api, trigger) {
    const server = addressOf(textOf(trigger, ["bootstrapServers"]), PORT);
    const body = { method: "groups" };
    const reply = bodyOf(yield* asked({ type: "message", ...server, protocol: "kafka", body, timeoutMs: 10_000 }));
    const topic = textOf(trigger, ["topic"]);
    const found = bodyOf(reply["topics"] ?? null)[topic];
    if (found === undefined) throw new Failure(`error describing topics: kafka server: ${topic} does not exist`);
    const partitions = bodyOf(found)["partitions"];
    const lengths = Array.isArray(partitions) ? partitions.map((each) => (Array.isArray(each) ? each.length : 0)) : [];
    const offsets = bodyOf(bodyOf(reply["groups"] ?? null)[textOf(trigger, ["consumerGroup"])] ?? null)[topic];
    const isFromLatest = textOf(trigger, ["offsetResetPolicy"], "latest") === "latest";
    const lags = lengths.map((length, i) => {
      const offset = Array.isArray(offsets) ? offsets[i] : undefined;
      // Without an offset the group has read nothing: by its policy one message waits, or all of them.
      if (typeof offset !== "number") return isFromLatest ? 1 : length;
      return length - offset;
    });
    const total = lags.reduce((sum, lag) => sum + lag, 0);
    const threshold = numberOf(trigger, "lagThreshold", 10);
    const isLimited = textOf(trigger, ["allowIdleConsumers"], "false") !== "true";
    const value = isLimited ? Math.min(total, lengths.length * threshold) : total;
    return { value, isActive: total > numberOf(trigger, "activationLagThreshold", 0) };
  },
};
