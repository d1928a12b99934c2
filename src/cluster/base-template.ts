/**
 * The immutable objects under every cluster made from the same base. Texts carry placeholders for values that differ
 * between clusters: `<uid:N>` (the N-th object's uid), `<time>` and `<microtime>` (the cluster's creation), `<ca>` (the
 * certificate authority, JSON-escaped). The N-th object (from 1) has resourceVersion N.
 */
import type { ObjectKey } from "../kinds/kind.ts";
import { baseUid } from "../lib/prng.ts";
import { formatMicroTime, formatTime } from "../lib/time.ts";
import type { BaseSource } from "./entry.ts";

export interface BaseTemplate {
  /** Content id: the same objects have the same id. */
  id: string;
  objects: readonly { key: ObjectKey; body: string }[];
}

export interface BaseValues {
  seed: string;
  createdAtMs: number;
  caCertificate: string;
}

const PLACEHOLDER = /<(uid:(\d+)|time|microtime|ca)>/g;

/** The texts of one cluster, built when first read. */
export function baseSource(template: BaseTemplate, n: number, values: BaseValues): BaseSource {
  return new BaseText(template, n, values);
}

class BaseText implements BaseSource {
  readonly #template: BaseTemplate;
  readonly #n: number;
  readonly #values: BaseValues;

  constructor(template: BaseTemplate, n: number, values: BaseValues) {
    this.#template = template;
    this.#n = n;
    this.#values = values;
  }

  uid(): string {
    return baseUid(this.#values.seed, this.#n);
  }

  body(): string {
    return render(this.#template.objects[this.#n - 1]!.body, this.#values);
  }
}

function render(text: string, values: BaseValues): string {
  return text.replace(PLACEHOLDER, (_match, name: string, index: string | undefined) => {
    if (index !== undefined) return baseUid(values.seed, Number(index));
    if (name === "time") return formatTime(values.createdAtMs);
    if (name === "microtime") return formatMicroTime(values.createdAtMs);
    return JSON.stringify(values.caCertificate).slice(1, -1);
  });
}
