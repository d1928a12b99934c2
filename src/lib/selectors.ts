/**
 * Label selectors in their three forms (text, LabelSelector, plain map): parsing, matching and printing as in
 * Kubernetes.
 */
import { labelValueProblems, qualifiedNameProblems } from "./names.ts";

export type Labels = Readonly<Record<string, string>>;

export type SelectorOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** All requirements must hold. An empty list matches everything. */
export type LabelRequirements = readonly Requirement[];

/** The object form, as in `spec.selector` of workloads. */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** An invalid selector; the message is Kubernetes' own. */
export class SelectorError extends Error {
  override name = "SelectorError";
}

/** Reads `a=b,c in (d,e),!f`. @throws SelectorError */
export function parseLabelSelector(text: string): LabelRequirements {
  return new Parser(scan(text)).parse().sort((a, b) => compareText(a.key, b.key));
}

/**
 * The requirements of a LabelSelector. Undefined selects nothing, an empty one everything
 * (metav1.LabelSelectorAsSelector).
 */
export function requirementsOf(selector: LabelSelectorObject | undefined): LabelRequirements | undefined {
  if (selector === undefined) return undefined;
  const requirements: Requirement[] = [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    requirements.push({ key, operator: "=", values: [value] });
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    requirements.push({ key, operator: EXPRESSION_OPERATORS[operator] ?? "in", values: [...(values ?? [])].sort() });
  }
  return requirements.sort((a, b) => compareText(a.key, b.key));
}

/** The requirements of a plain map, as in a Service's selector. */
export function requirementsOfMap(labels: Labels): LabelRequirements {
  return Object.keys(labels)
    .sort(compareText)
    .map((key) => ({ key, operator: "=", values: [labels[key] ?? ""] }));
}

/** Whether the labels fulfil all requirements. */
export function matchesRequirements(requirements: LabelRequirements, labels: Labels | undefined): boolean {
  return requirements.every((requirement) => matchesRequirement(requirement, labels ?? {}));
}

/** Whether a LabelSelector selects the labels. Undefined selects nothing, an empty one everything. */
export function matchesLabelSelector(selector: LabelSelectorObject | undefined, labels: Labels | undefined): boolean {
  if (selector === undefined) return false;
  const present = labels ?? {};
  const { matchLabels, matchExpressions } = selector;
  if (matchLabels !== undefined && !matchesMap(matchLabels, present)) return false;
  if (matchExpressions === undefined) return true;
  return matchExpressions.every(({ key, operator, values }) =>
    matchesRequirement({ key, operator: EXPRESSION_OPERATORS[operator] ?? "in", values: values ?? [] }, present),
  );
}

/** Whether the labels contain all pairs of `wanted`. */
export function matchesMap(wanted: Labels, labels: Labels | undefined): boolean {
  for (const key of Object.keys(wanted)) {
    if (labels?.[key] !== wanted[key]) return false;
  }
  return true;
}

/** Requirements as text, as in a Scale's `status.selector`: sorted by key. */
export function formatRequirements(requirements: LabelRequirements): string {
  return requirements.map(formatRequirement).join(",");
}

/** A LabelSelector as tables print it (metav1.FormatLabelSelector): `<none>` when it is absent or empty. */
export function formatLabelSelector(selector: LabelSelectorObject | undefined): string {
  return formatRequirements(requirementsOf(selector) ?? []) || "<none>";
}

/** Labels as tables print them: `a=b,c=d` by key; `<none>` for an empty map. */
export function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.keys(labels ?? {})
    .sort(compareText)
    .map((key) => `${key}=${labels?.[key]}`);
  return pairs.join(",") || "<none>";
}

const EXPRESSION_OPERATORS: Readonly<Record<string, SelectorOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
  Gt: "gt",
  Lt: "lt",
};

