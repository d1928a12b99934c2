/** Warnings of volumes: plugins that are gone, paths that hide a token, fractions of bytes. */
import type {
  ObjectMeta,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  ProjectedVolumeSource,
  StorageClass,
  Volume,
} from "../../schema/index.ts";
import { fractionWarning } from "./container-warnings.ts";
import { deprecatedLabel, termWarnings } from "./label-warnings.ts";

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
/** Kubernetes calls it so here, whatever the field's name is. */
const SHOWN_NAMES: Readonly<Record<string, string>> = { storageos: "storageOS" };
const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
const MOUNT_OPTIONS_ANNOTATION = "volume.beta.kubernetes.io/mount-options";

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

function pluginWarnings(volume: object, path: string): string[] {
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

export function claimWarnings(claim: PersistentVolumeClaim): string[] {
  return [...classAnnotationWarnings(claim.metadata), ...claimSpecWarnings(claim.spec, "spec")];
}

export function claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, path: string): string[] {
  return [
    ...fractionWarning(resources?.requests, "storage", `${path}.resources.requests`),
    ...fractionWarning(resources?.limits, "storage", `${path}.resources.limits`),
  ];
}

export function volumeObjectWarnings({ metadata, spec }: PersistentVolume): string[] {
  const warnings = classAnnotationWarnings(metadata);
  if (Object.hasOwn(metadata.annotations ?? {}, MOUNT_OPTIONS_ANNOTATION)) {
    const why = 'deprecated since v1.31; use "mountOptions" attribute instead';
    warnings.push(`metadata.annotations[${MOUNT_OPTIONS_ANNOTATION}]: ${why}`);
  }
  if (spec.persistentVolumeReclaimPolicy === "Recycle") {
    const why =
      "The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.";
    warnings.push(`spec.persistentVolumeReclaimPolicy: ${why}`);
  }
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    warnings.push(...termWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`));
  }
  return [...warnings, ...pluginWarnings(spec, "spec")];
}

function classAnnotationWarnings({ annotations = {} }: ObjectMeta): string[] {
  if (!Object.hasOwn(annotations, CLASS_ANNOTATION)) return [];
  const why = 'deprecated since v1.8; use "storageClassName" attribute instead';
  return [`metadata.annotations[${CLASS_ANNOTATION}]: ${why}`];
}

export function storageClassWarnings({ allowedTopologies = [] }: StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const place = `allowedTopologies[${i}].matchLabelExpressions[${j}].key`;
      return deprecatedLabel(key, (why) => `${place}: ${key} is ${why}`);
    }),
  );
}
