/** Records what the real shells of this machine answer to the corpus: `npm run parity-record [topic …]`. */
import { type Recorded, readCases, runReal, topics, writeRecorded } from "./parity.ts";

const wanted = process.argv.slice(2);
for (const topic of topics().filter((each) => wanted.length === 0 || wanted.includes(each))) {
  const recorded: Recorded = {};
  for (const each of readCases(topic)) {
    recorded[each.name] = Object.fromEntries(each.flavours.map((flavour) => [flavour, runReal(each, flavour)]));
  }
  writeRecorded(topic, recorded);
  console.log(`${topic}: ${Object.keys(recorded).length} cases`);
}
