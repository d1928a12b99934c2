/** The length of a list. Source: github.com/kedacore/keda pkg/scalers/redis_scaler.go */
import { Failure } from "../../../kubectl/core/session.ts";
import { type Address, addressOf, asked, bodyOf, numberOf, type Scaler, type Trigger, textOf } from "./contract.ts";

const PORT = 6379;

function serverOf(trigger: Trigger): Address {
  const [address = ""] = textOf(trigger, ["address", "addresses"], "").split(",");
  if (address !== "") return addressOf(address, PORT);
  const host = textOf(trigger, ["host", "hosts"]).split(",")[0] ?? "";
  return { host, port: numberOf(trigger, "port", PORT) };
}

export const redis: Scaler = {
  metricName: (trigger) => `redis-${textOf(trigger, ["listName"])}`,
  target: (trigger) => numberOf(trigger, "listLength", 5),
  server: serverOf,
  *read(_api, trigger) {
    const password = textOf(trigger, ["password"], "");
    const list = textOf(trigger, ["listName"]);
    // Streams, sets and sorted sets have lengths, too.
    const ask = function* (args: string[]) {
      const db = numberOf(trigger, "databaseIndex", 0);
      const body = { args, db, ...(password !== "" && { password }) };
      const reply = bodyOf(
        yield* asked({ type: "message", ...serverOf(trigger), protocol: "redis", body, timeoutMs: 5000 }),
      );
      const { reply: value = null } = reply;
      const { error } = bodyOf(value);
      if (error !== undefined) throw new Failure(String(error));
      return value;
    };
    const type = bodyOf(yield* ask(["TYPE", list]))["status"] ?? "none";
    const command = LENGTHS[String(type)];
    const value = command === undefined ? 0 : Number(yield* ask([command, list]));
    return { value, isActive: value > numberOf(trigger, "activationListLength", 0) };
  },
};

const LENGTHS: Readonly<Record<string, string>> = { list: "LLEN", set: "SCARD", zset: "ZCARD", hash: "HLEN" };