function matchesRequirement({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
      return isInteger(value) && isInteger(values[0]) && BigInt(value) > BigInt(values[0]);
    case "lt":
      return isInteger(value) && isInteger(values[0]) && BigInt(value) < BigInt(values[0]);
  }
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${[...values].sort(compareText).join(",")})`;
    case "gt":
      return `${key}>${values[0]}`;
    case "lt":
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

type Token = "identifier" | "end" | "in" | "notin" | ")" | "(" | "," | "!" | "==" | "=" | ">" | "<" | "!=" | "error";

interface Scanned {
  token: Token;
  literal: string;
}

const SYMBOLS = "=!(),><";
const SPECIAL_TOKENS: ReadonlySet<string> = new Set([")", ",", "!", "==", "=", ">", "<", "!=", "("]);

function scan(text: string): Scanned[] {
  const scanned: Scanned[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (" \t\r\n".includes(character)) {
      at++;
    } else if (SYMBOLS.includes(character)) {
      // The longest run of symbols that is an operator. `=!` is `=` followed by `!`.
      const pair = text.slice(at, at + 2);
      const literal = SPECIAL_TOKENS.has(pair) ? pair : character;
      scanned.push({ token: literal as Token, literal });
      at += literal.length;
    } else {
      const literal = /^[^=!(),><\s]+/.exec(text.slice(at))?.[0] ?? character;
      scanned.push({ token: literal === "in" || literal === "notin" ? literal : "identifier", literal });
      at += literal.length;
    }
  }
  return scanned;
}

const END: Scanned = { token: "end", literal: "" };

/** A recursive-descent parser of `requirement ("," requirement)*`. */
class Parser {
  readonly #scanned: readonly Scanned[];
  #at = 0;

  constructor(scanned: readonly Scanned[]) {
    this.#scanned = scanned;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const next = this.#peek();
      if (next.token === "end") return requirements;
      if (next.token !== "identifier" && next.token !== "!") {
        throw new SelectorError(`found '${next.literal}', expected: !, identifier, or 'end of string'`);
      }
      requirements.push(this.#requirement());
      const separator = this.#take();
      if (separator.token === "end") return requirements;
      if (separator.token !== ",") {
        throw new SelectorError(`found '${separator.literal}', expected: ',' or 'end of string'`);
      }
      const following = this.#peek();
      if (following.token !== "identifier" && following.token !== "!") {
        throw new SelectorError(`found '${following.literal}', expected: identifier after ','`);
      }
    }
  }

  #requirement(): Requirement {
    let first = this.#take();
    const negated = first.token === "!";
    if (negated) first = this.#take();
    if (first.token !== "identifier") fail(`found '${first.literal}', expected: identifier`);
    const key = first.literal;
    checkKey(key);
    const { token } = this.#peek();
    // `!key` needs no further check of the operator: the caller reports any text after it.
    if (negated) return { key, operator: "!", values: [] };
    if (token === "end" || token === ",") return { key, operator: "exists", values: [] };

    const operator = this.#operator();
    const values = operator === "in" || operator === "notin" ? this.#values() : [this.#exactValue()];
    return checkedRequirement({ key, operator, values });
  }

  #operator(): SelectorOperator {
    const { token, literal } = this.#scanned[this.#at++] ?? END;
    switch (token) {
      case "in":
      case "notin":
      case "=":
      case "==":
      case "!=":
        return token;
      case ">":
        return "gt";
      case "<":
        return "lt";
      default:
        return fail(`found '${literal}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #values(): string[] {
    const open = this.#take();
    if (open.token !== "(") fail(`found '${open.literal}' expected: '('`);
    const first = this.#peek();
    if (first.token === ")") {
      this.#take();
      return [""];
    }
    if (first.token !== "identifier" && first.token !== ",") {
      fail(`found '${first.literal}', expected: ',', ')' or identifier`);
    }
    const values = this.#identifiers();
    this.#take();
    return [...values].sort(compareText);
  }

  #identifiers(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const { token, literal } = this.#take();
      const next = this.#peek();
      if (token === "identifier") {
        values.add(literal);
        if (next.token === ")") return values;
        if (next.token !== ",") fail(`found '${next.literal}', expected: ',' or ')'`);
      } else if (token === ",") {
        if (values.size === 0 || next.token === ")" || next.token === ",") values.add("");
        if (next.token === ")") return values;
      } else {
        fail(`found '${literal}', expected: ',', or identifier`);
      }
    }
  }

  #exactValue(): string {
    const next = this.#peek();
    if (next.token === "end" || next.token === ",") return "";
    this.#take();
    if (next.token !== "identifier") fail(`found '${next.literal}', expected: identifier`);
    return next.literal;
  }

  /** `in` and `notin` are operators only at the position of an operator. */
  #peek(): Scanned {
    const { token, literal } = this.#scanned[this.#at] ?? END;
    return { token: token === "in" || token === "notin" ? "identifier" : token, literal };
  }

  #take(): Scanned {
    const next = this.#peek();
    this.#at++;
    return next;
  }
}

function checkKey(key: string): void {
  const problems = qualifiedNameProblems(key);
  if (problems.length > 0) fail(`<nil>: Invalid value: ${JSON.stringify(key)}: ${problems.join("; ")}`);
}

function checkedRequirement(requirement: Requirement): Requirement {
  const { key, operator, values } = requirement;
  const problems: string[] = [];
  const numeric = operator === "gt" || operator === "lt";
  values.forEach((value, i) => {
    if (numeric && !isInteger(value)) {
      problems.push(
        `values[${i}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
  });
  values.forEach((value, i) => {
    const invalid = labelValueProblems(value);
    if (invalid.length > 0) {
      problems.push(`values[${i}][${key}]: Invalid value: ${JSON.stringify(value)}: ${invalid.join("; ")}`);
    }
  });
  if (problems.length > 0) fail(problems.length === 1 ? `${problems[0]}` : `[${problems.join(", ")}]`);
  return requirement;
}

function fail(problem: string): never {
  throw new SelectorError(`unable to parse requirement: ${problem}`);
}

function isInteger(text: string | undefined): text is string {
  return text !== undefined && /^[-+]?[0-9]+$/.test(text);
}

/** Go orders strings by bytes. For keys and values that equals the order of UTF-16 units. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
