/** Objects from the texts that they are stored as. */
import { parseJson } from "../lib/json.ts";
import type { KubernetesObject } from "./types.ts";

/** For texts that this system wrote: that they are objects is not checked again. */
export function parseObject(body: string): KubernetesObject {
  return parseJson(body) as unknown as KubernetesObject;
}
