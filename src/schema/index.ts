/** The structure of the Kubernetes API as data, and what follows from it. */
export { cloneJson, equalJson } from "../lib/json.ts";
export type * from "./types.ts";
