/** grpcurl: calls of methods and lists of services, by reflection. Texts of version 1.9. */
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { isNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { type GoFlags, readGoFlags } from "../load/go-flags.ts";
import { withUsage } from "../processes/waiting.ts";
import { GRPC_CODES, GRPC_PROTOCOL, REFLECTION } from "../servers/grpc.ts";
import { connectProblem } from "./address.ts";

const SWITCHES = [
  "plaintext",
  "insecure",
  "v",
  "vv",
  "emit-defaults",
  "allow-unknown-fields",
  "version",
  "use-reflection",
];
/** Exit statuses above this one are codes of gRPC. */
const CODE_OFFSET = 64;

export const grpcurl: Tool = (flavour) => ({
  run: (process) =>
    withUsage(process, flavour, () => {
      const flags = readGoFlags(process.argv.slice(1), SWITCHES);
      if (flags.has("version")) {
        process.write(2, "grpcurl v1.9.3\n");
        return { type: "exit", status: 0 };
      }
      const [target, symbol, detail] = flags.operands;
      if (target === undefined || symbol === undefined) throw new UsageError("Too few arguments.", { status: 2 });
      const isList = symbol === "list" || symbol === "describe";
      const [, service = "", method = ""] = isList
        ? [undefined, REFLECTION, "ServerReflectionInfo"]
        : (/^([\w.]+)[/.](\w+)$/.exec(symbol) ?? []);
      if (service === "") throw new UsageError(`given method name "${symbol}" is not in expected format`, {});
      return call(process, flags, { target, service, method, ...(isList && { listed: detail ?? "" }) });
    }),
});

interface Wanted {
  target: string;
  service: string;
  method: string;
  /** The service whose methods are listed; "" for all services. Absent: a call. */
  listed?: string;
}

function call(process: ProcessView, flags: GoFlags, { target, service, method, listed }: Wanted): Step {
  const [, host = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? [];
  if (host === "") throw new UsageError(`Failed to dial target host "${target}": missing port in address`, {});
  const headers = Object.fromEntries(
    [...flags.values("H"), ...flags.values("rpc-header")].map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name.trim().toLowerCase(), value.join(":").trim()];
    }),
  );
  const message = listed === undefined ? messageIn(flags.value("d") ?? "{}") : {};
  const body = { service, method, authority: flags.value("authority") ?? target, headers, message };
  const answer = process.ask({
    type: "message",
    host,
    port: Number(port),
    protocol: GRPC_PROTOCOL,
    body,
    timeoutMs: 10_000,
  });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  if (answer.type !== "message") {
    const why = answer.type === "failed" ? answer.why : "reset";
    const problem = isNameFailure(why) ? `lookup ${host}: no such host` : connectProblem(why, "gnu").toLowerCase();
    const text = why === "timeout" ? "context deadline exceeded" : `connection error: desc = "transport: ${problem}"`;
    process.write(2, `Failed to dial target host "${target}": ${text}\n`);
    return { type: "exit", status: 1 };
  }
  const reply = isJsonObject(answer.body) ? answer.body : {};
  if (typeof reply["code"] === "string") return failed(process, reply["code"], String(reply["text"]));
  const shown = isJsonObject(reply["message"]) ? reply["message"] : {};
  process.write(1, listed === undefined ? `${JSON.stringify(shown, null, 2)}\n` : namesIn(shown, listed));
  return { type: "exit", status: 0 };
}

function messageIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UsageError("Error invoking method: error getting request data: invalid JSON", { hasHint: false });
}

function failed(process: ProcessView, code: string, text: string): Step {
  process.write(2, `ERROR:\n  Code: ${code}\n  Message: ${text}\n`);
  return { type: "exit", status: CODE_OFFSET + (GRPC_CODES[code] ?? 2) };
}

function namesIn({ services }: JsonObject, listed: string): string {
  const all = (Array.isArray(services) ? services : []) as { name: string; methods: string[] }[];
  if (listed === "") return all.map(({ name }) => `${name}\n`).join("");
  const methods = all.find(({ name }) => name === listed)?.methods ?? [];
  return methods.map((method) => `${listed}.${method}\n`).join("");
}
