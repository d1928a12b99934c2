/** nginx: the official image, its unprivileged variant, and images of Kubernetes' examples that contain it. */

import type { FileEntry } from "../../files/entry.ts";
import { nginxEntrypoint } from "../../programs/servers/nginx/entrypoint.ts";
import { nginx } from "../../programs/servers/nginx/nginx.ts";
import { alpineRelease } from "../bases/alpine.ts";
import { codenameOf } from "../bases/debian.ts";
import { bitnamiImage } from "../bitnami/layout.ts";
import { type ConfigOptions, MB, onAlpine, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { networkTools } from "../network-tools.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT, type TagFacts } from "../tags.ts";
import { directory, executable, file, link } from "../tree.ts";

const VERSIONS =
  "1.7:12 1.8:1 1.9:15 1.10:3 1.11:13 1.12:2 1.13:12 1.14:2 1.15:12 1.16:1 1.17:10 1.18:0 1.19:10 1.20:2 1.21:6 1.22:1 " +
  "1.23:4 1.24:0 1.25:5 1.26:3 1.27:5 1.28:2 1.29:8";
const WORDS = { stable: "1.28.2", mainline: "1.29.8" };
const EXTRA = "(?:-perl|-otel|-slim)?";

const ENTRYPOINT = `#!/bin/sh
# Prepares the configuration with the scripts of /docker-entrypoint.d, then runs the command.
set -e
for script in /docker-entrypoint.d/*; do
  case "$script" in
    *.envsh) . "$script" ;;
    *.sh) [ -x "$script" ] && "$script" ;;
  esac
done
exec "$@"
`;

const MAIN = `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log notice;
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;

const SITE = `server {
    listen       80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}

`;

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const ERROR = `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
</body>
</html>
`;

const TYPES = `
types {
    text/html                                        html htm shtml;
    text/css                                         css;
    text/xml                                         xml;
    image/gif                                        gif;
    image/jpeg                                       jpeg jpg;
    application/javascript                           js;
    text/plain                                       txt;
    image/png                                        png;
    image/svg+xml                                    svg svgz;
    image/x-icon                                     ico;
    application/json                                 json;
    application/pdf                                  pdf;
    application/zip                                  zip;
    application/wasm                                 wasm;
}
`;

/** What every nginx image has. */
function nginxFiles({
  uid,
  site = SITE,
  main = MAIN,
}: {
  uid: number;
  site?: string;
  main?: string;
}): Record<string, FileEntry> {
  const owned = { uid, gid: uid };
  return {
    "/usr/sbin/nginx": executable("nginx", { sizeBytes: 1_554_520 }),
    "/etc/nginx/nginx.conf": file(main),
    "/etc/nginx/conf.d/default.conf": file(site, uid === 0 ? {} : owned),
    "/etc/nginx/mime.types": file(TYPES),
    "/etc/nginx/fastcgi_params": file("fastcgi_param  QUERY_STRING       $query_string;\n"),
    "/etc/nginx/modules": link("/usr/lib/nginx/modules"),
    "/usr/lib/nginx/modules": directory(),
    "/usr/share/nginx/html/index.html": file(WELCOME),
    "/usr/share/nginx/html/50x.html": file(ERROR),
    "/var/cache/nginx": directory(owned),
    "/var/log/nginx/access.log": link("/dev/stdout"),
    "/var/log/nginx/error.log": link("/dev/stderr"),
    "/docker-entrypoint.sh": executable("nginx-entrypoint", { content: ENTRYPOINT }),
    "/docker-entrypoint.d/10-listen-on-ipv6-by-default.sh": file("#!/bin/sh\n", { mode: 0o755 }),
    "/docker-entrypoint.d/15-local-resolvers.envsh": file("#!/bin/sh\n", { mode: 0o755 }),
    "/docker-entrypoint.d/20-envsubst-on-templates.sh": file("#!/bin/sh\n", { mode: 0o755 }),
    "/docker-entrypoint.d/30-tune-worker-processes.sh": file("#!/bin/sh\n", { mode: 0o755 }),
    "/usr/bin/curl": executable("curl", { sizeBytes: 272_000 }),
    "/usr/bin/envsubst": executable("envsubst"),
    "/usr/bin/openssl": executable("openssl"),
  };
}

const USER = { name: "nginx", uid: 101, home: "/var/cache/nginx", shell: "/sbin/nologin" };

function options({ version }: TagFacts, extra: Partial<ConfigOptions> = {}): ConfigOptions {
  return {
    sizeBytes: 72 * MB,
    env: { NGINX_VERSION: version, PKG_RELEASE: "1~bookworm", NJS_VERSION: "0.9.4" },
    entrypoint: ["/docker-entrypoint.sh"],
    cmd: ["nginx", "-g", "daemon off;"],
    ports: [80],
    stopSignal: "QUIT",
    accounts: [USER],
    files: () => nginxFiles({ uid: 0 }),
    ...extra,
  };
}

function nginxImage(facts: TagFacts, extra: Partial<ConfigOptions> = {}) {
  if (!facts.variant.includes("alpine")) return onDebian(codenameOf(facts.variant), options(facts, extra));
  return onAlpine(alpineRelease(facts.variant), options(facts, { sizeBytes: 21 * MB, ...extra }));
}

const variants = `(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT})${EXTRA}|perl|otel`;

const official: ImageFamily = {
  repositories: [
    ...library("nginx"),
    "registry.k8s.io/e2e-test-images/nginx",
    "registry.k8s.io/nginx",
    "quay.io/nginx/nginx",
  ],
  tags: { versions: VERSIONS, words: WORDS, variants: `${variants}|\\d` },
  image: (facts) => nginxImage(facts),
  programs: { nginx, "nginx-entrypoint": nginxEntrypoint },
};

const unprivileged: ImageFamily = {
  repositories: [
    "docker.io/nginxinc/nginx-unprivileged",
    "quay.io/nginx/nginx-unprivileged",
    "ghcr.io/nginxinc/nginx-unprivileged",
  ],
  tags: { versions: VERSIONS, words: WORDS, variants },
  image: (facts) =>
    nginxImage(facts, {
      user: "101",
      ports: [8080],
      files: () =>
        nginxFiles({
          uid: 101,
          site: SITE.replace("listen       80;", "listen       8080;"),
          main: MAIN.replace("\nuser  nginx;", "")
            .replace("/run/nginx.pid", "/tmp/nginx.pid")
            .replace("http {\n", `http {\n${TEMP_PATHS}`),
        }),
    }),
};

const TEMP_PATHS = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `    ${name}_temp_path /tmp/${name === "client_body" ? "client" : name}_temp;\n`)
  .join("");

/** nginx of Kubernetes' StatefulSet tutorial: the plain server without the entrypoint of the official image. */
const slim: ImageFamily = {
  repositories: ["registry.k8s.io/nginx-slim"],
  tags: { versions: "0.1-33 0.36-41", prefix: "optional" },
  image: (facts) =>
    nginxImage(
      { ...facts, version: "1.25.5" },
      { sizeBytes: 30 * MB, entrypoint: [], files: () => nginxFiles({ uid: 0 }) },
    ),
};

/** nginx of the page on connecting applications: its configuration and its certificate are mounted. */
const nginxHttps: ImageFamily = {
  repositories: ["docker.io/bprashanth/nginxhttps"],
  tags: { versions: "1.0" },
  image: (facts) =>
    nginxImage({ ...facts, version: "1.9.15" }, { sizeBytes: 60 * MB, entrypoint: [], ports: [80, 443] }),
};

const MULTITOOL_ENTRYPOINT = `#!/bin/sh
# Tells about the container on its first page, unless a volume holds the pages.
if ! grep -qw /usr/share/nginx/html /proc/mounts; then
  echo "The directory /usr/share/nginx/html is not mounted."
  echo "Therefore, over-writing the default index.html file with some useful information:"
  ports="HTTP: \${HTTP_PORT:-80} , HTTPS: \${HTTPS_PORT:-443}"
  echo "WBITT Network MultiTool (with NGINX) - $HOSTNAME - $(hostname -i) - $ports . (Formerly praqma/network-multitool)" |
    tee /usr/share/nginx/html/index.html
fi
for port in "80 \${HTTP_PORT:-80}" "443 \${HTTPS_PORT:-443}"; do
  sed -i "s/listen       \${port% *}\\b/listen       \${port#* }/" /etc/nginx/conf.d/default.conf
done
exec "$@"
`;

/** Network tools beside an nginx that shows where it runs. */
const multitool: ImageFamily = {
  repositories: ["docker.io/wbitt/network-multitool", "docker.io/praqma/network-multitool"],
  tags: { versions: "1.0", words: { minimal: "1.0", extra: "1.0", openshift: "1.0" }, variants: "[a-z0-9-]+" },
  image: () =>
    onAlpine(alpineRelease(""), {
      sizeBytes: 30 * MB,
      entrypoint: ["/bin/sh", "/docker/entrypoint.sh"],
      cmd: ["/usr/sbin/nginx", "-g", "daemon off;"],
      ports: [80, 443, 1180, 11443],
      accounts: [USER],
      files: () => ({
        ...nginxFiles({
          uid: 0,
          site: SITE.replace("listen       80;", "listen       80;\n    listen       443 ssl;"),
        }),
        ...networkTools(),
        "/docker/entrypoint.sh": file(MULTITOOL_ENTRYPOINT, { mode: 0o755 }),
      }),
    }),
};

/** Bitnami's nginx: it has its own folders, and virtual hosts lie in `server_blocks`. */
const BITNAMI_FOLDER = "/opt/bitnami/nginx";
const BITNAMI_MAIN = MAIN.replace("\nuser  nginx;", "")
  .replaceAll("/var/log/nginx", `${BITNAMI_FOLDER}/logs`)
  .replace("/run/nginx.pid", `${BITNAMI_FOLDER}/tmp/nginx.pid`)
  .replace("http {\n", `http {\n${TEMP_PATHS.replaceAll("/tmp/", `${BITNAMI_FOLDER}/tmp/`)}`)
  .replace("/etc/nginx/mime.types", `${BITNAMI_FOLDER}/conf/mime.types`)
  .replace("/etc/nginx/conf.d/*.conf", `${BITNAMI_FOLDER}/conf/server_blocks/*.conf`);
const BITNAMI_SITE = SITE.replace("listen       80;", "listen       8080;").replaceAll("/usr/share/nginx/html", "/app");
const BITNAMI_CONFIGURATION = {
  "nginx.conf": BITNAMI_MAIN.replace(/\}\n$/, `\n    ${BITNAMI_SITE.trimEnd().replaceAll("\n", "\n    ")}\n}\n`),
  "mime.types": TYPES,
};

const bitnami: ImageFamily = {
  repositories: ["docker.io/bitnami/nginx"],
  tags: { versions: "1.16-27:9 1.28:2 1.29:8", variants: "debian-1\\d(?:-r\\d{1,3})?", grows: true },
  image: (facts) =>
    bitnamiImage({
      ...{ name: "nginx", title: "NGINX", facts, sizeBytes: 95 * MB, ports: [8080, 8443] },
      workingDir: "/app",
      env: { NGINX_VERSION: facts.version },
      setup: `cp -rn ${BITNAMI_FOLDER}/conf.default/. ${BITNAMI_FOLDER}/conf/
port="\${NGINX_HTTP_PORT_NUMBER:-8080}"
if [[ "$port" != 8080 ]]; then replace_in_file ${BITNAMI_FOLDER}/conf/nginx.conf "listen +8080;" "listen $port;"; fi`,
      run: `exec nginx -c ${BITNAMI_FOLDER}/conf/nginx.conf -g "daemon off;"`,
      programs: { "sbin/nginx": "nginx" },
      files: {
        ...Object.fromEntries(
          Object.entries(BITNAMI_CONFIGURATION).flatMap(([name, text]) =>
            ["conf", "conf.default"].map((folder) => [
              `${BITNAMI_FOLDER}/${folder}/${name}`,
              file(text, { uid: 1001, mode: 0o664 }),
            ]),
          ),
        ),
        [`${BITNAMI_FOLDER}/conf/server_blocks`]: directory({ uid: 1001, mode: 0o775 }),
        "/app/index.html": file(WELCOME),
        "/app/50x.html": file(ERROR),
      },
    }),
};

/** The front end of the page on connecting a front end to a back end: it passes all requests to the Service `hello`. */
const helloFrontend: ImageFamily = {
  repositories: ["gcr.io/google-samples/hello-frontend"],
  tags: { versions: "1.0" },
  image: (facts) =>
    nginxImage(
      { ...facts, version: "1.17.3" },
      {
        entrypoint: [],
        files: () => {
          const { "/etc/nginx/conf.d/default.conf": _, ...rest } = nginxFiles({ uid: 0 });
          return { ...rest, "/etc/nginx/conf.d/frontend.conf": file(HELLO_SITE) };
        },
      },
    ),
};

const HELLO_SITE = `upstream Backend {
    # The name of the Service within Kubernetes
    server hello;
}
server {
    listen 80;

    location / {
        proxy_pass http://Backend;
    }
}
`;

export const NGINX: readonly ImageFamily[] = [
  official,
  unprivileged,
  slim,
  helloFrontend,
  nginxHttps,
  multitool,
  bitnami,
];
