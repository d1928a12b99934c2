/** file: the records of a zone file. https://coredns.io/plugins/file */
import { Fallthrough, NO_RECORDS, type Plugin, zonesOf, zoneWith } from "../plugin.ts";
import { recordsOfZone } from "../zone-file.ts";

export const file: Plugin = {
  name: "file",
  isRepeatable: true,
  setup(reader, { read }) {
    const [path, ...given] = reader.args();
    if (path === undefined) throw reader.argumentProblem();
    const zones = zonesOf(given, reader.keys);
    const text = read(path);
    if (text === undefined) throw reader.plainProblem(`open ${path}: no such file or directory`);
    const fallthrough = new Fallthrough();
    while (reader.nextLine()) {
      const property = reader.value;
      const args = reader.args();
      if (property === "fallthrough") fallthrough.read(args);
      else if (property !== "reload" && property !== "upstream") throw reader.problem(`unknown property '${property}'`);
    }
    return (query, _world, next) => {
      const zone = zoneWith(query.name, zones);
      if (zone === undefined) return next(query);
      const all = recordsOfZone(text, zone);
      const named = all.filter(({ name }) => name === query.name);
      const wildcard = query.name.replace(/^[^.]+/, "*");
      const found = named.length > 0 ? named : all.filter(({ name }) => name === wildcard);
      if (found.length === 0) return fallthrough.covers(query.name) ? next(query) : NXDOMAIN;
      const records = found
        .filter(({ record }) => record === query.record || record === "CNAME")
        .map((record) => ({ ...record, name: query.name }));
      const alias = records.find(({ record }) => record === "CNAME" && query.record !== "CNAME");
      const target = alias?.value.replace(/\.$/, "");
      const further = all.filter(({ name, record }) => name === target && record === query.record);
      return { ...NO_RECORDS, records: [...records, ...further] };
    };
  },
};

const NXDOMAIN = { ...NO_RECORDS, code: "NXDOMAIN" } as const;
