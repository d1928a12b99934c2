/** Runs statements of bc. Variables and functions are JSON between two lines of input. */
import type { JsonObject } from "../../lib/json.ts";
import {
  add,
  BcError,
  compare,
  type Decimal,
  decimal,
  divide,
  formatDecimal,
  multiply,
  negate,
  ONE,
  parseDecimal,
  power,
  remainder,
  rescale,
  squareRoot,
  subtract,
  ZERO,
} from "./decimal.ts";
import { LIBRARY } from "./mathematics.ts";
import type { BcExpression, BcStatement, BcTarget } from "./syntax.ts";

type Definition = Extract<BcStatement, { type: "define" }>;
type Outcome = { type: "break" | "continue" | "quit" } | { type: "return"; value: Decimal } | undefined;

/** Steps of one line of input. */
const MAX_STEPS = 500_000;
const MAX_DEPTH = 200;
const LINE_LENGTH = 68;

export class Calculator {
  #variables = new Map<string, Decimal>();
  readonly #functions = new Map<string, Definition>();
  readonly #hasLibrary: boolean;
  #steps = 0;
  #depth = 0;
  #output = "";
  #column = 0;

  constructor(hasLibrary: boolean, saved?: JsonObject) {
    this.#hasLibrary = hasLibrary;
    if (!saved && hasLibrary) this.#variables.set("scale", decimal(20));
    for (const [name, text] of (saved?.variables ?? []) as [string, string][]) {
      const [digits = "0", scale = "0"] = text.split("/");
      this.#variables.set(name, decimal(BigInt(digits), Number(scale)));
    }
    for (const each of (saved?.functions ?? []) as unknown as Definition[]) this.#functions.set(each.name, each);
  }

  save(): JsonObject {
    const variables = [...this.#variables].map(([name, { digits, scale }]) => [name, `${digits}/${scale}`]);
    return { variables, functions: [...this.#functions.values()] } as unknown as JsonObject;
  }

  /** Runs statements. Returns their output, and whether bc ends. @throws BcError; the output until then is kept. */
  run(statements: readonly BcStatement[]): boolean {
    this.#steps = 0;
    this.#depth = 0;
    for (const statement of statements) if (this.#run(statement)?.type === "quit") return true;
    return false;
  }

  takeOutput(): string {
    const output = this.#output;
    this.#output = "";
    return output;
  }

  #print(text: string): void {
    this.#output += text;
    const newline = text.lastIndexOf("\n");
    this.#column = newline < 0 ? this.#column + text.length : text.length - newline - 1;
  }

  /** Long numbers continue on the next line behind a backslash. */
  #printNumber(value: Decimal): void {
    const text = formatDecimal(value, this.#setting("obase", 10));
    let rest = text;
    while (this.#column + rest.length > LINE_LENGTH + 1) {
      const room = LINE_LENGTH - this.#column;
      this.#print(`${rest.slice(0, room)}\\\n`);
      rest = rest.slice(room);
    }
    this.#print(rest);
  }

  #setting(name: string, fallback: number): number {
    const value = this.#variables.get(name);
    return value ? Number(rescale(value, 0).digits) : fallback;
  }

  get #scale(): number {
    return this.#setting("scale", 0);
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) throw new BcError("too many steps");
  }

  #run(statement: BcStatement): Outcome {
    this.#step();
    switch (statement.type) {
      case "expression": {
        const value = this.#evaluate(statement.value);
        if (!statement.prints) return undefined;
        this.#printNumber(value);
        this.#print("\n");
        this.#variables.set("last", value);
        return undefined;
      }
      case "text":
        this.#print(statement.text);
        return undefined;
      case "print":
        for (const item of statement.items) {
          if (typeof item === "string") this.#print(unescaped(item));
          else this.#printNumber(this.#evaluate(item));
        }
        return undefined;
      case "block":
        for (const each of statement.body) {
          const outcome = this.#run(each);
          if (outcome) return outcome;
        }
        return undefined;
      case "if":
        if (this.#isTrue(statement.test)) return this.#run(statement.then);
        return statement.else && this.#run(statement.else);
      case "while":
        return this.#loop(statement.test, statement.body);
      case "for":
        if (statement.first) this.#evaluate(statement.first);
        return this.#loop(statement.test, statement.body, statement.next);
      case "return":
        return { type: "return", value: statement.value ? this.#evaluate(statement.value) : ZERO };
      case "define":
        this.#functions.set(statement.name, statement);
        return undefined;
      case "halt":
      case "quit":
        return { type: "quit" };
      case "nothing":
        return undefined;
      default:
        return { type: statement.type };
    }
  }

  #loop(test: BcExpression | undefined, body: BcStatement, next?: BcExpression): Outcome {
    while (!test || this.#isTrue(test)) {
      this.#step();
      const outcome = this.#run(body);
      if (outcome?.type === "break") return undefined;
      if (outcome && outcome.type !== "continue") return outcome;
      if (next) this.#evaluate(next);
    }
    return undefined;
  }

