/** Cases from the answers of a real v1.36 server. */
import { readFileSync } from "node:fs";

export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(`test/golden/schema/${name}.json`, "utf8")) as T;
}
