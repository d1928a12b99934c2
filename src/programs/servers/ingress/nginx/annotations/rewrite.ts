/** `rewrite-target`: replaces the path, with the groups of the path's pattern as `$1`, `$2`. */
import { groupsOf } from "../../../nginx/select.ts";
import { type IngressAnnotation, queryOf } from "../exchange.ts";

export const rewrite: IngressAnnotation = {
  prepare(exchange) {
    const { location, upstream, uri } = exchange;
    const target = location.annotations["rewrite-target"];
    if (target === undefined || target === "" || target === location.path) return;
    const groups = groupsOf(`(?i)${location.path}`, uri);
    if (!groups) return;
    const path = target.replace(/\$(\d)/g, (_, group: string) => groups[Number(group)] ?? "");
    upstream.path = `${encoded(path.startsWith("/") ? path : `/${path}`)}${queryOf(exchange)}`;
  },
};

/** As nginx writes a changed path: bytes that a request line cannot hold are percent-encoded. */
function encoded(path: string): string {
  return path.replace(
    /[^\x21-\x7e]|[%?#]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
