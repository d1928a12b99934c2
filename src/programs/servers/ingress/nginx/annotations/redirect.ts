/** `permanent-redirect`, `temporal-redirect`, and `app-root` for the path `/`. */
import { type IngressAnnotation, page } from "../exchange.ts";

export const redirect: IngressAnnotation = {
  answer({ location: { annotations }, request, host, uri }) {
    const temporal = annotations["temporal-redirect"];
    if (temporal) return page(code(annotations["temporal-redirect-code"], 302), { location: temporal });
    const permanent = annotations["permanent-redirect"];
    if (permanent) return page(code(annotations["permanent-redirect-code"], 301), { location: permanent });
    const root = annotations["app-root"];
    if (root === undefined || uri !== "/") return undefined;
    const port = [80, 443].includes(request.port) ? "" : `:${request.port}`;
    return page(302, { location: `${request.scheme}://${host}${port}${root}` });
  },
};

function code(text: string | undefined, fallback: number): number {
  const status = Number(text ?? Number.NaN);
  return Number.isInteger(status) && status >= 300 && status <= 308 ? status : fallback;
}
