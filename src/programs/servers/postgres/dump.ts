/** pg_dump's plain format: SQL that psql runs. */
import { type Entry, plainName, schemaOf, type Table, type TableColumn, type View } from "../../sql/catalog.ts";
import { copyText } from "../../sql/copy.ts";
import { valuesOf } from "../../sql/sources.ts";
import { isRightAligned, typeText } from "../../sql/types.ts";
import { textOf } from "../../sql/values.ts";
import { fullName, indexDefinition, indexesOf, quoteIdent, type SequenceFacts, sequencesOf } from "./objects.ts";
import { shownDefault } from "./psql-describe.ts";
import { viewText } from "./view-text.ts";

export interface DumpOptions {
  /** `15.15 (Debian 15.15-1.pgdg130+1)` */
  version: string;
  hasSchema: boolean;
  hasData: boolean;
  isClean: boolean;
  hasOwners: boolean;
  /** Rows as INSERT instead of COPY. */
  hasInserts: boolean;
  /** Only this table. */
  table?: string;
  /** The random word of `\restrict`; absent in releases without it. */
  token?: string;
}

interface Part {
  name: string;
  type: string;
  schema: string;
  owner: string;
  text: string;
}

type Named<T> = readonly [key: string, entry: T];

export function dumpText(entries: Readonly<Record<string, Entry>>, options: DumpOptions): string {
  const { version, hasSchema, hasData, token } = options;
  const isWanted = (key: string) => options.table === undefined || [key, plainName(key)].includes(options.table);
  const all = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  const tables = all.flatMap(([key, entry]): Named<Table>[] =>
    entry.kind === "table" && isWanted(key) ? [[key, entry]] : [],
  );
  const views = all.flatMap(([key, entry]): Named<View>[] =>
    entry.kind === "view" && isWanted(key) ? [[key, entry]] : [],
  );
  const rows = tables.filter(([, { text }]) => text === undefined);
  const parts = [
    ...(hasSchema && options.table === undefined ? objectParts(all) : []),
    ...(hasSchema ? tables.flatMap((each) => tableParts(each, options)) : []),
    ...(hasSchema ? views.map(([key, view]) => viewPart(key, view, options)) : []),
    ...(hasSchema ? rows.flatMap(([key, table]) => defaultParts(key, table)) : []),
    ...(hasData ? rows.map(([key, table]) => dataPart(key, table, options)) : []),
    ...(hasData ? rows.flatMap(([key, table]) => sequencesOf(key, table).map((each) => counterPart(each, table))) : []),
    ...(hasSchema ? rows.flatMap(([key, table]) => keyParts(key, table)) : []),
    ...(hasSchema ? rows.flatMap(([key, table]) => indexParts(key, table)) : []),
    ...(hasSchema ? rows.flatMap(([key, table]) => foreignParts(key, table)) : []),
  ];
  const head = [
    "--\n-- PostgreSQL database dump\n--\n",
    ...(token === undefined ? [] : [`\\restrict ${token}\n`]),
    `-- Dumped from database version ${version}\n-- Dumped by pg_dump version ${version}\n`,
    `${SETTINGS}\n`,
    ...(options.isClean ? [cleanText(tables, views)] : []),
    ...(hasSchema ? ["SET default_tablespace = '';\n", "SET default_table_access_method = heap;\n"] : []),
  ];
  const tail = [
    "--\n-- PostgreSQL database dump complete\n--\n",
    ...(token === undefined ? [] : [`\\unrestrict ${token}\n`]),
  ];
  return [...head, ...parts.map(partText), ...tail].join("\n").concat("\n");
}

const SETTINGS = `SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;`;

function partText({ name, type, schema, owner, text }: Part): string {
  const label = type === "TABLE DATA" ? "Data for Name" : "Name";
  return `--\n-- ${label}: ${name}; Type: ${type}; Schema: ${schema}; Owner: ${owner}\n--\n\n${text}\n`;
}

function cleanText(tables: readonly Named<Table>[], views: readonly Named<View>[]): string {
  const lines = [
    ...views.map(([key]) => `DROP VIEW ${fullName(key)};`),
    ...tables.map(([key]) => `DROP TABLE ${fullName(key)};`),
  ];
  return `${lines.join("\n")}\n`;
}

function ownerText(kind: string, key: string, owner: string, { hasOwners }: DumpOptions): string {
  return hasOwners ? `\n\nALTER ${kind} ${fullName(key)} OWNER TO ${quoteIdent(owner)};` : "";
}

