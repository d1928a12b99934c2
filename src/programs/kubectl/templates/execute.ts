/**
 * Runs Go templates.
 * Source: Go's text/template/exec.go
 */
import { MAX_TEMPLATE_DEPTH, MAX_TEMPLATE_OUTPUT, MAX_TEMPLATE_STEPS } from "../../../lib/container-limits.ts";
import { isList, isMap, typeName, valueText } from "./format.ts";
import { FUNCTIONS, isTrue, SHORT_CIRCUIT, type TemplateFunction } from "./functions.ts";
import {
  ArgumentTypeError,
  type CommandNode,
  type Node,
  type Operand,
  type Pipeline,
  type Template,
  TemplateError,
  type Value,
} from "./nodes.ts";
import { parseTemplate, TEMPLATE_NAME } from "./parser.ts";

export interface ExecuteOptions {
  /** Missing fields are errors instead of `<no value>`. */
  failsOnMissing: boolean;
  /** Functions besides those of kubectl. */
  functions?: readonly TemplateFunction[];
}

/** Reads a template, which may call `functions` besides those of kubectl. Throws TemplateError. */
export function goTemplate(text: string, functions: readonly TemplateFunction[] = []): Template {
  const names = [...FUNCTIONS, ...functions].map(({ name }) => name);
  return parseTemplate(text, new Set([...names, ...SHORT_CIRCUIT]));
}

/** An error of a running template. */
export class ExecuteFailure extends TemplateError {
  override name = "ExecuteFailure";
  /** The text in front of it. */
  readonly partial: string;

  constructor(message: string, partial: string) {
    super(message);
    this.partial = partial;
  }
}

/** The text of a template for a value. Throws ExecuteFailure. */
export function executeTemplate(template: Template, data: Value, options: ExecuteOptions): string {
  const execution = new Execution(template, options);
  try {
    execution.run(TEMPLATE_NAME, data);
  } catch (error) {
    if (error instanceof TemplateError) throw new ExecuteFailure(error.message, execution.text);
    throw error;
  }
  return execution.text;
}

interface Variable {
  name: string;
  value: Value;
}

/** Where execution goes on behind a node. */
type Flow = "next" | "break" | "continue";

class Execution {
  readonly #template: Template;
  readonly #options: ExecuteOptions;
  #variables: Variable[] = [];
  #name = TEMPLATE_NAME;
  #depth = 0;
  #steps = 0;
  text = "";

  constructor(template: Template, options: ExecuteOptions) {
    this.#template = template;
    this.#options = options;
  }

  run(name: string, data: Value): void {
    const [outerVariables, outerName] = [this.#variables, this.#name];
    this.#variables = [{ name: "$", value: data }];
    this.#name = name;
    this.#walk(this.#template.bodies.get(name) ?? [], data);
    this.#variables = outerVariables;
    this.#name = outerName;
  }

  #walk(nodes: readonly Node[], dot: Value): Flow {
    for (const node of nodes) {
      if (++this.#steps > MAX_TEMPLATE_STEPS) throw new TemplateError("the template takes too many steps");
      const flow = this.#node(node, dot);
      if (flow !== "next") return flow;
    }
    return "next";
  }

  #node(node: Node, dot: Value): Flow {
    switch (node.type) {
      case "text":
        this.#write(node.text);
        return "next";
      case "action": {
        const value = this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.#write(shownValue(value));
        return "next";
      }
      case "break":
      case "continue":
        return node.type;
      case "template": {
        if (!this.#template.bodies.has(node.name)) {
          throw this.#fail(node, `template ${JSON.stringify(node.name)} not defined`);
        }
        const value = node.pipeline ? this.#pipeline(node.pipeline, dot) : undefined;
        if (++this.#depth > MAX_TEMPLATE_DEPTH) throw this.#fail(node, "exceeded maximum template depth (100000)");
        this.run(node.name, value);
        this.#depth--;
        return "next";
      }
      case "range":
        return this.#range(node, dot);
      default: {
        const known = this.#variables.length;
        const value = this.#pipeline(node.pipeline, dot);
        const inner = node.type === "with" && isTrue(value) ? value : dot;
        const flow = this.#walk(isTrue(value) ? node.body : node.otherwise, inner);
        this.#variables.length = known;
        return flow;
      }
    }
  }

  #range(node: Extract<Node, { otherwise: readonly Node[] }>, dot: Value): Flow {
    const known = this.#variables.length;
    const { pipeline } = node;
    const value = this.#pipeline({ ...pipeline, variables: [] }, dot);
    const entries = this.#entries(pipeline, value);
    for (const [key, item] of entries) {
      const inner = this.#variables.length;
      this.#setRangeVariables(pipeline, key, item);
      const flow = this.#walk(node.body, item);
      this.#variables.length = inner;
      if (flow === "break") break;
    }
    const flow = entries.length === 0 ? this.#walk(node.otherwise, dot) : "next";
    this.#variables.length = known;
    return flow;
  }

