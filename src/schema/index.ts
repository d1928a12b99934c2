/** The structure of the Kubernetes API as data, and what follows from it. */
export { cloneJson, equalJson } from "../lib/json.ts";
export { type Decoded, type DecodeError, type DecodeOptions, decode, type FieldValidation, prune } from "./decode.ts";
export { applyStructDefaults } from "./defaults.ts";
export { fullNameOf, resolveStruct, resolveType, typeNameOfKind, typeNames } from "./table.ts";
export type * from "./types.ts";
