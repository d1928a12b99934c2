/** Messages in a queue. Source: github.com/kedacore/keda pkg/scalers/rabbitmq_scaler.go */
import { Failure } from "../../../kubectl/core/session.ts";
import { type Address, addressOf, asked, bodyOf, numberOf, type Scaler, type Trigger, textOf } from "./contract.ts";

const PORT = 5672;

/** The management API of an HTTP address is read by AMQP: both show the same queue. */
function serverOf(trigger: Trigger): Address {
  const host = textOf(trigger, ["host"]);
  const address = addressOf(host, PORT);
  return /^https?:/.test(host) ? { ...address, port: PORT } : address;
}

function accountOf(trigger: Trigger): { user: string; password: string } {
  const [, user = "guest", password = "guest"] =
    /^[a-z]+:\/\/([^:@/]*):([^@/]*)@/.exec(textOf(trigger, ["host"])) ?? [];
  return { user: textOf(trigger, ["username"], user), password: textOf(trigger, ["password"], password) };
}

export const rabbitmq: Scaler = {
  metricName: (trigger) => `rabbitmq-${encodeURIComponent(textOf(trigger, ["queueName"]))}`,
  target: (trigger) => numberOf(trigger, "value", numberOf(trigger, "queueLength", 20)),
  server: serverOf,
  *read(_api, trigger) {
    const mode = textOf(trigger, ["mode"], "QueueLength");
    if (mode !== "QueueLength") throw new Failure(`the mode ${mode} of the rabbitmq scaler is not simulated`);
    const body = {
      action: "declareQueue",
      queue: textOf(trigger, ["queueName"]),
      isPassive: true,
      ...accountOf(trigger),
    };
    const reply = bodyOf(
      yield* asked({ type: "message", ...serverOf(trigger), protocol: "amqp", body, timeoutMs: 5000 }),
    );
    const error = bodyOf(reply["error"] ?? null);
    if (error["text"] !== undefined) {
      throw new Failure(`Exception (${String(error["code"])}) Reason: ${JSON.stringify(error["text"])}`);
    }
    const value = Number(reply["ready"] ?? 0);
    return { value, isActive: value > numberOf(trigger, "activationValue", 0) };
  },
};
