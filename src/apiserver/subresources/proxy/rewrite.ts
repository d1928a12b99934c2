/**
 * Links in answers that came through a proxy: absolute paths of the server are below the proxy's path for the client.
 *
 * Kubernetes: k8s.io/apimachinery/pkg/util/proxy/transport.go
 */

/** Attributes of HTML with an address, by element. */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  applet: ["codebase"],
  area: ["href"],
  audio: ["src"],
  base: ["href"],
  blockquote: ["cite"],
  body: ["background"],
  button: ["formaction"],
  command: ["icon"],
  del: ["cite"],
  embed: ["src"],
  form: ["action"],
  frame: ["longdesc", "src"],
  head: ["profile"],
  html: ["manifest"],
  iframe: ["longdesc", "src"],
  img: ["longdesc", "src", "usemap"],
  input: ["formaction", "src", "usemap"],
  ins: ["cite"],
  link: ["href"],
  object: ["classid", "codebase", "data", "usemap"],
  q: ["cite"],
  script: ["src"],
  source: ["src"],
  video: ["poster", "src"],
};

const TAG = /<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[^<>\s="'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)+)/g;
const ATTRIBUTE = /(\s)([^<>\s="'/]+)(\s*=\s*)(?:"([^"]*)"|'([^']*)')/g;

/** The address for the client. Addresses of other hosts and relative ones stay as they are. */
export function rewrittenUrl(url: string, { prefix, host }: { prefix: string; host: string }): string {
  const [, scheme, authority, path = ""] = /^(?:([a-z][a-z0-9+.-]*:)?\/\/([^/?#]*))?(.*)$/is.exec(url) ?? [];
  const isOther = authority !== undefined && authority !== host;
  if (isOther || (scheme === undefined && authority === undefined && !path.startsWith("/"))) return url;
  if (!path.startsWith("/") && path !== "") return url;
  return path === prefix || path.startsWith(`${prefix}/`) ? path : prefix + path;
}

/** The page with its links rewritten. */
export function rewrittenHtml(html: string, at: { prefix: string; host: string }): string {
  return html.replace(TAG, (whole, element: string, attributes: string) => {
    const names = LINKS[element.toLowerCase()];
    if (!names) return whole;
    const changed = attributes.replace(
      ATTRIBUTE,
      (text, space: string, name: string, equals: string, double?: string, single?: string) =>
        names.includes(name.toLowerCase())
          ? `${space}${name}${equals}"${rewrittenUrl(double ?? single ?? "", at)}"`
          : text,
    );
    return `<${element}${changed}`;
  });
}
