/** Runs statements and evaluates expressions of awk. */
import { MAX_SHELL_DEPTH, MAX_VARIABLE_LENGTH } from "../../lib/container-limits.ts";
import { calculate } from "./arithmetic.ts";
import { BUILTIN_FUNCTIONS } from "./builtins.ts";
import type { Awk, Surroundings } from "./contract.ts";
import { AwkError, Jump } from "./errors.ts";
import { formatValues } from "./format.ts";
import { arrayOf, type Cell, Memory } from "./memory.ts";
import { AwkRecord, type Separators } from "./record.ts";
import { findRegex } from "./regexes.ts";
import type { AwkProgram, Expression, Redirection, Source, Statement, Target } from "./syntax.ts";
import { compareValues, inputValue, numberText, toBoolean, toNumber, type Value } from "./values.ts";

type Completion = "break" | "continue" | "next" | "nextfile" | "exit" | "return" | undefined;

/** Steps of one action. */
const MAX_ACTION_STEPS = 2_000_000;

export class Interpreter implements Awk {
  readonly memory = new Memory();
  readonly record: AwkRecord;
  readonly program: AwkProgram;
  readonly around: Surroundings;
  exitStatus = 0;
  #returned: Value = null;
  #steps = 0;
  #work = 0;
  #depth = 0;

  constructor(program: AwkProgram, around: Surroundings) {
    this.program = program;
    this.around = around;
    this.record = new AwkRecord(
      {
        text: "",
        fields: null,
        isStale: false,
        separators: { field: " ", isParagraph: false, braces: true, dialect: "mawk" },
      },
      (value) => this.text(value),
      () => this.text(this.memory.value("OFS")),
    );
  }

  get braces(): boolean {
    return this.around.dialect.braces;
  }

  text(value: Value): string {
    if (typeof value === "string") return value;
    if (value === null) return "";
    if (typeof value === "object") return value.text;
    return numberText(value, this.#format("CONVFMT"), this.around.dialect.maxInteger);
  }

  #outputText(value: Value): string {
    return typeof value === "number"
      ? numberText(value, this.#format("OFMT"), this.around.dialect.maxInteger)
      : this.text(value);
  }

  #format(name: "CONVFMT" | "OFMT"): string {
    const value = this.memory.value(name);
    return typeof value === "string" ? value : "%.6g";
  }

  separators(): Separators {
    return {
      field: this.text(this.memory.value("FS")),
      isParagraph: this.text(this.memory.value("RS")) === "",
      braces: this.braces,
      dialect: this.around.dialect.name,
    };
  }

  /** Runs an action. @throws AwkError, Jump, AwkWait */
  action(statement: Statement): Completion {
    this.#steps = 0;
    this.#depth = 0;
    return this.#run(statement);
  }

  printRecord(): void {
    this.around.streams.print(this.record.text() + this.text(this.memory.value("ORS")));
  }

  /** Steps of all actions. */
  get work(): number {
    return this.#work;
  }

  #step(): void {
    this.#work++;
    if (++this.#steps > MAX_ACTION_STEPS) throw new AwkError("program limit exceeded: too many steps in one action");
  }

  #run(statement: Statement): Completion {
    this.#step();
    switch (statement.type) {
      case "expression":
        this.evaluate(statement.value);
        return undefined;
      case "block":
        for (const each of statement.body) {
          const completion = this.#run(each);
          if (completion) return completion;
        }
        return undefined;
      case "print":
      case "printf":
        return this.#print(statement.type, statement.args, statement.into);
      case "if":
        if (this.test(statement.test)) return this.#run(statement.then);
        return statement.else && this.#run(statement.else);
      case "while":
      case "do":
      case "for":
        return this.#loop(statement);
      case "forIn":
        return this.#walk(statement);
      case "delete":
        if (!statement.subscripts) this.memory.array(statement.name).clear();
        else this.memory.array(statement.name).delete(this.#key(statement.subscripts));
        return undefined;
      case "exit":
        if (statement.value) this.exitStatus = Math.trunc(toNumber(this.evaluate(statement.value))) & 255;
        return "exit";
      case "return":
        this.#returned = statement.value ? this.evaluate(statement.value) : null;
        return "return";
      default:
        return statement.type;
    }
  }

