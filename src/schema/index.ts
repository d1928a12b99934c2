/** The structure of the Kubernetes API as data, and what follows from it. */
export type * from "./generated/types.ts";
export type * from "./types.ts";
