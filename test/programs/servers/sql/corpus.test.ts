/**
 * The simulated PostgreSQL answers as the real one did (`recorded/`, made by `record.ts`): output, errors, status. Steps
 * that differ are named in `differences.json`; a step that agrees again must leave that list.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bytesOfText, textOfBytes } from "../../../../src/lib/bytes.ts";
import { Container } from "../container.ts";
import { comparable, type Outcome, readCorpus, recordedPath, type SqlGroup } from "./corpus.ts";

const KNOWN = join(import.meta.dirname, "differences.json");
const known = JSON.parse(readFileSync(KNOWN, "utf8")) as Record<string, string[]>;
const shown = process.env.SQL_SHOW;
const groups = readCorpus();

function answersOf({ steps }: SqlGroup): Record<string, Outcome> {
  const env = { POSTGRES_PASSWORD: "secret", POSTGRES_DB: "course", POSTGRES_INITDB_ARGS: "--locale=C.UTF-8" };
  const server = new Container("postgres:15", { env });
  Object.assign(server.env, { PGUSER: "postgres", PGDATABASE: "course", LC_ALL: "C.UTF-8" });
  const answers: Record<string, Outcome> = {};
  for (const [i, { argv, input, file, text }] of steps.entries()) {
    if (file) server.files.write(`/${file.name}`, bytesOfText(file.content));
    if (!argv) continue;
    const network = (question: Parameters<Container["asNetwork"]>[0]) => server.asNetwork(question, "127.0.0.1");
    const { out, err, status } = server.exec(argv.map(bytesOfText), network, bytesOfText(input));
    answers[`${i} ${text}`] = { out: textOfBytes(out), err: textOfBytes(err), status: status ?? -1 };
  }
  return answers;
}

function differencesOf(group: SqlGroup): string[] {
  const recorded = JSON.parse(readFileSync(recordedPath(group.name), "utf8")) as Record<string, Outcome>;
  const here = answersOf(group);
  return Object.entries(recorded).flatMap(([key, real]) => {
    const answer = here[key];
    if (!answer) throw new Error(`"${key}" is not in the corpus: run node test/programs/servers/sql/record.ts`);
    if (comparable(answer) === comparable(real)) return [];
    if (shown !== undefined && (shown === "1" || group.name.includes(shown))) show(group.name, key, real, answer);
    return [key];
  });
}

function show(group: string, key: string, real: Outcome, here: Outcome): void {
  const text = ({ out, err, status }: Outcome) => `${out}${err ? `[err] ${err}` : ""}[${status}]`;
  process.stdout.write(`\n##### ${group} | ${key}\n--- real\n${text(real)}\n--- here\n${text(here)}\n`);
}

describe("PostgreSQL", () => {
  const found: Record<string, string[]> = {};

  for (const group of groups) {
    it(`${group.name}: same output, errors and status as the real server`, () => {
      const differences = differencesOf(group);
      if (differences.length > 0) found[group.name] = differences;
      if (process.env.SQL_UPDATE === "1") writeFileSync(KNOWN, `${JSON.stringify(found, null, 2)}\n`);
      else expect(differences).toEqual(known[group.name] ?? []);
    });
  }

  it("has at least 300 statements, of which 98 % agree", () => {
    const all = groups.flatMap(({ steps }) => steps.filter(({ argv }) => argv)).length;
    const differing = Object.values(known).flat().length;
    expect(all).toBeGreaterThanOrEqual(300);
    expect(1 - differing / all).toBeGreaterThanOrEqual(0.98);
  });
});
