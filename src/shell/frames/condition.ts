/** `[[ … ]]`. */
import type { TestExpression } from "unbash";
import { Regex, RegexError } from "../../lib/regex.ts";
import { assign, evaluate } from "../variables.ts";
import type { WordExpander } from "../words/expand.ts";
import { patternOptions } from "../words/modify.ts";
import { compilePattern, matches, type PatternCharacter } from "../words/pattern.ts";
import { compareFiles, isUnaryTest, testUnary } from "./file-tests.ts";
import { traceCompound } from "./trace.ts";

/** Status of the expression: 0, 1, or 2 for an error. */
export function evaluateCondition(x: WordExpander, expression: TestExpression): number {
  switch (expression.type) {
    case "TestLogical": {
      let status = 0;
      for (const operand of expression.operands) {
        status = evaluateCondition(x, operand);
        if ((expression.operator === "&&") !== (status === 0)) return status;
      }
      return status;
    }
    case "TestNot": {
      const status = evaluateCondition(x, expression.operand);
      const isEven = expression.negations.length % 2 === 0;
      return isEven ? status : status === 0 ? 1 : 0;
    }
    case "TestGroup":
      return evaluateCondition(x, expression.expression);
    case "TestUnary": {
      const operand = x.text(expression.operand);
      traceCompound(x.context, () => `[[ ${expression.operator} ${operand || "''"} ]]`);
      return isUnaryTest(expression.operator) && testUnary(x.context, expression.operator, operand) ? 0 : 1;
    }
    case "TestBinary":
      return testBinary(x, expression);
  }
}

function testBinary(x: WordExpander, { operator, left, right }: TestExpression & { type: "TestBinary" }): number {
  const value = x.text(left);
  traceCompound(x.context, () => `[[ ${value || "''"} ${operator} ${shownPattern(x, right)} ]]`);
  switch (operator) {
    case "=":
    case "==":
    case "!=": {
      const characters = x.pattern(right);
      const isMatch = matches(compilePattern(characters, patternOptions(x.context)), value);
      return isMatch === (operator !== "!=") ? 0 : 1;
    }
    case "=~":
      return matchExpression(x, value, right);
    case "<":
      return value < x.text(right) ? 0 : 1;
    case ">":
      return value > x.text(right) ? 0 : 1;
    case "-nt":
    case "-ot":
    case "-ef":
      return compareFiles(x.context, operator, value, x.text(right)) ? 0 : 1;
    default: {
      const [a, b] = [evaluate(x.context, value), evaluate(x.context, x.text(right))];
      const results: Record<string, boolean> = {
        "-eq": a === b,
        "-ne": a !== b,
        "-lt": a < b,
        "-le": a <= b,
        "-gt": a > b,
        "-ge": a >= b,
      };
      return results[operator] ? 0 : 1;
    }
  }
}

/** `=~`: sets BASH_REMATCH. Quoted parts of the expression stand for themselves. */
function matchExpression(x: WordExpander, value: string, right: Parameters<WordExpander["text"]>[0]): number {
  const source = x.activeCharacters(right).map(toExpression).join("");
  const ignoresCase = patternOptions(x.context).ignoresCase;
  try {
    const groups = new Regex(`(?s${ignoresCase ? "i" : ""})${source}`).groups(value);
    const items = (groups ?? []).map((each) => ({ value: each, appends: false }));
    assign(x.context, { name: "BASH_REMATCH", appends: false, items });
    return groups ? 0 : 1;
  } catch (error) {
    if (error instanceof RegexError) return 2;
    throw error;
  }
}

function toExpression({ character, isQuoted }: PatternCharacter): string {
  return isQuoted ? character.replace(/[\\^$.|?*+()[\]{}]/, "\\$&") : character;
}

/** The right side with a backslash before each quoted character. */
function shownPattern(x: WordExpander, right: Parameters<WordExpander["text"]>[0]): string {
  const characters = x.activeCharacters(right);
  return characters.map(({ character, isQuoted }) => (isQuoted ? `\\${character}` : character)).join("") || "''";
}
