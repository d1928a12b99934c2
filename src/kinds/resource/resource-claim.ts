/**
 * The kind `ResourceClaim`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/resource/resourceclaim/strategy.go
 */
import { equalJson } from "../../lib/json.ts";
import type { ResourceClaim } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { IMMUTABLE, invalid } from "../validation/field-errors.ts";
import { resourceClaimForm } from "../validation/internal-form.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { defaultDeviceClaim } from "./device-claim.defaults.ts";
import { validateResourceClaim, validateResourceClaimStatus } from "./resource-claim.validation.ts";

const column = columnsFor<ResourceClaim>("resource.k8s.io/resourceclaims");

export const resourceClaimKind: KindDefinition<ResourceClaim> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaim",
  plural: "resourceclaims",
  singular: "resourceclaim",
  namespaced: true,
  schema: "io.k8s.api.resource.v1.ResourceClaim",
  verbs: EVERY_VERB,
  storageVersionHash: "wgAZaHcZxUg=",
  subresources: {
    status: STATUS_SUBRESOURCE,
  },
  strategy: {
    default: (claim) => defaultDeviceClaim(claim.spec?.devices),
    prepareForCreate: (claim) => resetStatus(claim, {}),
    prepareForUpdate: keepStatus,
    validate: validateResourceClaim,
    validateUpdate: (claim, old) => [
      ...validateResourceClaim(claim),
      ...validateObjectMetaUpdate(claim, old),
      ...(equalJson(claim.spec, old.spec) ? [] : [invalid("spec", resourceClaimForm(claim.spec), IMMUTABLE)]),
    ],
    validateStatusUpdate: validateResourceClaimStatus,
  },
  columns: [nameColumn, column("State", stateOf), ageColumn],
};

function stateOf({ metadata, status }: ResourceClaim): string {
  const states: string[] = [];
  if (metadata.deletionTimestamp) states.push("deleted");
  if (status?.allocation) {
    states.push("allocated");
    if (status.reservedFor?.length) states.push("reserved");
  } else if (!metadata.deletionTimestamp) {
    states.push("pending");
  }
  return states.join(",");
}
