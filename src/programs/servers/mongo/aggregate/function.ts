/** The type of functions of expressions. */
import type { JsonValue } from "../../../../lib/json.ts";

export type Values = readonly (JsonValue | undefined)[];

/** Arguments are values; the result is undefined for a missing value. `name` is that of the operator, for errors. */
export type ExpressionFunction = (values: Values, name: string) => JsonValue | undefined;
