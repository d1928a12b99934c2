/**
 * Documents of YAML or JSON, as kubectl reads them from files.
 * Source: k8s.io/apimachinery pkg/util/yaml/decoder.go
 */
import { ApiError } from "../../../lib/api-error.ts";
import { JsonSyntaxError, type JsonValue, parseJson } from "../../../lib/json.ts";
import { parseYaml, YamlError } from "../../../yaml/yaml.ts";

/** The text is neither YAML nor JSON. The message has Go's words: `yaml: line 3: …`. */
export class DocumentError extends Error {
  override name = "DocumentError";
}

/** The values of all documents; empty ones are left out. Throws DocumentError. */
export function readDocuments(text: string): JsonValue[] {
  const whole = text.trimStart().startsWith("{") ? asJson(text) : undefined;
  const values = whole === undefined ? documentsIn(text).map(readYaml) : [whole];
  return values.filter((value) => value !== null);
}

/** The value of one document. Throws DocumentError. */
export function readYaml(text: string): JsonValue {
  try {
    return parseYaml(text).value ?? null;
  } catch (error) {
    if (error instanceof YamlError || error instanceof ApiError) throw new DocumentError(error.message);
    throw error;
  }
}

function asJson(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Splits at lines that begin with `---`. Throws DocumentError for other text on such a line than a comment. */
function documentsIn(text: string): string[] {
  const documents: string[] = [];
  let document = "";
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const rest = line.startsWith("---") ? line.slice(3).trim() : undefined;
    if (rest !== undefined && rest !== "" && !rest.startsWith("#")) {
      throw new DocumentError(`invalid Yaml document separator: ${rest}`);
    }
    if (rest !== undefined && document !== "") {
      documents.push(document);
      document = "";
      continue;
    }
    document += line;
  }
  return document === "" ? documents : [...documents, document];
}
