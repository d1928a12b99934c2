/**
 * Facts about a type that its OpenAPI document lacks: the order of its fields in Go, how Go writes an empty field
 * (the document does not show a missing `omitempty`), and the names of string types, which decoding errors mention.
 *
 * go-forms.json has a line per type by its full name, `<field>[-|~|^][:<Go type>]` with commas between: `-` left out
 * when zero, `~` written as its zero value, `^` written as null, no mark: left out when unset or an empty list or
 * map.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TypeFact } from "./facts.ts";

export interface GoForm {
  field: string;
  mark: "" | "-" | "~" | "^";
  /** Go type of a string with a name, such as `v1.PullPolicy`, or of the items of a list of these. */
  goType?: string;
}

const GO_FORMS_FILE = fileURLToPath(import.meta.resolve("./inputs/go-forms.json"));
const lines = JSON.parse(readFileSync(GO_FORMS_FILE, "utf8")) as Record<string, string>;

/** The fields of a type in Go's order. Fields that go-forms.json lacks come last, in alphabetical order. */
export function goForms(fullName: string, fact: TypeFact): GoForm[] {
  const known = (lines[fullName] ?? "").split(",").filter(Boolean).map(parseForm);
  const names = new Set(known.map((form) => form.field));
  const rest = Object.keys(fact.fields ?? {}).filter((field) => !names.has(field));
  const forms = [...known, ...rest.map((field) => ({ field, mark: guessedMark(fact, field) }))];
  return forms.filter((form) => fact.fields?.[form.field] !== undefined);
}

function parseForm(text: string): GoForm {
  const [, field, mark, goType] = /^([^~^:]*?)([-~^]?)(?::(?:\[\])?(.*))?$/.exec(text)!;
  return { field: field!, mark: mark as GoForm["mark"], goType };
}

/** A struct that is not a pointer, and a required field, are always written. */
function guessedMark(fact: TypeFact, field: string): GoForm["mark"] {
  const { default: defaultValue } = fact.fields![field]!;
  if (typeof defaultValue === "object") return "~";
  if (!fact.required?.includes(field)) return "";
  return defaultValue === undefined ? "^" : "~";
}
