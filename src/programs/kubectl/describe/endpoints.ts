/** The addresses behind a Service, as its description and an Ingress show them. */
import type { JsonObject } from "../../../lib/json.ts";
import { hostPort } from "./containers.ts";
import { at, isAt, numberAt, objectsAt, textAt, textsAt } from "./fields.ts";

const MAX_SHOWN = 3;

/** At most three ready addresses of the port, and the count of the others; `<none>` without EndpointSlices. */
export function endpointsText(slices: readonly JsonObject[], portName: string): string {
  if (slices.length === 0) return "<none>";
  const all = slices.flatMap((slice) => {
    const ready = objectsAt(slice, "endpoints").filter(
      (one) => at(one, "conditions.ready") === undefined || isAt(one, "conditions.ready"),
    );
    const ports = objectsAt(slice, "ports");
    if (ports.length === 0) return ready.map((one) => textsAt(one, "addresses")[0] ?? "");
    return ports
      .filter((port) => textAt(port, "name") === portName)
      .flatMap((port) => ready.map((one) => hostPort(textsAt(one, "addresses")[0] ?? "", numberAt(port, "port"))));
  });
  const shown = all.slice(0, MAX_SHOWN).join(",");
  return all.length > MAX_SHOWN ? `${shown} + ${all.length - MAX_SHOWN} more...` : shown;
}
