/** The document of the platform's API for tests: its operations, its schemas, and validators of its schemas. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { TestSandbar } from "./sandbar.ts";

export interface Media {
  schema: object;
  example?: unknown;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  deprecated?: boolean;
  security?: object[];
  parameters?: { name: string; in: string; schema: { example?: unknown }; deprecated?: boolean }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; headers?: object; content?: Record<string, Media> }>;
}

export interface NamedOperation {
  path: string;
  method: string;
  operation: Operation;
}

export interface OpenApiDocument {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> };
}

export async function documentOf(sandbar: TestSandbar): Promise<OpenApiDocument> {
  return (await sandbar.call("/v1/openapi.json")).body;
}

export function operationsOf(document: OpenApiDocument): NamedOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** Compiles schemas of the document as a strict client would: unknown keywords and formats are errors. */
export class DocumentValidator {
  readonly #ajv: Ajv2020;

  constructor(document: OpenApiDocument) {
    this.#ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
    // The module's types and its value at run time differ.
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    for (const keyword of ["example", "components"]) this.#ajv.addKeyword(keyword);
    this.#ajv.addSchema({ $id: "document", components: document.components } as object, "document");
  }

  /** The errors of a value by this schema; empty if it is valid. */
  problems(schema: object, value: unknown): string[] {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
    const validate: ValidateFunction = this.#ajv.compile(JSON.parse(text));
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
  }
}
