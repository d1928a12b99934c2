/** Objects from their stored texts. */
import { parseJson } from "../lib/json.ts";
import type { KubernetesObject } from "./types.ts";

/** For texts that this system wrote. The result is not validated again. */
export function parseObject(body: string): KubernetesObject {
  return parseJson(body) as unknown as KubernetesObject;
}