/** Schemas, types, functions and sequences of their own. */
function objectParts(all: readonly Named<Entry>[]): Part[] {
  return all.flatMap(([key, entry]): Part[] => {
    const name = key.replace(/^@\w+\./, "");
    const part = (type: string, text: string, schema = "public"): Part[] => [
      { name, type, schema, owner: entry.owner, text: `${text}\n` },
    ];
    switch (entry.kind) {
      case "schema":
        return name === "public" ? [] : part("SCHEMA", `CREATE SCHEMA ${quoteIdent(name)};\n`, "-");
      case "type":
        return part(
          "TYPE",
          `CREATE TYPE public.${quoteIdent(name)} AS ENUM (\n    ${entry.values.map((value) => `'${value}'`).join(",\n    ")}\n);\n`,
        );
      case "sequence":
        return part(
          "SEQUENCE",
          `CREATE SEQUENCE ${fullName(key)}\n    START WITH ${entry.next}\n    INCREMENT BY ${entry.increment}\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1;\n`,
        );
      case "function": {
        const args = entry.args
          .map(({ name: own, type }) => [own, typeText(type)].filter(Boolean).join(" "))
          .join(", ");
        const head = `CREATE FUNCTION public.${name}(${args}) RETURNS ${typeText(entry.returns)}\n    LANGUAGE sql\n`;
        return part("FUNCTION", `${head}    AS $$${entry.body}$$;\n`);
      }
      default:
        return [];
    }
  });
}

function columnText(column: TableColumn): string {
  const { name, type, isNotNull, generated, computedText, defaultText } = column;
  const fallback =
    computedText !== undefined
      ? ` GENERATED ALWAYS AS (${computedText}) STORED`
      : generated || defaultText === undefined
        ? ""
        : ` DEFAULT ${shownDefault(defaultText, typeText({ name: type.name }))}`;
  const shown = type.isCustom ? `public.${typeText(type)}` : typeText(type);
  return `    ${quoteIdent(name)} ${shown}${fallback}${isNotNull ? " NOT NULL" : ""}`;
}

function tableParts([key, table]: Named<Table>, options: DumpOptions): Part[] {
  const { owner, columns, constraints } = table;
  const [schema, name] = [schemaOf(key), plainName(key)];
  if (table.text !== undefined) {
    const text = `CREATE MATERIALIZED VIEW ${fullName(key)} AS\n ${table.text}\n  WITH DATA;\n${ownerText("TABLE", key, owner, options)}`;
    return [{ name, type: "MATERIALIZED VIEW", schema, owner, text }];
  }
  const checks = constraints
    .filter(({ type }) => type === "check")
    .map((check) => `    CONSTRAINT ${quoteIdent(check.name)} CHECK ((${check.text}))`);
  const body = [...columns.map(columnText), ...checks].join(",\n");
  const text = `CREATE TABLE ${fullName(key)} (\n${body}\n);\n${ownerText("TABLE", key, owner, options)}`;
  const sequences = sequencesOf(key, table).flatMap((each) => sequenceParts(key, owner, each, columns, options));
  return [{ name, type: "TABLE", schema, owner, text }, ...sequences];
}

function sequenceParts(
  key: string,
  owner: string,
  sequence: SequenceFacts,
  columns: readonly TableColumn[],
  options: DumpOptions,
): Part[] {
  const [schema, name] = [schemaOf(key), plainName(sequence.key)];
  const size = `    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1`;
  if (sequence.isIdentity) {
    const isAlways = columns.find((column) => column.name === sequence.column)?.generated === "always";
    const text = `ALTER TABLE ${fullName(key)} ALTER COLUMN ${quoteIdent(sequence.column)} ADD GENERATED ${isAlways ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY (\n    SEQUENCE NAME ${fullName(sequence.key)}\n${size}\n);\n\n`;
    return [{ name, type: "SEQUENCE", schema, owner, text }];
  }
  const as = sequence.type === "bigint" ? "" : `    AS ${sequence.type}\n`;
  const created = `CREATE SEQUENCE ${fullName(sequence.key)}\n${as}${size};\n${ownerText("TABLE", sequence.key, owner, options)}`;
  const owned = `ALTER SEQUENCE ${fullName(sequence.key)} OWNED BY ${fullName(key)}.${quoteIdent(sequence.column)};\n\n`;
  return [
    { name, type: "SEQUENCE", schema, owner, text: created },
    { name, type: "SEQUENCE OWNED BY", schema, owner, text: owned.replace(/\n$/, "") },
  ];
}

