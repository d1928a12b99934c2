/** pg_dump's plain format: SQL that psql runs. */
import type { Entry, Table } from "../../sql/catalog.ts";
import { copyText } from "../../sql/copy.ts";
import { valuesOf } from "../../sql/sources.ts";
import { typeText } from "../../sql/types.ts";
import { textOf } from "../../sql/values.ts";

interface DumpOptions {
  version: string;
  hasSchema: boolean;
  hasData: boolean;
  isClean: boolean;
}

export function dumpText(entries: Readonly<Record<string, Entry>>, options: DumpOptions): string {
  const { version, hasSchema, hasData, isClean } = options;
  const tables = Object.entries(entries).flatMap(([name, entry]) =>
    entry.kind === "table" ? [[name, entry] as const] : [],
  );
  const views = Object.entries(entries).flatMap(([name, entry]) =>
    entry.kind === "view" ? [[name, entry] as const] : [],
  );
  const parts = [
    `--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version ${version}\n-- Dumped by pg_dump version ${version}\n`,
    "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\nSET check_function_bodies = false;\nSET client_min_messages = warning;\n",
    ...(isClean ? tables.map(([name]) => `DROP TABLE IF EXISTS public.${name} CASCADE;\n`) : []),
    ...(hasSchema ? tables.map(([name, table]) => tableText(name, table)) : []),
    ...(hasSchema ? views.map(([name, view]) => `CREATE VIEW public.${name} AS\n${view.text};\n`) : []),
    ...(hasData ? tables.map(([name, table]) => dataText(name, table)) : []),
    ...(hasSchema ? tables.flatMap(([name, table]) => constraintTexts(name, table)) : []),
    "--\n-- PostgreSQL database dump complete\n--\n",
  ];
  return `${parts.join("\n")}\n`;
}

function heading(name: string, type: string, owner: string): string {
  return `--\n-- Name: ${name}; Type: ${type}; Schema: public; Owner: ${owner}\n--\n\n`;
}

function tableText(name: string, { columns, owner, constraints }: Table): string {
  const lines = columns.map((column) => {
    const type =
      column.generated === "serial"
        ? { integer: "serial", bigint: "bigserial", smallint: "smallserial" }[column.type.name]
        : undefined;
    const identity =
      column.generated && column.generated !== "serial"
        ? ` GENERATED ${column.generated === "always" ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`
        : "";
    const fallback = column.defaultText === undefined ? "" : ` DEFAULT ${column.defaultText}`;
    return `    ${column.name} ${type ?? typeText(column.type)}${fallback}${identity}${column.isNotNull && !identity ? " NOT NULL" : ""}`;
  });
  const checks = constraints
    .filter(({ type }) => type === "check")
    .map((check) => `    CONSTRAINT ${check.name} CHECK (${check.text})`);
  return `${heading(name, "TABLE", owner)}CREATE TABLE public.${name} (\n${[...lines, ...checks].join(",\n")}\n);\n`;
}

function dataText(name: string, table: Table): string {
  const rows = table.rows.map(
    ([, stored]) =>
      `${copyText(
        valuesOf(table, stored).map((value) => (value === null ? null : textOf(value))),
        "\t",
      )}\n`,
  );
  const copy = `COPY public.${name} (${table.columns.map((column) => column.name).join(", ")}) FROM stdin;\n${rows.join("")}\\.\n`;
  const counters = Object.entries(table.counters).map(
    ([column, next]) =>
      `\nSELECT pg_catalog.setval('public.${name}_${column}_seq', ${Math.max(1, next - 1)}, ${next > 1});\n`,
  );
  return `--\n-- Data for Name: ${name}; Type: TABLE DATA; Schema: public; Owner: ${table.owner}\n--\n\n${copy}${counters.join("")}`;
}

function constraintTexts(name: string, { constraints, indexes }: Table): string[] {
  const list = (names: readonly string[]) => `(${names.join(", ")})`;
  const add = (constraint: string, text: string) =>
    `ALTER TABLE ONLY public.${name}\n    ADD CONSTRAINT ${constraint} ${text};\n`;
  const keys = constraints.flatMap((each) => {
    if (each.type === "primary") return [add(each.name, `PRIMARY KEY ${list(each.columns)}`)];
    if (each.type === "unique") return [add(each.name, `UNIQUE ${list(each.columns)}`)];
    return [];
  });
  const foreign = constraints
    .filter(({ type }) => type === "foreign")
    .map((each) => {
      const action = each.onDelete && each.onDelete !== "NO ACTION" ? ` ON DELETE ${each.onDelete}` : "";
      return add(
        each.name,
        `FOREIGN KEY ${list(each.columns)} REFERENCES public.${each.target}${list(each.targetColumns ?? [])}${action}`,
      );
    });
  const created = indexes.map(
    (each) =>
      `CREATE ${each.isUnique ? "UNIQUE " : ""}INDEX ${each.name} ON public.${name} USING ${each.method} ${list(each.columns)};\n`,
  );
  return [...keys, ...created, ...foreign];
}
