/** Texts that the operator writes. A run of it is repeated from its start after each answer, so they are kept. */
import { stringify } from "yaml";
import type { Bytes } from "../../../files/entry.ts";
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import { bytesOfText } from "../../../lib/bytes.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { compress } from "../../archives/compression.ts";

/** Characters that an isolate keeps for each of the two. */
const MAX_KEPT_CHARACTERS = 4_000_000;

const byLength = (key: string, value: string) => key.length + value.length;
const texts = new BoundedCache<string, string>(MAX_KEPT_CHARACTERS, byLength);
const packed = new BoundedCache<string, Bytes>(MAX_KEPT_CHARACTERS, byLength);

/** YAML as the operator writes it: equal parts are written again instead of by an alias, and lines are not folded. */
export function yamlText(value: JsonObject): string {
  return texts.getOrCompute(JSON.stringify(value), () =>
    stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 }),
  );
}

/** The text as an entry of a Secret: compressed by gzip, in base 64. */
export function packedText(text: string): string {
  return packed.getOrCompute(text, () => btoa(compress(bytesOfText(text))));
}
