/** Plurals that are not the kind's lower case with an s: base objects may be of kinds that are not served yet. */
export const PLURALS: Readonly<Record<string, string>> = {
  Endpoints: "endpoints",
  IPAddress: "ipaddresses",
  StorageClass: "storageclasses",
  PriorityClass: "priorityclasses",
};