  #loop(statement: Extract<Statement, { type: "while" | "do" | "for" }>): Completion {
    if (statement.type === "for" && statement.first) this.#run(statement.first);
    for (let isFirst = true; ; isFirst = false) {
      this.#step();
      if (!(statement.type === "do" && isFirst) && statement.test && !this.test(statement.test)) return undefined;
      const completion = this.#run(statement.body);
      if (completion === "break") return undefined;
      if (completion && completion !== "continue") return completion;
      if (statement.type === "for" && statement.next) this.#run(statement.next);
    }
  }

  #walk({ variable, array, body }: Extract<Statement, { type: "forIn" }>): Completion {
    const elements = this.memory.array(array);
    for (const key of this.around.dialect.walk([...elements.keys()])) {
      this.#step();
      this.assign({ type: "name", name: variable }, inputValue(key));
      const completion = this.#run(body);
      if (completion === "break") return undefined;
      if (completion && completion !== "continue") return completion;
    }
    return undefined;
  }

  #print(type: "print" | "printf", args: readonly Expression[], into: Redirection | undefined): Completion {
    const values = args.map((each) => this.evaluate(each));
    let text: string;
    if (type === "printf") text = this.#printfText(values, into);
    else {
      const shown = args.length === 0 ? [this.record.text()] : values.map((value) => this.#outputText(value));
      text = shown.join(this.text(this.memory.value("OFS"))) + this.text(this.memory.value("ORS"));
    }
    const { streams } = this.around;
    if (into) streams.printInto(into.operator, this.text(this.evaluate(into.name)), text);
    else streams.print(text);
    return undefined;
  }

  /** mawk prints what comes before the missing argument. */
  #printfText(values: readonly Value[], into: Redirection | undefined): string {
    try {
      return this.format(values, "printf");
    } catch (error) {
      if (error instanceof AwkError && error.printed !== undefined && !into) this.around.streams.print(error.printed);
      throw error;
    }
  }

  format([format = null, ...values]: readonly Value[], name = "sprintf"): string {
    return formatValues(this.text(format), values, {
      name,
      text: (value) => this.text(value),
      needsAll: this.around.dialect.name === "mawk",
    });
  }

  test(expression: Expression): boolean {
    return toBoolean(this.evaluate(expression));
  }

  number(expression: Expression | undefined): number {
    return expression ? toNumber(this.evaluate(expression)) : 0;
  }

  string(expression: Expression | undefined): string {
    return expression ? this.text(this.evaluate(expression)) : "";
  }

  evaluate(expression: Expression): Value {
    this.#step();
    switch (expression.type) {
      case "number":
      case "string":
        return expression.value;
      case "regex":
        return findRegex(expression.source, this.record.text(), 0, this.braces) ? 1 : 0;
      case "name":
        return expression.name === "NF" ? this.record.count() : this.memory.value(expression.name);
      case "index":
        return this.#element(expression.name, this.#key(expression.subscripts));
      case "field":
        return this.record.field(Math.trunc(this.number(expression.index)));
      case "group":
        return expression.items.length === 1
          ? this.evaluate(expression.items[0]!)
          : expression.items.map((item) => this.string(item)).join(this.text(this.memory.value("SUBSEP")));
      case "assign":
        return this.#assignment(expression);
      case "ternary":
        return this.evaluate(this.test(expression.test) ? expression.then : expression.else);
      case "binary":
        return this.#binary(expression);
      case "match": {
        const text = this.string(expression.text);
        return (findRegex(this.pattern(expression.pattern), text, 0, this.braces) !== undefined) !==
          expression.isNegated
          ? 1
          : 0;
      }
      case "in":
        return this.memory.array(expression.name).has(this.#key(expression.subscripts)) ? 1 : 0;
      case "unary":
        if (expression.operator === "!") return this.test(expression.operand) ? 0 : 1;
        return expression.operator === "-" ? -this.number(expression.operand) : this.number(expression.operand);
      case "step": {
        const before = toNumber(this.#read(expression.target));
        this.assign(expression.target, before + expression.by);
        return expression.isPrefix ? before + expression.by : before;
      }
      case "call":
        return this.#call(expression.name, expression.args);
      case "builtin":
        return BUILTIN_FUNCTIONS[expression.name]!(this, expression.args);
      case "getline":
        return this.#getline(expression.target, expression.from);
    }
  }

  /** The source of a regular expression: a literal one, or the text of a value. */
  pattern(expression: Expression): string {
    return expression.type === "regex" ? expression.source : this.string(expression);
  }

  #key(subscripts: readonly Expression[]): string {
    if (subscripts.length === 1) return this.string(subscripts[0]);
    return subscripts.map((each) => this.string(each)).join(this.text(this.memory.value("SUBSEP")));
  }

  #element(name: string, key: string): Value {
    const array = this.memory.array(name);
    if (!array.has(key)) array.set(key, null);
    return array.get(key) ?? null;
  }

  #read(target: Target): Value {
    return this.evaluate(target);
  }

  assign(target: Target, value: Value): void {
    if (target.type === "name") {
      if (target.name === "NF") this.record.setCount(Math.trunc(toNumber(value)));
      else this.memory.set(target.name, value);
    } else if (target.type === "index") {
      this.memory.array(target.name).set(this.#key(target.subscripts), value);
    } else this.record.set(Math.trunc(this.number(target.index)), value, this.separators());
  }

  #assignment({ operator, target, value }: Extract<Expression, { type: "assign" }>): Value {
    if (operator === "=") {
      const result = this.evaluate(value);
      this.assign(target, result);
      return result;
    }
    const right = this.number(value);
    const result = calculate(
      this.around.dialect.name,
      operator === "**=" ? "^" : operator[0]!,
      toNumber(this.#read(target)),
      right,
    );
    this.assign(target, result);
    return result;
  }

  #binary({ operator, left, right }: Extract<Expression, { type: "binary" }>): Value {
    if (operator === "&&") return this.test(left) && this.test(right) ? 1 : 0;
    if (operator === "||") return this.test(left) || this.test(right) ? 1 : 0;
    if (operator === " ") {
      const text = this.string(left) + this.string(right);
      if (text.length > MAX_VARIABLE_LENGTH * 8) throw new AwkError("out of memory");
      return text;
    }
    if (/^[-+*/%^]$/.test(operator)) {
      const first = this.number(left);
      return calculate(this.around.dialect.name, operator, first, this.number(right));
    }
    const first = this.evaluate(left);
    const order = compareValues(first, this.evaluate(right), (value) => this.text(value));
    const isTrue = { "<": order < 0, "<=": order <= 0, "==": order === 0, "!=": order !== 0, ">": order > 0 }[operator];
    return (isTrue ?? order >= 0) ? 1 : 0;
  }

  #call(name: string, args: readonly Expression[]): Value {
    const called = this.program.functions.get(name)!;
    const locals = new Map<string, Cell>();
    called.parameters.forEach((parameter, i) => {
      const argument = args[i];
      if (argument?.type !== "name" || argument.name === "NF") {
        locals.set(parameter, { value: argument ? this.evaluate(argument) : null });
        return;
      }
      const cell = this.memory.cell(argument.name);
      if (cell.array) locals.set(parameter, { value: null, array: cell.array });
      else locals.set(parameter, { value: cell.value, ...(cell.value === null && { link: cell }) });
    });
    if (++this.#depth > MAX_SHELL_DEPTH) throw new AwkError("function call nesting too deep");
    const caller = this.memory.locals;
    this.memory.locals = locals;
    this.#returned = null;
    const completion = this.#run(called.body);
    this.memory.locals = caller;
    this.#depth--;
    if (completion === "next" || completion === "nextfile" || completion === "exit") throw new Jump(completion);
    const returned = this.#returned;
    this.#returned = null;
    return returned;
  }

  /** The array behind an argument, for functions that fill one. */
  arrayArgument(expression: Expression | undefined): Map<string, Value> {
    if (expression?.type !== "name") throw new AwkError("an array is needed");
    return arrayOf(this.memory.cell(expression.name));
  }

  #getline(target: Target | undefined, from: Source | undefined): Value {
    const { streams } = this.around;
    let text: string | undefined;
    if (!from) text = this.around.nextRecord();
    else {
      const input = streams.input(from.kind, this.string(from.name));
      if (!input) return -1;
      text = streams.record(input, this.text(this.memory.value("RS")), this.braces);
      if (text !== undefined && from.kind === "command" && this.around.dialect.name === "gawk") this.count("NR");
    }
    if (text === undefined) return 0;
    if (!from) {
      this.count("NR");
      this.count("FNR");
    }
    if (target) this.assign(target, inputValue(text));
    else this.record.read(text, this.separators());
    return 1;
  }

  count(name: "NR" | "FNR"): void {
    this.memory.set(name, toNumber(this.memory.value(name)) + 1);
  }
}
