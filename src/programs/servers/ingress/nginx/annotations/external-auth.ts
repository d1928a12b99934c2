/** `auth-url`: asks another server whether the request may pass, and `auth-signin` sends others there. */
import { type IngressAnnotation, page } from "../exchange.ts";

const URL_PARTS = /^(https?):\/\/([^/:]+)(?::(\d+))?(\/.*)?$/;

export const externalAuth: IngressAnnotation = {
  answer(exchange) {
    const { process, request, host, location, upstream } = exchange;
    const { annotations } = location;
    const url = annotations["auth-url"];
    if (url === undefined) return undefined;
    const [, scheme, name = "", port, path = "/"] = URL_PARTS.exec(url) ?? [];
    const { "content-length": _length, ...headers } = request.headers;
    const answer = process.ask({
      ...{ type: "http", scheme: scheme === "https" ? "https" : "http", host: name, path, body: "" },
      port: Number(port ?? (scheme === "https" ? 443 : 80)),
      method: annotations["auth-method"] ?? "GET",
      headers: {
        ...{ ...headers, host: name, "x-original-method": request.method },
        "x-original-url": `${request.scheme}://${host}${request.path}`,
      },
      timeoutMs: 60_000,
    });
    if (answer?.type !== "http") return page(500);
    if (answer.status >= 200 && answer.status < 300) {
      for (const header of (annotations["auth-response-headers"] ?? "").split(",").map((one) => one.trim())) {
        const value = answer.headers[header.toLowerCase()];
        if (header !== "" && value !== undefined) upstream.headers[header.toLowerCase()] = value;
      }
      return undefined;
    }
    const signIn = annotations["auth-signin"];
    if (answer.status === 401 && signIn) {
      const back = encodeURIComponent(`${request.scheme}://${host}${request.path}`);
      const filled = signIn.replace(/\$host/g, host).replace(/\$(escaped_)?request_uri/g, request.path);
      const target = /[?&]rd=/.test(filled) ? filled : `${filled}${filled.includes("?") ? "&" : "?"}rd=${back}`;
      return page(302, { location: target });
    }
    return page(answer.status === 401 || answer.status === 403 ? answer.status : 500);
  },
};
