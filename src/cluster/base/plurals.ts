/** Irregular plurals. The registry of kinds is not used, because base objects may be of kinds that are not served. */
export const PLURALS: Readonly<Record<string, string>> = {
  Endpoints: "endpoints",
  IPAddress: "ipaddresses",
  StorageClass: "storageclasses",
  PriorityClass: "priorityclasses",
};
