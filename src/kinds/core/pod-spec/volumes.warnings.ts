/**
 * Warnings of a pod's volumes: removed plugins, and files that hide a projected token.
 *
 * Kubernetes: pkg/api/pod/warnings.go (warningsForOverlappingVirtualPaths), pkg/api/persistentvolume/util.go
 */
import type { ProjectedVolumeSource, Volume } from "../../../schema/index.ts";
import { claimSpecWarnings } from "../persistent-volume-claim.warnings.ts";

type Plugins = readonly (readonly [keyof Volume, string])[];

const GONE_PLUGINS: Plugins = [
  ["photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "deprecated in v1.11"],
  ["scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

/** Kubernetes prints this name instead of the field's. */
const SHOWN_NAMES: Readonly<Record<string, string>> = { storageos: "storageOS" };

export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  const warnings: string[] = [];
  for (const [i, volume] of volumes.entries()) {
    warnings.push(...pluginWarnings(volume, `${path}[${i}]`));
    const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
    if (claim) warnings.push(...claimSpecWarnings(claim, `${path}[${i}].ephemeral.volumeClaimTemplate.spec`));
  }
  const tokens = new Set(volumes.flatMap(({ projected }) => tokenPaths(projected)));
  if (tokens.size === 0) return warnings;
  for (const [i, { projected }] of volumes.entries()) {
    if (projected) warnings.push(...hiddenTokens(projected, tokens, `${path}[${i}].projected.sources`));
  }
  return warnings;
}

export function pluginWarnings(volume: object, path: string): string[] {
  return GONE_PLUGINS.filter(([plugin]) => Object.hasOwn(volume, plugin)).map(
    ([plugin, why]) => `${path}.${SHOWN_NAMES[plugin] ?? plugin}: ${why}`,
  );
}

function tokenPaths(projected: ProjectedVolumeSource | undefined): string[] {
  return (projected?.sources ?? []).flatMap(({ serviceAccountToken }) => serviceAccountToken?.path ?? []);
}

function hiddenTokens({ sources }: ProjectedVolumeSource, tokens: ReadonlySet<string>, path: string): string[] {
  return (sources ?? []).flatMap((source) => {
    const named = [
      ["configMap", source.configMap?.items ?? []],
      ["secrets", source.secret?.items ?? []],
      ["downwardAPI", source.downwardAPI?.items ?? []],
    ] as const;
    return named.flatMap(([name, items]) =>
      items.flatMap((item, j) =>
        tokens.has(item.path)
          ? `${path}.${name}[${j}]: has duplicated path with ServiceAccountToken ${JSON.stringify(item.path)}`
          : [],
      ),
    );
  });
}
