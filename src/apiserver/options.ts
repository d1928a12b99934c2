/** The options of writes (metav1.CreateOptions, UpdateOptions, PatchOptions, DeleteOptions): read and validated. */
import type { DeleteOptions } from "../cluster/transaction.ts";
import type { FieldError } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { fromBigInt, parseInteger as parseGoInteger } from "../lib/integers.ts";
import { fieldManager, validateFieldManager } from "./field-manager.ts";
import type { ApiRequest } from "./request.ts";
import { isTrue } from "./request-info.ts";

export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface WriteRequestOptions {
  dryRun: boolean;
  manager: string;
  fieldValidation: FieldValidation;
  /** Server-side apply: take over fields of other managers. */
  force: boolean;
}

type OptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions" | "DeleteOptions" | "ListOptions";

const FIELD_VALIDATIONS = ["", "Ignore", "Strict", "Warn"];
const PROPAGATION_POLICIES = ["Foreground", "Background", "Orphan", "nil"];

/** Throws Invalid for values that are not allowed. */
export function writeOptions(
  request: ApiRequest,
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
  isApply = false,
): WriteRequestOptions {
  const { query } = request;
  const errors: FieldError[] = [];
  const named = query.get("fieldManager") ?? "";
  const force = query.get("force");
  if (kind === "PatchOptions" && !isApply && force !== null) {
    errors.push({
      type: "FieldValueForbidden",
      field: "force",
      message: "Forbidden: may not be specified for non-apply patch",
    });
  }
  if (isApply && named === "") {
    errors.push({
      type: "FieldValueRequired",
      field: "fieldManager",
      message: "Required value: is required for apply patch",
    });
  }
  errors.push(...validateFieldManager(named), ...validateDryRun(query.getAll("dryRun")));
  const validation = query.get("fieldValidation") ?? "";
  if (!FIELD_VALIDATIONS.includes(validation)) {
    errors.push(notSupported("fieldValidation", JSON.stringify(validation), FIELD_VALIDATIONS));
  }
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    dryRun: query.getAll("dryRun").length > 0,
    manager: fieldManager(request),
    fieldValidation: validation === "" ? "Warn" : (validation as FieldValidation),
    force: force !== null && isTrue(force),
  };
}

export interface DeleteRequestOptions extends DeleteOptions {
  dryRun: boolean;
  /** The deprecated form of the propagation policy, if the request used it. */
  orphanDependents?: boolean;
}

/** The body of a DELETE. The query has the same options in other spellings and is read only without a body. */
export interface DeleteOptionsBody {
  gracePeriodSeconds?: number;
  propagationPolicy?: string;
  orphanDependents?: boolean;
  dryRun?: string[];
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** Throws Invalid for values that are not allowed. */
export function deleteOptions(body: DeleteOptionsBody | undefined, query: URLSearchParams): DeleteRequestOptions {
  const given = body ?? optionsOfQuery(query);
  const errors: FieldError[] = [];
  if (given.orphanDependents !== undefined && given.propagationPolicy !== undefined) {
    errors.push({
      type: "FieldValueInvalid",
      field: "propagationPolicy",
      message: `Invalid value: ${JSON.stringify(given.propagationPolicy)}: orphanDependents and deletionPropagation cannot be both set`,
    });
  }
  if (given.propagationPolicy !== undefined && !PROPAGATION_POLICIES.slice(0, 3).includes(given.propagationPolicy)) {
    errors.push(notSupported("propagationPolicy", JSON.stringify(given.propagationPolicy), PROPAGATION_POLICIES));
  }
  errors.push(...validateDryRun(given.dryRun ?? []));
  if (errors.length > 0) throw invalidOptions("DeleteOptions", errors);
  return {
    dryRun: (given.dryRun ?? []).length > 0,
    gracePeriodSeconds: given.gracePeriodSeconds,
    propagation: propagationOf(given),
    orphanDependents: given.orphanDependents,
    preconditions: given.preconditions,
  };
}

function optionsOfQuery(query: URLSearchParams): DeleteOptionsBody {
  const grace = query.get("gracePeriodSeconds");
  const orphan = query.get("orphanDependents");
  return {
    gracePeriodSeconds: grace === null ? undefined : parseInteger(grace),
    propagationPolicy: query.get("propagationPolicy") ?? undefined,
    orphanDependents: orphan === null ? undefined : isTrue(orphan),
    dryRun: query.getAll("dryRun"),
  };
}

function propagationOf(given: DeleteOptionsBody): DeleteOptions["propagation"] {
  if (given.propagationPolicy !== undefined) return given.propagationPolicy as DeleteOptions["propagation"];
  if (given.orphanDependents === undefined) return undefined;
  return given.orphanDependents ? "Orphan" : "Background";
}

/** A whole number of the query. Throws BadRequest in the words of Go's parser. */
export function parseInteger(text: string): number {
  const parsed = parseGoInteger(text, { bits: 64 });
  if (typeof parsed === "bigint") return fromBigInt(parsed);
  throw new ApiError("BadRequest", `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${parsed}`);
}

function validateDryRun(values: readonly string[]): FieldError[] {
  if (values.every((value) => value === "All")) return [];
  return [notSupported("dryRun", JSON.stringify(values), ["All"])];
}

export function notSupported(field: string, shown: string, supported: readonly string[]): FieldError {
  return {
    type: "FieldValueNotSupported",
    field,
    message: `Unsupported value: ${shown}: supported values: ${supported.map((value) => `"${value}"`).join(", ")}`,
  };
}

export function invalidOptions(kind: OptionsKind, errors: readonly FieldError[]): ApiError {
  const lines = errors.map((error) => `${error.field}: ${error.message}`);
  const what = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  return new ApiError("Invalid", `${kind}.meta.k8s.io "" is invalid: ${what}`, {
    group: "meta.k8s.io",
    kind,
    causes: errors.map((error) => ({ reason: error.type, message: error.message, field: error.field })),
  });
}
