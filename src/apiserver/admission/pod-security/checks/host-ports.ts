import {
  type AnyContainer,
  allContainers,
  type Check,
  containersNamed,
  distinct,
  namesWhere,
  plural,
} from "../check.ts";

/** Refuses ports of the node. */
export const hostPorts: Check = {
  id: "hostPorts",
  level: "baseline",
  versions: [
    {
      since: 0,
      test({ spec }) {
        const names = namesWhere(spec, (container) => portsOf(container).length > 0);
        if (names.length === 0) return null;
        const ports = distinct(allContainers(spec).flatMap(portsOf));
        const use = names.length === 1 ? "uses" : "use";
        const detail = `${containersNamed(names)} ${use} ${plural("hostPort", ports.length)} ${ports.join(", ")}`;
        return { reason: "hostPort", detail };
      },
    },
  ],
};

function portsOf({ ports }: AnyContainer): string[] {
  return (ports ?? []).flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
}
