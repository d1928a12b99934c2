/** Runs SELECT: sources, joins, groups, order, limits, set operations. */
import { type Expression, type Select, type Source, SqlError, type SqlValue } from "./ast.ts";
import { type Columns, Evaluator, findColumn, partsOf, type Scope } from "./evaluate.ts";
import { compareValues, isAggregate, type Session } from "./functions.ts";

export interface Relation {
  columns: { name: string; typeName: string }[];
  rows: SqlValue[][];
}

/** Rows that one step of a query may hold. */
const MAX_ROWS = 100_000;

export type FindRelation = (name: string) => Relation | undefined;

export class Query {
  readonly evaluator: Evaluator;
  readonly #find: FindRelation;
  readonly #named = new Map<string, Relation>();

  constructor(session: Session, find: FindRelation) {
    this.#find = find;
    this.evaluator = new Evaluator(session, (select, outer) => this.run(select, outer));
  }

  run(select: Select, outer?: Scope): Relation {
    for (const { name, columns, select: inner } of select.with ?? []) {
      const relation = this.run(inner, outer);
      this.#named.set(name, columns ? renamed(relation, columns) : relation);
    }
    const { relation, scopes } = this.#operand(select, outer);
    let rows = relation.rows;
    if (select.union) {
      const right = this.run(select.union.select, outer);
      if (right.columns.length !== relation.columns.length)
        throw new SqlError("42601", "each UNION query must have the same number of columns");
      rows = combine(rows, right.rows, select.union.operator);
    }
    rows = this.#sorted(select, { ...relation, rows }, select.union ? undefined : scopes, outer);
    const empty: Scope = { columns: [], values: [], ...(outer && { outer }) };
    const offset = select.offset ? Number(this.evaluator.value(select.offset, empty)) : 0;
    const limit = select.limit ? this.evaluator.value(select.limit, empty) : null;
    const end = limit === null ? rows.length : offset + Number(limit);
    return { columns: relation.columns, rows: rows.slice(offset, end) };
  }

