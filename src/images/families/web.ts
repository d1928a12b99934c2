/** Web servers, proxies, and applications behind them. */

import { text } from "../../programs/servers/http.ts";
import { httpd } from "../../programs/servers/httpd.ts";
import { htmlPage } from "../../programs/servers/service.ts";
import { MB, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { serviceImage } from "../simple.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable, file } from "../tree.ts";

const ROOT = "/usr/local/apache2";
const HTTPD_CONF = `ServerRoot "/usr/local/apache2"\nListen 80\nUser www-data\nGroup www-data\nServerAdmin you@example.com\nDocumentRoot "/usr/local/apache2/htdocs"\n<Directory "/usr/local/apache2/htdocs">\n    Options Indexes FollowSymLinks\n    AllowOverride None\n    Require all granted\n</Directory>\n<IfModule dir_module>\n    DirectoryIndex index.html\n</IfModule>\nErrorLog /proc/self/fd/2\nLogLevel warn\nCustomLog /proc/self/fd/1 common\n`;

const apache = httpd({
  config: `${ROOT}/conf/httpd.conf`,
  root: `${ROOT}/htdocs`,
  product: "Apache/2.4.66 (Unix)",
  pidFile: `${ROOT}/logs/httpd.pid`,
});

const httpdFamily: ImageFamily = {
  repositories: [...library("httpd"), "registry.k8s.io/e2e-test-images/httpd"],
  tags: { versions: "2.2:34 2.4:66", variants: `${ALPINE_VARIANT}|${DEBIAN_VARIANT}|\\d` },
  image: (facts) =>
    onVariant(facts, {
      sizeBytes: 59 * MB,
      workingDir: ROOT,
      env: {
        PATH: `${ROOT}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HTTPD_PREFIX: ROOT,
        HTTPD_VERSION: facts.version,
      },
      cmd: ["httpd-foreground"],
      ports: [80],
      stopSignal: "WINCH",
      files: {
        "/usr/local/bin/httpd-foreground": executable("httpd"),
        [`${ROOT}/bin/httpd`]: executable("httpd", { sizeBytes: 1_600_000 }),
        [`${ROOT}/bin/ab`]: executable("ab"),
        [`${ROOT}/conf/httpd.conf`]: file(HTTPD_CONF),
        [`${ROOT}/htdocs/index.html`]: file("<html><body><h1>It works!</h1></body></html>\n"),
        [`${ROOT}/logs`]: directory({ uid: 33, gid: 33 }),
        [`${ROOT}/cgi-bin`]: directory(),
      },
    }),
  programs: { httpd: apache },
};

const caddy = serviceImage(library("caddy"), {
  tags: { versions: "0.11:5 1.0:5 2.0-9:6 2.10:2", variants: `${ALPINE_VARIANT}|builder|builder-alpine` },
  base: "alpine",
  path: "/usr/bin/caddy",
  ports: [80, 443, 2019],
  sizeBytes: 21 * MB,
  style: "json",
  isCommand: true,
  cmd: ["run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
  lines: ["using config from file", "admin endpoint started", "serving initial configuration"],
  page: htmlPage("Caddy works!", "<h1>Caddy works!</h1>"),
});

const haproxy = serviceImage(library("haproxy").concat("docker.io/haproxytech/haproxy-alpine"), {
  tags: {
    versions: "1.5-9:16 2.0-9:30 3.0-3:14",
    variants: `${ALPINE_VARIANT}|${DEBIAN_VARIANT}|dev\\d*`,
    words: { lts: "3.2.10" },
  },
  base: "debian",
  path: "/usr/local/sbin/haproxy",
  user: "haproxy",
  ports: [8080, 8404],
  sizeBytes: 41 * MB,
  lines: ["[NOTICE]   (1) : New worker (8) forked", "[NOTICE]   (1) : Loading success."],
  isCommand: true,
  cmd: ["-f", "/usr/local/etc/haproxy/haproxy.cfg"],
});

const tomcat = serviceImage(library("tomcat").concat("docker.io/bitnami/tomcat"), {
  tags: {
    versions: "7.0:109 8.0:53 8.5:100 9.0:115 10.0:27 10.1:52 11.0:18",
    variants: "debian-\\d+-r\\d+|(jdk|jre)\\d+(-(temurin|openjdk|corretto|slim))*(-[a-z]+)*|alpine|slim",
  },
  base: "debian",
  path: "/usr/local/tomcat/bin/catalina.sh",
  ports: [8080],
  sizeBytes: 203 * MB,
  startMs: 1800,
  stop: { ms: 400, status: 143 },
  isCommand: true,
  cmd: ["run"],
  lines: [
    "Server version name:   Apache Tomcat/11.0.18",
    'Initializing ProtocolHandler ["http-nio-8080"]',
    "Starting service [Catalina]",
    'Starting ProtocolHandler ["http-nio-8080"]',
    "Server startup in [612] milliseconds",
  ],
  memoryBytes: 120 * MB,
  page: () =>
    text(404, '<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title></head></html>', {
      contentType: "text/html;charset=utf-8",
    }),
});

const ghost = serviceImage(library("ghost").concat("docker.io/bitnami/ghost"), {
  tags: {
    versions: "0.4-11:14 1.0-26:5 2.0-38:3 3.0-42:9 4.0-48:9 5.0-130:6 6.0-15:4",
    variants: `${ALPINE_VARIANT}|${DEBIAN_VARIANT}`,
  },
  base: "debian",
  path: "/usr/local/bin/docker-entrypoint.sh",
  ports: [2368],
  sizeBytes: 180 * MB,
  logFd: 1,
  startMs: 6000,
  memoryBytes: 150 * MB,
  lines: [
    "INFO Ghost is running in production...",
    "INFO Your site is now available on http://localhost:2368/",
    "INFO Ctrl+C to shut down",
    "INFO Ghost server started in 2.1s",
  ],
  page: htmlPage("Ghost"),
  cmd: ["node", "current/index.js"],
});

const registry = serviceImage(library("registry").concat("ghcr.io/distribution/distribution"), {
  tags: { versions: "2.0-7:2 2.8:3 3.0:0", words: { "2": "2.8.3", "3": "3.0.0" } },
  base: "alpine",
  path: "/bin/registry",
  ports: [5000],
  sizeBytes: 18 * MB,
  style: "logfmt",
  lines: ["redis not configured", "using inmemory blob descriptor cache", "listening on [::]:5000"],
  paths: { "/v2/": {}, "/v2/_catalog": { repositories: [] } },
  isCommand: true,
  cmd: ["serve", "/etc/docker/registry/config.yml"],
});

const applications = [
  ["docker.io/gitea/gitea", [3000, 22], 70, "Starting new Web server: tcp:0.0.0.0:3000 on PID: 1", "Gitea", 2500],
  ["docker.io/library/nextcloud", [80], 330, "Initializing finished", "Nextcloud", 9000],
  [
    "docker.io/library/adminer",
    [8080],
    40,
    "PHP 8.4.16 Development Server (http://[::]:8080) started",
    "Login - Adminer",
    400,
  ],
  ["docker.io/library/phpmyadmin", [80], 180, "AH00094: Command line: 'apache2 -D FOREGROUND'", "phpMyAdmin", 1500],
  ["docker.io/phpmyadmin/phpmyadmin", [80], 180, "AH00094: Command line: 'apache2 -D FOREGROUND'", "phpMyAdmin", 1500],
  ["docker.io/dpage/pgadmin4", [80, 443], 190, "Listening at: http://[::]:80 (1)", "pgAdmin 4", 4000],
  ["docker.io/sonatype/nexus3", [8081], 350, "Started Sonatype Nexus OSS", "Nexus Repository Manager", 40_000],
  [
    "docker.io/jupyter/base-notebook",
    [8888],
    350,
    "Jupyter Server is running at: http://127.0.0.1:8888/lab",
    "JupyterLab",
    3000,
  ],
  [
    "quay.io/jupyter/base-notebook",
    [8888],
    350,
    "Jupyter Server is running at: http://127.0.0.1:8888/lab",
    "JupyterLab",
    3000,
  ],
  ["ghcr.io/mlflow/mlflow", [5000], 300, "Listening at: http://0.0.0.0:5000", "MLflow", 4000],
  [
    "quay.io/keycloak/keycloak",
    [8080, 9000],
    230,
    "Keycloak 26.4.7 on JVM started. Listening on: http://0.0.0.0:8080",
    "Keycloak Administration Console",
    12_000,
  ],
  ["docker.io/portainer/portainer-ce", [9000, 9443], 85, "starting HTTP server | bind_address=:9000", "Portainer", 800],
  ["docker.io/docker/getting-started", [80], 17, "start worker processes", "Getting Started", 100],
  ["docker.io/dockersamples/examplevotingapp_vote", [80], 50, "Running on http://0.0.0.0:80", "Cats vs Dogs!", 900],
  [
    "docker.io/dockersamples/examplevotingapp_result",
    [80],
    70,
    "App running on port 80",
    "Cats vs Dogs -- Result",
    900,
  ],
  ["docker.io/kodekloud/examplevotingapp_vote", [80], 50, "Running on http://0.0.0.0:80", "Cats vs Dogs!", 900],
  ["docker.io/kodekloud/examplevotingapp_result", [80], 70, "App running on port 80", "Cats vs Dogs -- Result", 900],
  ["docker.io/kodekloud/ecommerce", [8080], 60, "Server is running on port 8080", "E-Commerce", 900],
  ["docker.io/mmumshad/simple-webapp-mysql", [8080], 60, "Running on http://0.0.0.0:8080", "Hello from Flask", 900],
  ["docker.io/rancher/hello-world", [80], 10, "start worker process", "Hello world!", 100],
  ["docker.io/kennethreitz/httpbin", [80], 170, "Listening at: http://0.0.0.0:80 (1)", "httpbin.org", 800],
  ["docker.io/mccutchen/go-httpbin", [8080], 6, "go-httpbin listening on http://0.0.0.0:8080", "go-httpbin", 100],
] as const;

const sonarqube = serviceImage(library("sonarqube"), {
  // Releases since 2025 have the number of the build: `25.8.0.112029-community`.
  tags: {
    versions: "7.0-9:9 8.0-9:9 9.0-9:9 10.0-8:9 24.12:0 25.1:0",
    grows: true,
    variants: "[a-z0-9._-]+",
    words: { lts: "9.9.8" },
  },
  ...{ base: "debian", path: "/opt/sonarqube/docker/entrypoint.sh", ports: [9000], sizeBytes: 500 * MB, user: "1000" },
  ...{ startMs: 30_000, logFd: 1, lines: ["SonarQube is operational"], page: htmlPage("SonarQube") },
  paths: {
    "/api/system/status": { status: "UP" },
    "/api/system/health": { health: "GREEN", causes: [] },
    "/api/system/liveness": "",
  },
  files: { "/usr/bin/curl": executable("curl"), "/usr/sbin/sysctl": executable("sysctl") },
});

export const WEB: readonly ImageFamily[] = [
  httpdFamily,
  caddy,
  haproxy,
  tomcat,
  ghost,
  registry,
  sonarqube,
  ...applications.map(([repository, ports, sizeMb, line, title, startMs]) =>
    serviceImage([repository], {
      tags: {
        versions:
          "0.0-30:30 1.0-60:30 2.0-700:30 3.0-90:30 4.0-10:9 5.0-9:9 7.0-9:9 8.0-20:30 9.0-30:9 10.0-9:9 11.0-9:9 " +
          "12.0:13 13.0:12 14.0:14 15.0:14 16.0:11 17.0:10 18.0:14 19.0:13 20.0-30:9 21.0:9 22.0-2:10 23.0:12 24.0:12 25.0-30:9 26.0-10:9 27.0-9:9 28.0:14 29.0:16 30.0-9:9 31.0:9 32.0:9 33.0:9 34.0:9",
        ...{ prefix: "optional", grows: true },
        words: { lts: "2.528.3", main: "1.0.0", 404: "1.0.0", before: "1.0.0", after: "1.0.0" },
        variants: "[a-z0-9._-]+",
      },
      base: "debian",
      path: `/usr/local/bin/${repository.slice(repository.lastIndexOf("/") + 1)}`,
      ports: [...ports],
      sizeBytes: sizeMb * MB,
      lines: [line],
      startMs,
      page: htmlPage(title),
      memoryBytes: sizeMb * MB * 0.6,
    }),
  ),
];
