/**
 * Warnings of NetworkPolicies.
 *
 * Kubernetes: pkg/registry/networking/networkpolicy/strategy.go (WarningsOnCreate)
 */
import type { NetworkPolicy } from "../../schema/index.ts";
import { rangeWarnings } from "../validation/address-warnings.ts";

export function networkPolicyWarnings({ spec }: NetworkPolicy): string[] {
  const blocks = [
    ...(spec?.ingress ?? []).map(({ from }, i) => ["ingress", i, "from", from ?? []] as const),
    ...(spec?.egress ?? []).map(({ to }, i) => ["egress", i, "to", to ?? []] as const),
  ];
  return blocks.flatMap(([direction, i, side, peers]) =>
    peers.flatMap(({ ipBlock }, j) => {
      if (!ipBlock) return [];
      const path = `spec.${direction}[${i}].${side}[${j}].ipBlock`;
      const except = (ipBlock.except ?? []).flatMap((range, k) => rangeWarnings(range, `${path}.except[${k}]`));
      return [...rangeWarnings(ipBlock.cidr, `${path}.cidr`), ...except];
    }),
  );
}