  #isTrue(test: BcExpression): boolean {
    return this.#evaluate(test).digits !== 0n;
  }

  #evaluate(expression: BcExpression): Decimal {
    this.#step();
    switch (expression.type) {
      case "number":
        return parseDecimal(expression.text, this.#setting("ibase", 10));
      case "variable":
      case "element":
        return this.#read(expression);
      case "call":
        return this.#call(expression.name, expression.args);
      case "unary": {
        const value = this.#evaluate(expression.operand);
        return expression.operator === "-" ? negate(value) : truth(value.digits === 0n);
      }
      case "step": {
        const before = this.#read(expression.target);
        const after = add(before, decimal(expression.by));
        this.#write(expression.target, after);
        return expression.isPrefix ? after : before;
      }
      case "assign": {
        const value = this.#evaluate(expression.value);
        const { operator, target } = expression;
        const result = operator === "=" ? value : this.#calculate(operator[0]!, this.#read(target), value);
        this.#write(target, result);
        return result;
      }
      case "binary":
        return this.#binary(expression);
    }
  }

  #binary({ operator, left, right }: Extract<BcExpression, { type: "binary" }>): Decimal {
    if (operator === "&&") return truth(this.#isTrue(left) && this.#isTrue(right));
    if (operator === "||") return truth(this.#isTrue(left) || this.#isTrue(right));
    const first = this.#evaluate(left);
    const second = this.#evaluate(right);
    const order = compare(first, second);
    switch (operator) {
      case "==":
        return truth(order === 0);
      case "!=":
        return truth(order !== 0);
      case "<":
        return truth(order < 0);
      case "<=":
        return truth(order <= 0);
      case ">":
        return truth(order > 0);
      case ">=":
        return truth(order >= 0);
      default:
        return this.#calculate(operator, first, second);
    }
  }

  #calculate(operator: string, left: Decimal, right: Decimal): Decimal {
    switch (operator) {
      case "+":
        return add(left, right);
      case "-":
        return subtract(left, right);
      case "*":
        return multiply(left, right, this.#scale);
      case "/":
        return divide(left, right, this.#scale);
      case "%":
        return remainder(left, right, this.#scale);
      default:
        return power(left, right, this.#scale);
    }
  }

  #name(target: BcTarget): string {
    if (target.type === "variable") return target.name;
    return `${target.name}[${rescale(this.#evaluate(target.index), 0).digits}]`;
  }

  #read(target: BcTarget): Decimal {
    const name = this.#name(target);
    const fallback = name === "ibase" || name === "obase" ? decimal(10) : ZERO;
    return this.#variables.get(name) ?? fallback;
  }

  #write(target: BcTarget, value: Decimal): void {
    this.#variables.set(this.#name(target), value);
  }

  #call(name: string, args: readonly BcExpression[]): Decimal {
    const definition = this.#functions.get(name);
    if (!definition)
      return this.#builtin(
        name,
        args.map((each) => this.#evaluate(each)),
      );
    if (args.length !== definition.parameters.length) throw new BcError("Parameter number mismatch");
    if (++this.#depth > MAX_DEPTH) throw new BcError("Function recursion too deep");
    const values = args.map((each) => this.#evaluate(each));
    const own = [...definition.parameters, ...definition.locals];
    const before = own.map((each) => this.#variables.get(each));
    definition.parameters.forEach((each, i) => void this.#variables.set(each, values[i]!));
    for (const each of definition.locals) this.#variables.set(each, ZERO);
    const outcome = this.#run(definition.body);
    own.forEach((each, i) => {
      const value = before[i];
      if (value) this.#variables.set(each, value);
      else this.#variables.delete(each);
    });
    this.#depth--;
    return outcome?.type === "return" ? outcome.value : ZERO;
  }

  #builtin(name: string, values: readonly Decimal[]): Decimal {
    const [value = ZERO] = values;
    switch (name) {
      case "sqrt":
        return squareRoot(value, this.#scale);
      case "scale":
        return decimal(value.scale);
      case "length": {
        const digits = String(value.digits < 0n ? -value.digits : value.digits);
        return decimal(Math.max(digits.length, value.scale));
      }
      default: {
        const known = this.#hasLibrary ? LIBRARY[name] : undefined;
        if (!known) throw new BcError(`Function ${name} not defined.`, true);
        return known(values, this.#scale);
      }
    }
  }
}

function truth(isTrue: boolean): Decimal {
  return isTrue ? ONE : ZERO;
}

function unescaped(text: string): string {
  const known: Record<string, string> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", q: '"', "\\": "\\" };
  return text.replace(/\\(.)/gs, (all, letter: string) => known[letter] ?? all);
}
