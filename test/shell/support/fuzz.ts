/**
 * Generated scripts, here and in the real shells of this machine.
 *
 *     node test/shell/support/fuzz.ts compare 1 500      prints the differences of these seeds
 *     node test/shell/support/fuzz.ts record 1 200       writes what the real shells answer, for the tests
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hash32 } from "../../../src/lib/prng.ts";
import type { ShellFlavour } from "../../../src/shell/contract.ts";
import { generateScript } from "./generate.ts";
import { FLAVOURS, type ParityCase, type ParityResult, runHere, runReal } from "./parity.ts";

const MAX_SHOWN = 600;
const RECORDS = join(import.meta.dirname, "../recorded-fuzz.json");

/** Hashes of the script and of its output, and the status. */
export type FuzzRecord = [script: number, stdout: number, status: number | null];
export type FuzzRecords = Record<string, Partial<Record<ShellFlavour, FuzzRecord>>>;

export function fuzzCase(seed: number, flavour: ShellFlavour): ParityCase {
  const script = generateScript(seed, flavour);
  return { topic: "fuzz", name: String(seed), flavours: [flavour], how: "argument", script };
}

export function recordOf(each: ParityCase, result: ParityResult): FuzzRecord {
  return [hash32(each.script), hash32(result.stdout), result.status];
}

export function readRecords(): FuzzRecords {
  return existsSync(RECORDS) ? (JSON.parse(readFileSync(RECORDS, "utf8")) as FuzzRecords) : {};
}

function main([mode, from = "1", to = "100"]: string[]): void {
  const records: FuzzRecords = {};
  let [same, total] = [0, 0];
  for (let seed = Number(from); seed <= Number(to); seed++) {
    for (const flavour of FLAVOURS) {
      const each = fuzzCase(seed, flavour);
      const real = runReal(each, flavour);
      if (mode === "record") {
        records[seed] = { ...records[seed], [flavour]: recordOf(each, real) };
        continue;
      }
      const here = runHere(each, flavour);
      total++;
      if (here.stdout === real.stdout && here.status === real.status) same++;
      else {
        console.log(`## ${seed} ${flavour}\n${each.script}`);
        for (const [who, result] of Object.entries({ real, here })) {
          const shown = [result.stdout, result.stderr].map((text) => JSON.stringify(text.slice(0, MAX_SHOWN)));
          console.log(`${who} [${result.status}] ${shown.join("\n     ")}`);
        }
      }
    }
  }
  if (mode === "record") writeFileSync(RECORDS, `${JSON.stringify(records).replaceAll('},"', '},\n"')}\n`);
  else console.log(`same ${same} of ${total}`);
}

if (import.meta.main) main(process.argv.slice(2));
