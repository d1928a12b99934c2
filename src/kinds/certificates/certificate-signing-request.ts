/**
 * The kind `CertificateSigningRequest`: names, verbs, strategy and columns.
 *
 * Kubernetes: pkg/registry/certificates/certificates/strategy.go
 */
import { humanDuration } from "../../lib/duration.ts";
import type { CertificateSigningRequest } from "../../schema/index.ts";
import type { KindDefinition } from "../kind.ts";
import { ageColumn, columnsFor, nameColumn } from "../printing/columns.ts";
import { keepStatus, resetStatus } from "../status.ts";
import { EVERY_VERB, STATUS_SUBRESOURCE } from "../verbs.ts";
import { validateSigningRequest, validateSigningRequestUpdate } from "./certificate-signing-request.validation.ts";
import { prepareApproval, prepareStatus } from "./signing-conditions.ts";

const column = columnsFor<CertificateSigningRequest>("certificates.k8s.io/certificatesigningrequests");

export const certificateSigningRequestKind: KindDefinition<CertificateSigningRequest> = {
  group: "certificates.k8s.io",
  version: "v1",
  kind: "CertificateSigningRequest",
  plural: "certificatesigningrequests",
  singular: "certificatesigningrequest",
  shortNames: ["csr"],
  namespaced: false,
  schema: "io.k8s.api.certificates.v1.CertificateSigningRequest",
  verbs: EVERY_VERB,
  storageVersionHash: "95fRKMXA+00=",
  subresources: {
    approval: { verbs: ["get", "patch", "update"] },
    status: STATUS_SUBRESOURCE,
  },
  selectableFields: { "spec.signerName": ({ spec }) => spec.signerName },
  strategy: {
    prepareForCreate: (request) => resetStatus(request, {}),
    prepareForUpdate: (request, old) => {
      keepStatus(request, old);
      request.spec = old.spec;
    },
    validate: validateSigningRequest,
    validateUpdate: (request, old) => validateSigningRequestUpdate(request, old),
    prepareForStatusUpdate: prepareStatus,
    validateStatusUpdate: (request, old) => validateSigningRequestUpdate(request, old, { setCertificate: true }),
    subresources: {
      approval: {
        prepare: prepareApproval,
        validate: (request, old) => validateSigningRequestUpdate(request, old, { decide: true }),
      },
    },
  },
  columns: [
    nameColumn,
    ageColumn,
    column("SignerName", ({ spec }) => spec.signerName || "<none>"),
    column("Requestor", ({ spec }) => spec.username ?? ""),
    column("RequestedDuration", ({ spec }) =>
      spec.expirationSeconds === undefined ? "<none>" : humanDuration(spec.expirationSeconds * 1000),
    ),
    column("Condition", ({ status }) => {
      const types = (status?.conditions ?? []).map(({ type }) => type);
      const decided = ["Denied", "Approved"].find((type) => types.includes(type)) ?? "Pending";
      const parts = types.includes("Failed") ? [decided, "Failed"] : [decided];
      return (status?.certificate ? [...parts, "Issued"] : parts).join(",");
    }),
  ],
};
