/** The present record and its fields. Fields are split when one is needed, and the record is joined likewise. */
import { MAX_FIELDS } from "../../lib/container-limits.ts";
import { AwkError } from "./errors.ts";
import { regexOf } from "./regexes.ts";
import type { DialectName } from "./syntax.ts";
import { inputValue, type Value } from "./values.ts";

export interface Separators {
  /** FS when the record was read. */
  field: string;
  isParagraph: boolean;
  braces: boolean;
  dialect: DialectName;
}

export interface RecordState {
  text: string;
  /** null: not split yet. */
  fields: Value[] | null;
  isStale: boolean;
  separators: Separators;
}

export class AwkRecord {
  state: RecordState;
  readonly #text: (value: Value) => string;
  readonly #outputSeparator: () => string;

  constructor(state: RecordState, text: (value: Value) => string, outputSeparator: () => string) {
    this.state = state;
    this.#text = text;
    this.#outputSeparator = outputSeparator;
  }

  /** A new record. */
  read(text: string, separators: Separators): void {
    this.state = { text, fields: null, isStale: false, separators };
  }

  text(): string {
    const { state } = this;
    if (state.isStale) {
      state.text = state.fields!.map(this.#text).join(this.#outputSeparator());
      state.isStale = false;
    }
    return state.text;
  }

  count(): number {
    return this.#fields().length;
  }

  field(index: number): Value {
    if (index === 0) return inputValue(this.text());
    if (index < 0 || !Number.isFinite(index)) throw new AwkError(this.#negative(index));
    return this.#fields()[index - 1] ?? null;
  }

  set(index: number, value: Value, separators: Separators): void {
    if (index === 0) {
      this.read(this.#text(value), separators);
      return;
    }
    if (index < 0 || index > MAX_FIELDS) throw new AwkError(`field index out of range $${index}`);
    const fields = this.#fields();
    while (fields.length < index) fields.push("");
    fields[index - 1] = value;
    this.state.isStale = true;
  }

  setCount(count: number): void {
    if (count < 0 || count > MAX_FIELDS) throw new AwkError(`NF set to ${count}`);
    const fields = this.#fields();
    while (fields.length < count) fields.push("");
    fields.length = count;
    this.state.isStale = true;
  }

  #negative(index: number): string {
    return this.state.separators.dialect === "busybox" ? "Access to negative field" : `negative field index $${index}`;
  }

  #fields(): Value[] {
    const { state } = this;
    state.fields ??= splitText(state.text, state.separators).map(inputValue);
    return state.fields;
  }
}

/** The fields of a text. */
export function splitText(text: string, { field, isParagraph, braces }: Separators): string[] {
  if (text === "") return [];
  if (field === " ") {
    const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
    return trimmed === "" ? [] : trimmed.split(/[ \t\n]+/);
  }
  if (field === "") return [...text];
  if (isParagraph) return splitRegex(text, `(${regexOfSeparator(field)})|\n`, braces);
  if (field.length === 1 && field !== "\\") return text.split(field);
  return splitRegex(text, field, braces);
}

function regexOfSeparator(field: string): string {
  return field.length === 1 && /[^\w\s]/.test(field)
    ? `[${field === "^" || field === "\\" ? `\\${field}` : field}]`
    : field;
}

function splitRegex(text: string, source: string, braces: boolean): string[] {
  const regex = regexOf(source, braces);
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; ) {
    const match = regex.find(text, at)?.[0];
    if (!match) break;
    if (match[1] === match[0]) {
      at = match[1] + 1;
      continue;
    }
    parts.push(text.slice(from, match[0]));
    from = match[1];
    at = match[1];
  }
  return [...parts, text.slice(from)];
}
