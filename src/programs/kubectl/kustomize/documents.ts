/** YAML in the files of a kustomization. */
import type { JsonValue } from "../../../lib/json.ts";
import { Failure } from "../core/session.ts";
import { DocumentError, readDocuments, readYaml } from "../core/yaml-documents.ts";

/** The value of one document. Throws Failure. */
export function readYamlFile(text: string): JsonValue {
  return orFailure(() => readYaml(text));
}

/** The values of all documents. Throws Failure. */
export function readYamlFiles(text: string): JsonValue[] {
  return orFailure(() => readDocuments(text));
}

function orFailure<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentError) throw new Failure(`error: MalformedYAMLError: ${error.message}`);
    throw error;
  }
}
