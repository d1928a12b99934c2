/**
 * `kubectl autoscale`
 * Source: k8s.io/kubectl pkg/cmd/autoscale/autoscale.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { parseQuantity } from "../../../lib/quantity.ts";
import { ServerError } from "../core/client.ts";
import { type Call, type Command, FILES } from "../core/command.ts";
import type { Flags } from "../core/flags.ts";
import { forEachObject } from "../core/selected.ts";
import { Failure, type Steps } from "../core/session.ts";
import { CREATE_FLAGS, createAndPrint } from "./create/from-flags.ts";

const DEPRECATED =
  "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n";

export const autoscale: Command = {
  words: ["autoscale"],
  flags: [
    ...FILES,
    ...CREATE_FLAGS,
    { name: "min", type: "int", default: "-1" },
    { name: "max", type: "int", default: "-1" },
    { name: "cpu-percent", type: "int", default: "-1" },
    { name: "cpu", type: "string" },
    { name: "memory", type: "string" },
    { name: "name", type: "string" },
  ],
  *run(call) {
    const { flags, session } = call;
    if (flags.has("cpu-percent")) session.warn(DEPRECATED);
    if (!flags.has("max")) throw new Failure('error: required flag(s) "max" not set');
    const [min, max] = [flags.int("min"), flags.int("max")];
    if (max < 1) throw new Failure(`error: --max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min) {
      throw new Failure(`error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    }
    const metrics = metricsOf(flags);
    return yield* forEachObject(call, { args: call.args }, function* ({ resource, name }) {
      const { kind, group, version } = resource;
      if (!resource.subresources.includes("scale")) {
        const shown = `${group}/${version}, Resource=${resource.name}`;
        throw new Failure(
          `error: cannot autoscale a ${kind}: could not find scale subresource for ${shown} in discovery information`,
        );
      }
      const scaler: JsonObject = {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: flags.text("name") || name },
        spec: {
          maxReplicas: max,
          ...(metrics.length > 0 && { metrics }),
          ...(min > 0 && { minReplicas: min }),
          scaleTargetRef: { apiVersion: group === "" ? version : `${group}/${version}`, kind, name },
        },
        status: { currentMetrics: null, desiredReplicas: 0 },
      };
      const verb = flags.text("dry-run") === "client" ? "created" : "autoscaled";
      yield* withOlderApi(call, createAndPrint(call, scaler, { verb }));
    });
  },
};

/** A refused autoscaler is created again with autoscaling/v1, which refuses it likewise or cannot express it. */
function* withOlderApi({ flags }: Call, creation: Steps<number>): Steps<void> {
  try {
    yield* creation;
  } catch (error) {
    const isOlder = flags.text("memory") === "" && !(flags.text("cpu") !== "" && !flags.text("cpu").endsWith("%"));
    if (!(error instanceof ServerError) || isOlder) throw error;
    throw new Failure(
      "error: failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: %!w(<nil>)",
    );
  }
}

function metricsOf(flags: Flags): JsonObject[] {
  const percent = flags.int("cpu-percent");
  if (percent > 0 && flags.text("cpu")) throw new Failure("error: --cpu-percent and --cpu are mutually exclusive");
  return [
    ...(percent > 0 ? [metric("cpu", { averageUtilization: percent, type: "Utilization" })] : []),
    ...(flags.text("cpu") ? [metric("cpu", targetOf("cpu", flags.text("cpu"), "m"))] : []),
    ...(flags.text("memory") ? [metric("memory", targetOf("memory", flags.text("memory"), "Mi"))] : []),
  ];
}

function metric(name: string, target: JsonObject): JsonObject {
  return { resource: { name, target }, type: "Resource" };
}

/** `70%` is a utilization; a number without a unit gets the resource's own. */
function targetOf(name: string, text: string, unit: string): JsonObject {
  const [, percent] = /^(\d+)%$/.exec(text) ?? [];
  if (percent !== undefined) return { averageUtilization: Number(percent), type: "Utilization" };
  const quantity = /^\d+$/.test(text) ? `${text}${unit}` : text;
  try {
    parseQuantity(quantity);
  } catch {
    throw new Failure(`error: invalid ${name} quantity: ${text}`);
  }
  return { averageValue: quantity, type: "AverageValue" };
}
