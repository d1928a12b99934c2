/** MySQL's words for errors, with their numbers and SQLSTATE. */
import type { Problem, SqlError } from "../../sql/errors.ts";

/** JSON. */
export interface MySqlReport {
  number: number;
  state: string;
  message: string;
}

/** `ERROR 1146 (42S02): Table 'shop.t' doesn't exist` */
export function reportText({ number, state, message }: MySqlReport): string {
  return `ERROR ${number} (${state}): ${message}`;
}

export function mySqlReport(error: SqlError, database: string, row = 1): MySqlReport {
  const [number, state, message] = wordsOf(error.problem, database, row);
  return { number, state, message };
}

type Words = readonly [number: number, state: string, message: string];

const SYNTAX =
  "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near";

function wordsOf(problem: Problem, database: string, row: number): Words {
  switch (problem.kind) {
    case "syntax":
      return [1064, "42000", `${SYNTAX} '${problem.rest.slice(0, 80)}' at line 1`];
    case "noTable": {
      const name = problem.name.includes(".") ? problem.name : `${database}.${problem.name}`;
      return problem.what === "relation"
        ? [1146, "42S02", `Table '${name}' doesn't exist`]
        : [1051, "42S02", `Unknown table '${name}'`];
    }
    case "noColumn": {
      if (problem.place === "key") return [1072, "42000", `Key column '${problem.name}' doesn't exist in table`];
      const isQualified = problem.table !== undefined && problem.place === undefined;
      const name = isQualified ? `${problem.table}.${problem.name}` : problem.name;
      return [1054, "42S22", `Unknown column '${name}' in 'field list'`];
    }
    case "noSource":
      return [1054, "42S22", `Unknown table '${problem.name}'`];
    case "ambiguous":
      return [1052, "23000", `Column '${problem.name}' in field list is ambiguous`];
    case "tableExists":
      return [1050, "42S01", `Table '${problem.name}' already exists`];
    case "columnExists":
      return [1060, "42S21", `Duplicate column name '${problem.name}'`];
    case "databaseExists":
      return [1007, "HY000", `Can't create database '${problem.name}'; database exists`];
    case "noDatabase":
      return [1049, "42000", `Unknown database '${problem.name}'`];
    case "roleExists":
      return [1396, "HY000", `Operation CREATE USER failed for '${problem.name}'@'${problem.host ?? "%"}'`];
    case "noRole":
      return [1396, "HY000", `Operation DROP USER failed for '${problem.name}'@'${problem.host ?? "%"}'`];
    case "unique":
      return [
        1062,
        "23000",
        `Duplicate entry '${problem.values.join("-")}' for key '${problem.table}.${problem.constraint}'`,
      ];
    case "notNull":
      return [1048, "23000", `Column '${problem.column}' cannot be null`];
    case "noDefault":
      return [1364, "HY000", `Field '${problem.column}' doesn't have a default value`];
    case "check":
      return [3819, "HY000", `Check constraint '${problem.constraint}' is violated.`];
    case "foreignKey": {
      const names = (columns: readonly string[]) => columns.map((name) => `\`${name}\``).join(", ");
      const rule = `(\`${database}\`.\`${problem.table}\`, CONSTRAINT \`${problem.constraint}\` FOREIGN KEY (${names(problem.columns)}) REFERENCES \`${problem.target}\` (${names(problem.targetColumns)}))`;
      return problem.side === "child"
        ? [1452, "23000", `Cannot add or update a child row: a foreign key constraint fails ${rule}`]
        : [1451, "23000", `Cannot delete or update a parent row: a foreign key constraint fails ${rule}`];
    }
    case "badInput":
      return badInput(problem, row);
    case "tooLong":
      return [1406, "22001", `Data too long for column '${problem.column}' at row ${row}`];
    case "outOfRange":
      return [1264, "22003", `Out of range value for column '${problem.column ?? ""}' at row ${row}`];
    case "columnCount":
      return [1136, "21S01", `Column count doesn't match value count at row ${problem.row}`];
    default:
      return otherWords(problem, database);
  }
}

function badInput({ type, text, column = "" }: Extract<Problem, { kind: "badInput" }>, row: number): Words {
  if (type === "enum") return [1265, "01000", `Data truncated for column '${column}' at row ${row}`];
  if (type === "json")
    return [3140, "22032", `Invalid JSON text: "Invalid value." at position 0 in value for column '${column}'.`];
  const name =
    { smallint: "integer", bigint: "integer", numeric: "decimal", "double precision": "double" }[type] ?? type;
  const number = /^(date|datetime|time|timestamp)$/.test(name) ? 1292 : 1366;
  return [
    number,
    number === 1292 ? "22007" : "HY000",
    `Incorrect ${name} value: '${text}' for column '${column}' at row ${row}`,
  ];
}

function otherWords(problem: Problem, database: string): Words {
  switch (problem.kind) {
    case "noFunction":
      return [1305, "42000", `FUNCTION ${database}.${problem.name} does not exist`];
    case "noType":
      return [1064, "42000", `${SYNTAX} '${problem.name}' at line 1`];
    case "grouping":
      return [
        1055,
        "42000",
        `Expression #${problem.position} of SELECT list is not in GROUP BY clause and contains nonaggregated column '${database}.${problem.column}' which is not functionally dependent on columns in GROUP BY clause; this is incompatible with sql_mode=only_full_group_by`,
      ];
    case "aggregate":
      return [1111, "HY000", "Invalid use of group function"];
    case "severalRows":
      return [1242, "21000", "Subquery returns more than 1 row"];
    case "severalColumns":
      return [1241, "21000", "Operand should contain 1 column(s)"];
    case "setColumns":
      return [1222, "21000", "The used SELECT statements have a different number of columns"];
    case "positionRange":
      return [1054, "42S22", `Unknown column '${problem.position}' in 'order clause'`];
    case "dependents":
      return [
        3730,
        "HY000",
        `Cannot drop ${problem.name.replace(/ (.*)/, " '$1'")} referenced by a foreign key constraint.`,
      ];
    case "denied":
      return [1142, "42000", problem.what];
    case "noSelectedDatabase":
      return [1046, "3D000", "No database selected"];
    case "disk":
      return [1114, "HY000", `The table '${problem.path}' is full`];
    case "tooMuchWork":
      return [3024, "HY000", "Query execution was interrupted, maximum statement execution time exceeded"];
    case "unsupported":
      return [1235, "42000", `This simulation of MySQL doesn't support '${problem.what}'`];
    case "other":
      return [problem.number || 1105, problem.code, problem.message];
    default:
      return [1105, "HY000", problem.kind];
  }
}
