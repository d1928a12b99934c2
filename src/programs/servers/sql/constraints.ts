/** Keys, checks and references of tables, with the errors of the servers. */
import { SqlError, type SqlValue, type TableConstraint } from "./ast.ts";
import { type Table, uniqueKeys } from "./database.ts";
import type { Evaluator } from "./evaluate.ts";
import type { Tables } from "./tables.ts";
import { textOf } from "./types.ts";

export class Constraints {
  readonly #tables: Tables;
  readonly #evaluator: Evaluator;

  constructor(tables: Tables, evaluator: Evaluator) {
    this.#tables = tables;
    this.#evaluator = evaluator;
  }

  conflict(
    table: Table,
    row: readonly SqlValue[],
    except?: readonly SqlValue[],
  ): { row: SqlValue[]; key: string; columns: string[] } | undefined {
    for (const { name, columns } of uniqueKeys(table)) {
      const positions = columns.map((column) => table.columns.findIndex((each) => each.name === column));
      if (positions.some((at) => row[at] === null)) continue;
      const same = table.rows.find((other) => other !== except && positions.every((at) => other[at] === row[at]));
      if (same) return { row: same, key: name, columns };
    }
    return undefined;
  }

  duplicate(
    tableName: string,
    { key, columns }: { key: string; columns: string[] },
    row: readonly SqlValue[],
  ): SqlError {
    const table = this.#tables.table(tableName);
    const values = columns.map((name) =>
      textOf(row[table.columns.findIndex((column) => column.name === name)] ?? null, this.#tables.session.dialect),
    );
    if (this.#tables.isMySql)
      return new SqlError(
        "23000",
        `Duplicate entry '${values.join("-")}' for key '${tableName}.${key === "pkey" ? "PRIMARY" : key.replace(/_key$/, "")}'`,
        { number: 1062 },
      );
    const constraint = key === "pkey" || key.endsWith("_key") ? `${tableName}_${key}` : key;
    return new SqlError("23505", `duplicate key value violates unique constraint "${constraint}"`, {
      detail: `Key (${columns.join(", ")})=(${values.join(", ")}) already exists.`,
    });
  }

  check(tableName: string, table: Table, row: readonly SqlValue[]): void {
    const scope = {
      columns: [{ alias: tableName, names: table.columns.map(({ name }) => name), types: [] }],
      values: [row],
    };
    table.columns.forEach((column, i) => {
      if (row[i] === null && (column.notNull || column.isPrimary)) throw this.#nullValue(tableName, column.name, row);
      if (column.check && this.#evaluator.value(column.check, scope) === false)
        throw this.#checkFailed(tableName, `${tableName}_${column.name}_check`, row);
      if (column.references) this.#reference(tableName, [column.name], column.references, row, table);
    });
    for (const { type, check, columns, references, name } of table.constraints) {
      if (type === "check" && check && this.#evaluator.value(check, scope) === false)
        throw this.#checkFailed(tableName, name ?? `${tableName}_check`, row);
      if (type === "foreign" && references) this.#reference(tableName, columns, references, row, table);
    }
  }

  #nullValue(tableName: string, column: string, row: readonly SqlValue[]): SqlError {
    if (this.#tables.isMySql) return new SqlError("23000", `Column '${column}' cannot be null`, { number: 1048 });
    return new SqlError(
      "23502",
      `null value in column "${column}" of relation "${tableName}" violates not-null constraint`,
      { detail: `Failing row contains (${shownRow(row)}).` },
    );
  }

  #checkFailed(tableName: string, name: string, row: readonly SqlValue[]): SqlError {
    if (this.#tables.isMySql) return new SqlError("HY000", `Check constraint '${name}' is violated.`, { number: 3819 });
    return new SqlError("23514", `new row for relation "${tableName}" violates check constraint "${name}"`, {
      detail: `Failing row contains (${shownRow(row)}).`,
    });
  }

  #reference(
    tableName: string,
    columns: readonly string[],
    target: NonNullable<TableConstraint["references"]>,
    row: readonly SqlValue[],
    table: Table,
  ): void {
    const values = columns.map((name) => row[table.columns.findIndex((column) => column.name === name)] ?? null);
    if (values.includes(null)) return;
    const other = this.#tables.table(target.table);
    const names = target.columns.length > 0 ? target.columns : (uniqueKeys(other)[0]?.columns ?? []);
    const positions = names.map((name) => other.columns.findIndex((column) => column.name === name));
    if (other.rows.some((each) => positions.every((at, i) => each[at] === values[i]))) return;
    const constraint = `${tableName}_${columns.join("_")}_fkey`;
    if (this.#tables.isMySql)
      throw new SqlError(
        "23000",
        `Cannot add or update a child row: a foreign key constraint fails (\`${this.#tables.session.database}\`.\`${tableName}\`, CONSTRAINT \`${tableName}_ibfk_1\` FOREIGN KEY (\`${columns.join("`, `")}\`) REFERENCES \`${target.table}\` (\`${names.join("`, `")}\`))`,
        { number: 1452 },
      );
    throw new SqlError(
      "23503",
      `insert or update on table "${tableName}" violates foreign key constraint "${constraint}"`,
      {
        detail: `Key (${columns.join(", ")})=(${values.map(String).join(", ")}) is not present in table "${target.table}".`,
      },
    );
  }

  /** Rows that refer to a deleted row are deleted too, or forbid it. */
  removeReferences(name: string, table: Table, row: readonly SqlValue[]): void {
    for (const [otherName, other] of Object.entries(this.#tables.database.tables)) {
      const references = [
        ...other.columns.flatMap((column) => (column.references ? [{ ...column.references, own: [column.name] }] : [])),
        ...other.constraints.flatMap((each) => (each.references ? [{ ...each.references, own: each.columns }] : [])),
      ].filter((each) => each.table === name);
      for (const { own, onDelete } of references) {
        const key = uniqueKeys(table)[0]?.columns ?? [];
        const values = key.map((column) => row[table.columns.findIndex((each) => each.name === column)]);
        const positions = own.map((column) => other.columns.findIndex((each) => each.name === column));
        const children = other.rows.filter((each) =>
          positions.every((at, i) => each[at] !== null && each[at] === values[i]),
        );
        if (children.length === 0) continue;
        if (onDelete === "cascade") other.rows = other.rows.filter((each) => !children.includes(each));
        else if (onDelete === "set null") for (const child of children) for (const at of positions) child[at] = null;
        else if (this.#tables.isMySql)
          throw new SqlError(
            "23000",
            `Cannot delete or update a parent row: a foreign key constraint fails (\`${this.#tables.session.database}\`.\`${otherName}\`)`,
            { number: 1451 },
          );
        else
          throw new SqlError(
            "23503",
            `update or delete on table "${name}" violates foreign key constraint "${otherName}_${own.join("_")}_fkey" on table "${otherName}"`,
            {
              detail: `Key (${key.join(", ")})=(${values.map(String).join(", ")}) is still referenced from table "${otherName}".`,
            },
          );
      }
    }
  }
}

function shownRow(row: readonly SqlValue[]): string {
  return row.map((value) => (value === null ? "null" : textOf(value, "postgres"))).join(", ");
}
