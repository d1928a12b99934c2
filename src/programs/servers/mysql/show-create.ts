/** SHOW CREATE TABLE and the types that it shows. */
import type { Table } from "../../sql/catalog.ts";
import type { SqlType } from "../../sql/sql-type.ts";

const NAMES: Readonly<Record<string, string>> = {
  integer: "int",
  "character varying": "varchar",
  numeric: "decimal",
  boolean: "tinyint(1)",
  "timestamp without time zone": "datetime",
  "double precision": "double",
};

export function typeOfColumn({ shown, name, length }: SqlType): string {
  return shown ?? `${NAMES[name] ?? name}${length === undefined ? "" : `(${length})`}`;
}

export function createTableText(name: string, { columns, constraints, indexes, counters }: Table): string {
  const list = (names: readonly string[]) => names.map((each) => `\`${each}\``).join(",");
  const lines = columns.map((column) => {
    const fallback =
      column.defaultText === undefined
        ? column.isNotNull || column.generated
          ? ""
          : " DEFAULT NULL"
        : ` DEFAULT ${defaultText(column.defaultText)}`;
    const options = `${column.isNotNull ? " NOT NULL" : ""}${fallback}${column.generated ? " AUTO_INCREMENT" : ""}${column.onUpdateNow ? " ON UPDATE CURRENT_TIMESTAMP" : ""}`;
    return `  \`${column.name}\` ${typeOfColumn(column.type)}${options}`;
  });
  for (const each of constraints) {
    if (each.type === "primary") lines.push(`  PRIMARY KEY (${list(each.columns)})`);
    if (each.type === "unique") lines.push(`  UNIQUE KEY \`${each.name}\` (${list(each.columns)})`);
  }
  for (const each of indexes)
    lines.push(`  ${each.isUnique ? "UNIQUE " : ""}KEY \`${each.name}\` (${list(each.columns)})`);
  for (const each of constraints) {
    if (each.type === "foreign") {
      const action = each.onDelete && each.onDelete !== "NO ACTION" ? ` ON DELETE ${each.onDelete}` : "";
      lines.push(
        `  CONSTRAINT \`${each.name}\` FOREIGN KEY (${list(each.columns)}) REFERENCES \`${each.target}\` (${list(each.targetColumns ?? [])})${action}`,
      );
    }
    if (each.type === "check") lines.push(`  CONSTRAINT \`${each.name}\` CHECK (${each.text})`);
  }
  const next = Math.max(0, ...Object.values(counters));
  const counter = next > 1 ? ` AUTO_INCREMENT=${next}` : "";
  return `CREATE TABLE \`${name}\` (\n${lines.join(",\n")}\n) ENGINE=InnoDB${counter} DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`;
}

function defaultText(text: string): string {
  if (/^(current_timestamp|now)/i.test(text)) return "CURRENT_TIMESTAMP";
  return text.startsWith("'") ? text : `'${text}'`;
}
