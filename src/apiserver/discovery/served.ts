/** Resources in the shape that both forms of discovery share. */

export interface ServedSubresource {
  name: string;
  verbs: readonly string[];
  kind: string;
  group: string;
  version: string;
}

/** A resource as discovery describes it. */
export interface ServedResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  kind: string;
  verbs: readonly string[];
  shortNames?: readonly string[];
  categories?: readonly string[];
  storageVersionHash?: string;
  /** In aggregated discovery, custom resources name the group and version of their kind. */
  isCustom: boolean;
  /** By name. */
  subresources: readonly ServedSubresource[];
}
