/** Compares the corpus with its records and prints the differences: `node test/shell/support/compare.ts [topic …]`. */
import { normalizeErrors, readCases, readRecorded, runHere, topics } from "./parity.ts";

const wanted = process.argv.slice(2);
let [same, total, sameErrors] = [0, 0, 0];
for (const topic of topics().filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const recorded = readRecorded(topic);
  for (const each of readCases(topic)) {
    for (const flavour of each.flavours) {
      const real = recorded[each.name]?.[flavour];
      if (!real) continue;
      total++;
      let here: ReturnType<typeof runHere>;
      try {
        here = runHere(each, flavour);
      } catch (error) {
        here = { stdout: `${error instanceof Error ? error.stack : error}`, stderr: "", status: null };
      }
      const isSame = here.stdout === real.stdout && here.status === real.status;
      if (isSame) same++;
      const hasSameErrors = normalizeErrors(here.stderr) === normalizeErrors(real.stderr);
      if (hasSameErrors) sameErrors++;
      if (!isSame) {
        console.log(`## ${topic}/${each.name} ${flavour}`);
        console.log(`real [${real.status}] ${JSON.stringify(real.stdout)}\n     ${JSON.stringify(real.stderr)}`);
        console.log(`here [${here.status}] ${JSON.stringify(here.stdout)}\n     ${JSON.stringify(here.stderr)}`);
      } else if (!hasSameErrors && process.env["ERRORS"]) {
        console.log(
          `~~ ${topic}/${each.name} ${flavour}\nreal ${JSON.stringify(real.stderr)}\nhere ${JSON.stringify(here.stderr)}`,
        );
      }
    }
  }
}
console.log(`same ${same} of ${total}; errors also same: ${sameErrors}`);
