/** Field selectors: `metadata.name=web,status.phase!=Running`. */
import { SelectorError } from "./selectors.ts";

export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/**
 * Reads a field selector. The kind's definition decides which fields are known. @throws SelectorError with Kubernetes'
 * message
 */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return splitTerms(text)
    .filter((term) => term !== "")
    .sort()
    .map((term) => {
      const match = /^([^!=]*(?:![^=][^!=]*)*)(!=|==|=)(.*)$/s.exec(term);
      if (!match) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, field = "", operator, value = ""] = match;
      return { field, operator: operator === "!=" ? "!=" : "=", value: unescapeValue(value) };
    });
}

/** Whether all requirements hold. `read` returns the value of a field. */
export function matchesFields(
  requirements: readonly FieldRequirement[],
  read: (field: string) => string | undefined,
): boolean {
  return requirements.every(({ field, operator, value }) => ((read(field) ?? "") === value) === (operator === "="));
}

/** The value to which the selector fixes a field, if it does. A list by name then reads one object only. */
export function exactField(requirements: readonly FieldRequirement[], field: string): string | undefined {
  return requirements.find((requirement) => requirement.field === field && requirement.operator === "=")?.value;
}

/** Splits at commas without a preceding backslash. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let term = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === "\\") {
      term += character + (text[i + 1] ?? "");
      i++;
    } else if (character === ",") {
      terms.push(term);
      term = "";
    } else {
      term += character;
    }
  }
  return [...terms, term];
}

function unescapeValue(text: string): string {
  let value = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === "," || character === "=") {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${character.charCodeAt(0)}`);
    }
    if (character !== "\\") {
      value += character;
      continue;
    }
    const escaped = text[++i];
    if (escaped === undefined || !"\\,=".includes(escaped)) {
      throw new SelectorError(`invalid field selector: invalid escape sequence: \\${escaped ?? ""}`);
    }
    value += escaped;
  }
  return value;
}
