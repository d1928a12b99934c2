/**
 * Schemas of custom resources: pruning, defaults, validation and OpenAPI. All functions are pure functions of a
 * version's `schema.openAPIV3Schema`. Expensive preparation is cached by the schema object's identity, so callers should
 * pass the same object again.
 *
 * A write of a custom object: `decode` with its `structuralType` (prunes, checks metadata) → `applyDefaults` →
 * `dropNulls` → … → `validateValue`.
 */
export { applyDefaults, dropNulls } from "./defaults.ts";
export { validateDefinition } from "./definition/validate.ts";
export { openApiOf } from "./openapi.ts";
export { prune } from "./prune.ts";
export { type CustomNames, structuralType } from "./structural-type.ts";
export { type ValidateValueOptions, validateValue } from "./validation/validate.ts";