  #setRangeVariables({ variables, isAssignment }: Pipeline, key: Value, item: Value): void {
    const [first, second] = variables;
    const values =
      second === undefined
        ? [[first, item]]
        : [
            [first, key],
            [second, item],
          ];
    for (const [name, value] of values as [string | undefined, Value][]) {
      if (name === undefined) continue;
      if (isAssignment) this.#assign(name, value);
      else this.#variables.push({ name, value });
    }
  }

  #entries(pipeline: Pipeline, value: Value): (readonly [Value, Value])[] {
    if (value === undefined || value === null) return [];
    if (isList(value)) return value.map((item, i) => [BigInt(i), item] as const);
    if (isMap(value))
      return Object.keys(value)
        .sort()
        .map((key) => [key, value[key]] as const);
    if (typeof value === "bigint") {
      if (value > MAX_TEMPLATE_STEPS) throw new TemplateError("the template takes too many steps");
      return Array.from({ length: Math.max(0, Number(value)) }, (_, i) => [BigInt(i), BigInt(i)] as const);
    }
    throw this.#fail(
      pipeline.commands.at(-1)?.operands.at(-1) ?? pipeline,
      `range can't iterate over ${valueText(value)}`,
    );
  }

  #write(text: string): void {
    if (this.text.length + text.length > MAX_TEMPLATE_OUTPUT)
      throw new TemplateError("the template's output is too long");
    this.text += text;
  }

  #assign(name: string, value: Value): void {
    const found = this.#variables.findLast((one) => one.name === name);
    if (found) found.value = value;
  }

  #pipeline(pipeline: Pipeline, dot: Value): Value {
    let value: Value;
    pipeline.commands.forEach((command, i) => {
      value = this.#command(command, dot, i === 0 ? [] : [value]);
    });
    for (const name of pipeline.variables) {
      if (pipeline.isAssignment) this.#assign(name, value);
      else this.#variables.push({ name, value });
    }
    return value;
  }

  /** `piped` holds the value of the command in front, if there is one. */
  #command(command: CommandNode, dot: Value, piped: readonly Value[]): Value {
    const [first, ...rest] = command.operands;
    if (!first) return undefined;
    if (first.type === "function") return this.#call(first, rest, dot, piped);
    if (rest.length > 0 || piped.length > 0) {
      if (first.type === "field" || first.type === "variable" || first.type === "chain") {
        const name = first.names.at(-1) ?? first.shown;
        this.#operand(first, dot);
        throw this.#fail(first, `${name} is not a method but has arguments`);
      }
      throw this.#fail(first, `can't give argument to non-function ${first.shown}`);
    }
    if (first.type === "nil") throw this.#fail(first, "nil is not a command");
    return this.#operand(first, dot);
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.type) {
      case "dot":
        return dot;
      case "nil":
        return undefined;
      case "constant":
        return operand.value;
      case "field":
        return this.#fields(operand, dot, operand.names);
      case "variable": {
        const { value } = this.#variables.findLast(({ name }) => name === operand.name) ?? { value: undefined };
        return this.#fields(operand, value, operand.names);
      }
      case "function":
        return this.#call(operand, [], dot, []);
      case "chain":
        return this.#fields(operand, this.#operand(operand.of, dot), operand.names);
      case "pipeline":
        return this.#pipeline(operand.pipeline, dot);
    }
  }

  #fields(operand: Operand, start: Value, names: readonly string[]): Value {
    let value = start;
    names.forEach((name, i) => {
      const isTop = i === 0 && operand.type === "field";
      value = this.#field(operand, value, name, isTop);
    });
    return value;
  }

  #field(operand: Operand, value: Value, name: string, isTop: boolean): Value {
    if (value === undefined) {
      if (this.#options.failsOnMissing) throw this.#fail(operand, `nil data; no entry for key ${JSON.stringify(name)}`);
      return undefined;
    }
    if (value === null) throw this.#fail(operand, `nil pointer evaluating interface {}.${name}`);
    if (!isMap(value)) {
      const type = isTop ? typeName(value) : "interface {}";
      throw this.#fail(operand, `can't evaluate field ${name} in type ${type}`);
    }
    if (this.#options.failsOnMissing && !Object.hasOwn(value, name)) {
      throw this.#fail(operand, `map has no entry for key ${JSON.stringify(name)}`);
    }
    return Object.hasOwn(value, name) ? value[name] : undefined;
  }

  #call(
    operand: Operand & { type: "function" },
    operands: readonly Operand[],
    dot: Value,
    piped: readonly Value[],
  ): Value {
    const { name } = operand;
    const count = operands.length + piped.length;
    if (name === "and" || name === "or") {
      if (count === 0) throw this.#fail(operand, `wrong number of args for ${name}: want at least 1 got 0`);
      return this.#shortCircuit(name, operands, dot, piped);
    }
    const found = [...FUNCTIONS, ...(this.#options.functions ?? [])].find((one) => one.name === name);
    if (!found) throw this.#fail(operand, `${JSON.stringify(name)} is not a defined function`);
    const [least, most] = found.arguments;
    if (count < least || count > most) {
      const wanted = most === Number.POSITIVE_INFINITY ? `at least ${least}` : String(least);
      throw this.#fail(operand, `wrong number of args for ${name}: want ${wanted} got ${count}`);
    }
    const values = [...operands.map((one) => this.#operand(one, dot)), ...piped];
    try {
      return found.call(values);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      if (error instanceof ArgumentTypeError) throw this.#fail(operands.at(-1) ?? operand, error.message);
      const shown = [operand, ...operands].map((one) => one.shown).join(" ");
      throw this.#fail({ at: operand.at, shown }, `error calling ${name}: ${error.message}`);
    }
  }

  #shortCircuit(name: "and" | "or", operands: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    let value: Value;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === "or")) return value;
    }
    return piped.length > 0 ? piped[0] : value;
  }

  #fail({ at, shown }: { at: number; shown: string }, problem: string): TemplateError {
    const before = this.#template.text.slice(0, at);
    const line = before.split("\n").length;
    const column = before.length - (before.lastIndexOf("\n") + 1);
    return new TemplateError(
      `template: ${TEMPLATE_NAME}:${line}:${column}: executing ${JSON.stringify(this.#name)} at <${shown}>: ${problem}`,
    );
  }
}

function shownValue(value: Value): string {
  return value === undefined || value === null ? "<no value>" : valueText(value);
}
