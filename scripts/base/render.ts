/**
 * Renders `src/cluster/base/generated/bootstrap.json`: the objects that a control plane creates. Values that differ between
 * clusters become the placeholders of `src/cluster/base-template.ts`; uids and resourceVersions are left out, because an
 * object's place in the base decides them.
 */

interface RecordedObject {
  metadata: { name: string; uid?: string; resourceVersion?: string; [field: string]: unknown };
  [field: string]: unknown;
}

interface Recording {
  response: { body: { kind: string; apiVersion: string; items: RecordedObject[] } };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const MICRO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, stripped(field)]));
  }
  if (typeof value !== "string") return value;
  if (INSTANT.test(value)) return "<time>";
  if (MICRO_INSTANT.test(value)) return "<microtime>";
  // A random host identity of the recording; any text in the form of a UUID is valid.
  return value.replace(CERTIFICATE, "<ca>").replace(UID, "00000000-0000-4000-8000-000000000000");
}

/** The recorded API server had another address; ours is a pod of the first node. */
function placed(text: string): string {
  return text.replaceAll("22000", "6443").replaceAll("192.0.2.10", "192.168.0.11").replaceAll('"vm"', '"node-1"');
}

/** The text of `bootstrap.json` for these recorded lists. */
export function renderBootstrap(recordedLists: string): string {
  const objects: string[] = [];
  for (const line of recordedLists.split("\n")) {
    if (line === "") continue;
    const { kind, apiVersion, items } = (JSON.parse(line) as Recording).response.body;
    for (const item of items) {
      const { uid: _uid, resourceVersion: _resourceVersion, ...metadata } = item.metadata;
      const object = { kind: kind.replace(/List$/, ""), apiVersion, ...item, metadata };
      objects.push(placed(JSON.stringify(stripped(object))));
    }
  }
  // Role bindings of a namespace and of all namespaces are recorded twice.
  return `[\n${[...new Set(objects)].join(",\n")}\n]\n`;
}