  #operand(select: Select, outer: Scope | undefined): { relation: Relation; scopes: Scope[] } {
    if (select.values) {
      const empty: Scope = { columns: [], values: [], ...(outer && { outer }) };
      const rows = select.values.map((row) => row.map((value) => this.evaluator.value(value, empty)));
      const columns = (rows[0] ?? []).map((value, i) => ({ name: `column${i + 1}`, typeName: typeOf(value) }));
      return { relation: { columns, rows }, scopes: [] };
    }
    const sources = this.#sources(select.sources, outer);
    const { where } = select;
    const kept = where ? sources.rows.filter((row) => this.evaluator.isTrue(where, row)) : sources.rows;
    const scopes = this.#groups(select, kept, sources.columns, outer);
    const items = select.items.flatMap((item) => expand(item, sources.columns));
    const rows = scopes.map((scope) => items.map(({ value }) => this.evaluator.value(value, scope)));
    const columns = items.map(({ value, alias }, i) => ({
      name: alias ?? nameOf(value, this.evaluator.session.dialect),
      typeName: this.#typeOf(value, sources.columns, rows[0]?.[i] ?? null),
    }));
    const withAliases = scopes.map((scope, i) => ({
      ...scope,
      aliases: Object.fromEntries(columns.map(({ name }, at) => [name, rows[i]?.[at] ?? null])),
    }));
    const { having } = select;
    const shown = having ? withAliases.map((scope) => this.evaluator.isTrue(having, scope)) : undefined;
    const result = {
      rows: shown ? rows.filter((_, i) => shown[i]) : rows,
      scopes: shown ? withAliases.filter((_, i) => shown[i]) : withAliases,
    };
    if (!select.isDistinct) return { relation: { columns, rows: result.rows }, scopes: result.scopes };
    const firsts = firstIndexes(result.rows);
    return {
      relation: { columns, rows: firsts.map((i) => result.rows[i] as SqlValue[]) },
      scopes: firsts.map((i) => result.scopes[i] as Scope),
    };
  }

  #sources(sources: readonly Source[], outer: Scope | undefined): { columns: Columns[]; rows: Scope[] } {
    const base = outer ? { outer } : {};
    let columns: Columns[] = [];
    let rows: Scope[] = [{ columns, values: [], ...base }];
    for (const source of sources) {
      const relation = this.#relation(source, outer);
      const own: Columns = {
        alias: source.alias,
        names: relation.columns.map(({ name }) => name),
        types: relation.columns.map(({ typeName }) => typeName),
      };
      const both = [...columns, own];
      rows = this.#join(source, rows, relation.rows, { before: columns, both }, base);
      columns = both;
    }
    return { columns, rows };
  }

  #join(
    source: Source,
    left: readonly Scope[],
    right: readonly SqlValue[][],
    { before, both }: { before: Columns[]; both: Columns[] },
    base: { outer?: Scope },
  ): Scope[] {
    const test = this.#joinTest(source, before, both);
    const found: Scope[] = [];
    const usedRight = new Set<number>();
    const isMySql = this.evaluator.session.dialect === "mysql";
    for (const row of left) {
      let isUsed = false;
      right.forEach((values, i) => {
        const joined: Scope = { columns: both, values: [...row.values, values], ...base };
        if (!test(joined)) return;
        isUsed = true;
        usedRight.add(i);
        found.push(joined);
        if (found.length > MAX_ROWS)
          throw isMySql
            ? new SqlError("HY000", "Out of memory", { number: 1037 })
            : new SqlError("53200", "out of memory");
      });
      if (!isUsed && (source.join === "left" || source.join === "full"))
        found.push({ columns: both, values: [...row.values, []], ...base });
    }
    if (source.join === "right" || source.join === "full") {
      right.forEach((values, i) => {
        if (!usedRight.has(i)) found.push({ columns: both, values: [...before.map(() => []), values], ...base });
      });
    }
    return found;
  }

  #joinTest({ on, using }: Source, before: Columns[], both: Columns[]): (scope: Scope) => boolean {
    if (on) return (scope) => this.evaluator.isTrue(on, scope);
    if (!using) return () => true;
    const own = both.at(-1)?.names ?? [];
    const names =
      using.length > 0 ? using : own.filter((name) => before.some((columns) => columns.names.includes(name)));
    const pairs = names.map((name) => ({
      left: findColumn({ columns: before }, name, undefined, false),
      right: own.indexOf(name),
    }));
    return ({ values }) =>
      pairs.every(({ left, right }) => {
        const [a, b] = [left && values[left[0]]?.[left[1]], values.at(-1)?.[right]];
        return a !== undefined && b !== undefined && a !== null && b !== null && compareValues(a, b) === 0;
      });
  }

  #relation({ from, columns, alias }: Source, outer: Scope | undefined): Relation {
    if (from.type === "query")
      return columns ? renamed(this.run(from.select, outer), columns) : this.run(from.select, outer);
    if (from.type === "function") return this.#rowsOf(from.name, from.args, columns?.[0] ?? alias, outer);
    const found = this.#named.get(from.name) ?? this.#find(from.name);
    if (found) return found;
    const { dialect, database } = this.evaluator.session;
    throw dialect === "mysql"
      ? new SqlError("42S02", `Table '${database}.${from.name}' doesn't exist`, { number: 1146 })
      : new SqlError("42P01", `relation "${from.name}" does not exist`);
  }

  #rowsOf(name: string, args: readonly Expression[], alias: string | undefined, outer: Scope | undefined): Relation {
    const values = args.map((arg) => this.evaluator.value(arg, { columns: [], values: [], ...(outer && { outer }) }));
    if (name === "generate_series") {
      const [from = 0, to = 0, step = 1] = values.map(Number);
      const count = Math.max(0, Math.floor((to - from) / step) + 1);
      if (step === 0 || count > MAX_ROWS)
        throw new SqlError("54000", step === 0 ? "step size cannot equal zero" : "out of memory");
      return {
        columns: [{ name: alias ?? name, typeName: "integer" }],
        rows: Array.from({ length: count }, (_, i) => [from + i * step]),
      };
    }
    const value = this.evaluator.value(
      { type: "call", name, args: [...args] },
      { columns: [], values: [], ...(outer && { outer }) },
    );
    return { columns: [{ name: alias ?? name, typeName: typeOf(value) }], rows: [[value]] };
  }

  #groups(select: Select, rows: Scope[], columns: Columns[], outer: Scope | undefined): Scope[] {
    const base = outer ? { outer } : {};
    const isAggregated =
      select.items.some(({ value }) => this.evaluator.hasAggregate(value)) ||
      (select.having !== undefined && this.evaluator.hasAggregate(select.having));
    if (select.groupBy.length === 0) {
      if (!isAggregated) return rows;
      for (const [i, { value }] of select.items.entries()) this.#refuseBareColumn(value, i, select.sources);
      return [{ ...(rows[0] ?? { columns, values: columns.map(() => []) }), ...base, group: rows }];
    }
    const keys = select.groupBy.map((key) => this.#resolve(key, select));
    const groups = new Map<string, Scope[]>();
    for (const row of rows) {
      const key = JSON.stringify(keys.map((each) => this.evaluator.value(each, row)));
      const known = groups.get(key);
      if (known) known.push(row);
      else groups.set(key, [row]);
    }
    return [...groups.values()].map((group) => ({ ...(group[0] as Scope), group }));
  }

  /** A column outside of an aggregate has no single value in a query that is one group. */
  #refuseBareColumn(item: Expression, index: number, sources: readonly Source[]): void {
    const column = bareColumn(item);
    if (!column) return;
    const { dialect, database } = this.evaluator.session;
    const table = column.table ?? (sources.length === 1 ? sources[0]!.alias : undefined);
    const name = table === undefined ? column.name : `${table}.${column.name}`;
    if (dialect === "postgres") {
      const text = `column "${name}" must appear in the GROUP BY clause or be used in an aggregate function`;
      throw new SqlError("42803", text);
    }
    const where = `expression #${index + 1} of SELECT list contains nonaggregated column '${database}.${name}'`;
    const text = `In aggregated query without GROUP BY, ${where}; this is incompatible with sql_mode=only_full_group_by`;
    throw new SqlError("42000", text, { number: 1140 });
  }

  /** A number or an alias in GROUP BY and ORDER BY stands for an item. */
  #resolve(key: Expression, { items }: Select): Expression {
    if (key.type === "value" && typeof key.value === "number") {
      const item = items[key.value - 1];
      if (!item) throw new SqlError("42P10", `position ${key.value} is not in select list`);
      return item.value;
    }
    const alias =
      key.type === "column" && key.table === undefined ? items.find((item) => item.alias === key.name) : undefined;
    return alias?.value ?? key;
  }

  #sorted(
    select: Select,
    relation: Relation,
    scopes: readonly Scope[] | undefined,
    outer: Scope | undefined,
  ): SqlValue[][] {
    if (select.orderBy.length === 0) return relation.rows;
    const isMySql = this.evaluator.session.dialect === "mysql";
    const columns: Columns = { alias: "", names: relation.columns.map(({ name }) => name), types: [] };
    const keysOf = (row: SqlValue[], i: number): SqlValue[] => {
      const scope = scopes?.[i] ?? { columns: [columns], values: [row], ...(outer && { outer }) };
      return select.orderBy.map(({ value }) => {
        if (value.type === "value" && typeof value.value === "number") return row[value.value - 1] ?? null;
        return this.evaluator.value(scopes ? this.#resolve(value, select) : value, scope);
      });
    };
    const keyed = relation.rows.map((row, i) => ({ row, keys: keysOf(row, i) }));
    keyed.sort((a, b) => {
      for (const [i, { isDescending, nullsFirst = isMySql !== isDescending }] of select.orderBy.entries()) {
        const [x = null, y = null] = [a.keys[i], b.keys[i]];
        if (x === null || y === null) {
          if (x === y) continue;
          return (x === null) === nullsFirst ? -1 : 1;
        }
        const order = compareValues(x, y);
        if (order !== 0) return isDescending ? -order : order;
      }
      return 0;
    });
    return keyed.map(({ row }) => row);
  }

  #typeOf(expression: Expression, columns: readonly Columns[], sample: SqlValue): string {
    if (expression.type === "column") {
      const at = findColumn({ columns }, expression.name, expression.table, this.evaluator.session.dialect === "mysql");
      if (at) return columns[at[0]]?.types[at[1]] ?? "text";
    }
    if (expression.type === "call" && expression.name === "avg") return "numeric";
    if (expression.type === "call" && /^(now|current_timestamp)$/.test(expression.name))
      return "timestamp with time zone";
    return typeOf(sample);
  }
}

