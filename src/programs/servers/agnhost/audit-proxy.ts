/**
 * agnhost audit-proxy: prints the audit events that it receives.
 * Kubernetes: test/images/agnhost/audit-proxy/main.go
 */
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import { text } from "../http.ts";
import { printLines, slashTime } from "../log.ts";
import { server } from "../server.ts";

const API_VERSION = "audit.k8s.io/v1";

export const auditProxy = server({
  ports: () => [8080],
  stop: { status: 2 },
  http: (process, { body }) => {
    const events = eventsOf(body);
    if (!events) {
      const bytes = Array.from(body, (character) => character.charCodeAt(0).toString(2)).join(" ");
      const problem = `failed decoding buf: [${bytes}], apiVersion: ${API_VERSION}`;
      printLines(process, 2, [`${slashTime(process.nowMs)} ${problem}`]);
      return text(500, "");
    }
    printLines(process, 1, events);
    return text(200, "");
  },
});

/** One line for each event; undefined if the body is not an EventList. */
function eventsOf(body: string): string[] | undefined {
  let list: JsonValue;
  try {
    list = JSON.parse(body) as JsonValue;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
  if (!isJsonObject(list) || list["kind"] !== "EventList" || list["apiVersion"] !== API_VERSION) return undefined;
  const items = Array.isArray(list["items"]) ? list["items"].filter(isJsonObject) : [];
  return items.map((event) => JSON.stringify({ kind: "Event", apiVersion: API_VERSION, ...event }));
}