function viewPart(key: string, view: View, options: DumpOptions): Part {
  const text = `CREATE VIEW ${fullName(key)} AS\n${viewText(view.text, Number.parseInt(options.version, 10), fullName)}\n${ownerText("TABLE", key, view.owner, options)}`;
  return { name: plainName(key), type: "VIEW", schema: schemaOf(key), owner: view.owner, text };
}

function defaultParts(key: string, table: Table): Part[] {
  return sequencesOf(key, table)
    .filter(({ isIdentity }) => !isIdentity)
    .map((sequence) => ({
      name: `${plainName(key)} ${sequence.column}`,
      type: "DEFAULT",
      schema: schemaOf(key),
      owner: table.owner,
      text: `ALTER TABLE ONLY ${fullName(key)} ALTER COLUMN ${quoteIdent(sequence.column)} SET DEFAULT nextval('${fullName(sequence.key)}'::regclass);\n`,
    }));
}

function dataPart(key: string, table: Table, { hasInserts }: DumpOptions): Part {
  const stored = table.columns.flatMap((column, i) => (column.computedText === undefined ? [i] : []));
  const rows = table.rows.map(([, values]) => {
    const all = valuesOf(table, values);
    return stored.map((i) => all[i] ?? null);
  });
  const names = stored.map((i) => quoteIdent(table.columns[i]?.name ?? "")).join(", ");
  const literal = (i: number, text: string | null) => {
    const type = table.columns[stored[i] ?? 0]?.type;
    if (text === null) return "NULL";
    if (type?.name === "boolean") return text === "t" ? "true" : "false";
    return type && isRightAligned(type) ? text : `'${text.replace(/'/g, "''")}'`;
  };
  const shown = rows.map((row) => row.map((value) => (value === null ? null : textOf(value))));
  const text = hasInserts
    ? shown
        .map((row) => `INSERT INTO ${fullName(key)} VALUES (${row.map((cell, i) => literal(i, cell)).join(", ")});\n`)
        .join("")
    : `COPY ${fullName(key)} (${names}) FROM stdin;\n${shown.map((row) => `${copyText(row, "\t")}\n`).join("")}\\.\n`;
  return { name: plainName(key), type: "TABLE DATA", schema: schemaOf(key), owner: table.owner, text };
}

function counterPart({ key, next }: SequenceFacts, { owner }: Table): Part {
  const text = `SELECT pg_catalog.setval('${fullName(key)}', ${Math.max(1, next - 1)}, ${next > 1});\n`;
  return { name: plainName(key), type: "SEQUENCE SET", schema: schemaOf(key), owner, text };
}

function constraintPart(key: string, { owner }: Table, name: string, type: string, text: string): Part {
  const sql = `ALTER TABLE ONLY ${fullName(key)}\n    ADD CONSTRAINT ${quoteIdent(name)} ${text};\n`;
  return { name: `${plainName(key)} ${name}`, type, schema: schemaOf(key), owner, text: sql };
}

function keyParts(key: string, table: Table): Part[] {
  return table.constraints.flatMap(({ type, name, columns }) => {
    if (type !== "primary" && type !== "unique") return [];
    const list = columns.map(quoteIdent).join(", ");
    return [
      constraintPart(key, table, name, "CONSTRAINT", `${type === "primary" ? "PRIMARY KEY" : "UNIQUE"} (${list})`),
    ];
  });
}

function indexParts(key: string, table: Table): Part[] {
  return indexesOf(key, table)
    .filter(({ isConstraint }) => !isConstraint)
    .map((index) => ({
      name: index.name,
      type: "INDEX",
      schema: schemaOf(key),
      owner: table.owner,
      text: `${indexDefinition(key, index)};\n`,
    }));
}

function foreignParts(key: string, table: Table): Part[] {
  return table.constraints.flatMap(({ type, name, columns, target = "", targetColumns = [], onDelete, onUpdate }) => {
    if (type !== "foreign") return [];
    const action = (event: string, what: string | undefined) =>
      what && what !== "NO ACTION" ? ` ON ${event} ${what}` : "";
    const text = `FOREIGN KEY (${columns.map(quoteIdent).join(", ")}) REFERENCES ${fullName(target)}(${targetColumns.map(quoteIdent).join(", ")})${action("UPDATE", onUpdate)}${action("DELETE", onDelete)}`;
    return [constraintPart(key, table, name, "FK CONSTRAINT", text)];
  });
}
