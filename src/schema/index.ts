/** The structure of the Kubernetes API as data, and the operations that follow from it. */
export { cloneJson, equalJson } from "../lib/json.ts";
export { type Applied, type ApplyConflicts, type ApplyRequest, applyPatch } from "./apply/apply.ts";
export type { ConflictReport } from "./apply/conflicts.ts";
export { type Decoded, type DecodeError, type DecodeOptions, decode, type FieldValidation, prune } from "./decode.ts";
export { applyStructDefaults } from "./defaults.ts";
export { EMPTY_SET, type FieldSet } from "./field-set.ts";
export { fieldSetOf } from "./field-set-of.ts";
export { formatGoValue } from "./go-format.ts";
export { jsonMergePatch } from "./json-merge-patch.ts";
export { type JsonPatched, jsonPatch } from "./json-patch.ts";
export { type TrackedWrite, trackUpdate } from "./managed-fields.ts";
export { type Describe, isBuiltInSchema, schemaReference } from "./openapi/components.ts";
export { customSchemaName } from "./openapi/custom.ts";
export { byGroupVersion, type OpenApiRequest, openApiDocument, openApiIndex } from "./openapi/document.ts";
export {
  type OpenApiResource,
  type OpenApiSubresource,
  openApiPaths,
} from "./openapi/operations.ts";
export { toOpenApiV2, toPathsV2 } from "./openapi/v2.ts";
export { encodeOpenApiV2 } from "./openapi/v2-protobuf.ts";
export type { PatchError } from "./patch-error.ts";
export { strategicMergePatch } from "./strategic-merge-patch.ts";
export { fieldType, fullNameOf, resolveStruct, resolveType, typeNameOfKind, typeNames } from "./table.ts";
export type * from "./types.ts";
export { pathText, pruneAsWritten } from "./written.ts";
