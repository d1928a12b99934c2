/** Arithmetic of awk. */
import { AwkError } from "./errors.ts";
import type { DialectName } from "./syntax.ts";

/** mawk divides by zero as the processor does. @throws AwkError in the other dialects */
export function calculate(dialect: DialectName, operator: string, left: number, right: number): number {
  if (right === 0 && dialect !== "mawk" && (operator === "/" || operator === "%")) {
    const where = operator === "%" ? " in %" : "";
    throw new AwkError(dialect === "gawk" ? `division by zero attempted${where}` : "Division by zero");
  }
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    default:
      return left ** right;
  }
}