function typeOf(value: SqlValue): string {
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "numeric";
  return typeof value === "boolean" ? "boolean" : "text";
}

function expand(item: Select["items"][number], columns: readonly Columns[]): Select["items"] {
  const { value } = item;
  if (value.type !== "star") return [item];
  const chosen = value.table === undefined ? columns : columns.filter(({ alias }) => alias === value.table);
  if (chosen.length === 0)
    throw new SqlError(
      "42601",
      value.table === undefined
        ? "SELECT * with no tables specified is not valid"
        : `missing FROM-clause entry for table "${value.table}"`,
    );
  return chosen.flatMap(({ alias, names }) =>
    names.map((name) => ({ value: { type: "column" as const, table: alias, name }, alias: name })),
  );
}

function nameOf(expression: Expression, dialect: Session["dialect"]): string {
  if (expression.type === "column") return expression.name;
  if (dialect === "mysql") return sourceText(expression);
  if (expression.type === "call") return expression.name;
  if (expression.type === "cast")
    return expression.value.type === "column" ? expression.value.name : expression.to.replace(/\(.*/, "");
  if (expression.type === "case") return "case";
  if (expression.type === "exists") return "exists";
  return "?column?";
}

/** MySQL names a column by its text. */
function sourceText(expression: Expression): string {
  switch (expression.type) {
    case "value":
      return expression.value === null ? "NULL" : String(expression.value);
    case "column":
      return expression.name;
    case "star":
      return "*";
    case "call":
      return `${/^(count|sum|avg|min|max)$/.test(expression.name) ? expression.name.toUpperCase() : expression.name.toUpperCase()}(${expression.isDistinct ? "DISTINCT " : ""}${expression.args.map(sourceText).join(", ")})`;
    case "binary":
      return `${sourceText(expression.left)} ${expression.operator} ${sourceText(expression.right)}`;
    case "unary":
      return `${expression.operator}${sourceText(expression.value)}`;
    default:
      return "expression";
  }
}

function renamed({ columns, rows }: Relation, names: readonly string[]): Relation {
  return { columns: columns.map((column, i) => ({ ...column, name: names[i] ?? column.name })), rows };
}

function firstIndexes(rows: readonly SqlValue[][]): number[] {
  const seen = new Set<string>();
  return rows.flatMap((row, i) => {
    const key = JSON.stringify(row);
    if (seen.has(key)) return [];
    seen.add(key);
    return [i];
  });
}

function combine(
  left: SqlValue[][],
  right: SqlValue[][],
  operator: "union" | "unionAll" | "intersect" | "except",
): SqlValue[][] {
  if (operator === "unionAll") return [...left, ...right];
  const distinct = (rows: SqlValue[][]) => firstIndexes(rows).map((i) => rows[i] as SqlValue[]);
  if (operator === "union") return distinct([...left, ...right]);
  const keys = new Set(right.map((row) => JSON.stringify(row)));
  return distinct(left.filter((row) => keys.has(JSON.stringify(row)) === (operator === "intersect")));
}

/** The first column of an expression that stands outside of aggregates and subqueries. */
function bareColumn(expression: Expression): Extract<Expression, { type: "column" }> | undefined {
  if (expression.type === "column") return expression;
  if (expression.type === "call" && isAggregate(expression.name)) return undefined;
  for (const part of partsOf(expression)) {
    const found = bareColumn(part);
    if (found) return found;
  }
  return undefined;
}
