/** Descriptions by internal name, with the texts that all kinds share. */
import type { Describe } from "../../src/schema/openapi/components.ts";
import { readDescriptions } from "./descriptions.ts";
import { plainNames, readFacts, servedTypes } from "./facts.ts";
import { STANDARD_LIST_METADATA, STANDARD_METADATA } from "./own-descriptions.ts";

export function describer(): Describe {
  const facts = readFacts();
  const names = plainNames(servedTypes(facts));
  const descriptions = readDescriptions(names);
  const metadataTypes = new Map(
    [...names].map(([fullName, name]) => [name, facts[fullName]?.fields?.["metadata"]?.ref] as const),
  );
  return (type, field) => {
    const known = descriptions.get(type);
    if (field === undefined) return known?.type;
    return known?.fields[field] ?? (field === "metadata" ? metadataText(metadataTypes.get(type)) : undefined);
  };
}

function metadataText(reference: string | undefined): string | undefined {
  if (reference?.endsWith(".ObjectMeta")) return STANDARD_METADATA;
  return reference?.endsWith(".ListMeta") ? STANDARD_LIST_METADATA : undefined;
}
