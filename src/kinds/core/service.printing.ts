/**
 * The EXTERNAL-IP and PORT(S) columns of Services.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (printService)
 */
import type { Service, ServicePort } from "../../schema/index.ts";

/** `80:31905/TCP,443/TCP`. */
export function formatPorts(ports: readonly ServicePort[] | undefined): string {
  if (!ports || ports.length === 0) return "<none>";
  return ports
    .map(({ port, nodePort, protocol }) => (nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
    .join(",");
}

export function externalAddress({ spec, status }: Service): string {
  const externalIPs = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ExternalName":
      return spec.externalName ?? "";
    case "LoadBalancer": {
      const ingress = (status.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || "");
      const balanced = [...new Set(ingress.filter((address) => address !== ""))].sort();
      return [...balanced, ...externalIPs].join(",") || "<pending>";
    }
    case "ClusterIP":
    case "NodePort":
      return externalIPs.join(",") || "<none>";
    default:
      return "<unknown>";
  }
}
