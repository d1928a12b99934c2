/** The formats that Kubernetes validates. */
import { isKnownFormat } from "../../../lib/text-formats.ts";
import type { JSONSchemaProps } from "../../../schema/types.ts";

/** The format if the server validates it for the schema's type; otherwise empty. */
export function effectiveFormat(schema: JSONSchemaProps): string {
  const { format = "" } = schema;
  if (schema["x-kubernetes-int-or-string"]) return "";
  switch (schema.type ?? "") {
    case "":
    case "string":
      return isKnownFormat(format) ? format : "";
    case "integer":
      return format === "int32" || format === "int64" ? format : "";
    case "number":
      return format === "float" || format === "double" ? format : "";
    default:
      return "";
  }
}
