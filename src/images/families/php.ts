/** PHP, and applications in PHP. */

import { type HttpAnswer, text } from "../../programs/servers/http.ts";
import { httpd } from "../../programs/servers/httpd.ts";
import type { HttpRequest } from "../../programs/servers/server.ts";
import type { ProcessView, Program } from "../../shell/program.ts";
import { codenameOf } from "../bases/debian.ts";
import { MB, onDebian, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { serviceImage } from "../simple.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable, file } from "../tree.ts";

/** Answers for a page in PHP; undefined: it cannot be run. */
type Page = (script: string, process: ProcessView, request: HttpRequest) => string | HttpAnswer | undefined;

/** PHP behind Apache: pages in PHP are not run, except the example whose page is known. */
export function phpApache(page: Page, cpuMs: number): Program {
  return httpd({
    config: "/etc/apache2/apache2.conf",
    root: "/var/www/html",
    product: "Apache/2.4.66 (Debian)",
    pidFile: "/var/run/apache2/apache2.pid",
    index: ["index.php", "index.html"],
    script: (process, request, root) => {
      const path = request.path.split("?")[0] ?? "/";
      const script = `${root}${path.endsWith("/") ? `${path}index.php` : path}`;
      const entry = path.includes("..") ? undefined : process.files.find(script);
      if (!script.endsWith(".php") || entry?.type !== "file") return undefined;
      const body = page(entry.content, process, request);
      process.useCpu(cpuMs);
      if (typeof body === "object") return body;
      if (body !== undefined)
        return text(200, body, {
          contentType: "text/html; charset=UTF-8",
          headers: { "x-powered-by": "PHP/8.4.16" },
          afterMs: cpuMs,
        });
      return text(501, "This cluster simulates containers, and programs in PHP cannot run in it.\n");
    },
  });
}

const APACHE_CONF = 'Listen 80\nDocumentRoot "/var/www/html"\nErrorLog /dev/stderr\nCustomLog /dev/stdout combined\n';
export const APACHE_FILES = {
  "/usr/local/bin/apache2-foreground": executable("apache-php"),
  "/usr/local/bin/docker-php-entrypoint": executable("exec-entrypoint"),
  "/etc/apache2/apache2.conf": file(APACHE_CONF),
  "/var/run/apache2": directory(),
  "/run/apache2": directory({ uid: 33, gid: 33 }),
  "/var/log/apache2": directory({ uid: 33, gid: 33 }),
  "/var/www/html": directory({ uid: 33, gid: 33, mode: 0o777 }),
} as const;

/** `echo` and plain text of a page; undefined if it has more. */
function plainPhp(script: string): string | undefined {
  const pieces = script.split(/<\?(?:php|=)?/);
  let output = pieces[0] ?? "";
  for (const piece of pieces.slice(1)) {
    const [code = "", after = ""] = piece.split("?>");
    for (const statement of code.split(";")) {
      const [, printed] = /^\s*(?:echo|print)\s+["']([^"'$]*)["']\s*$/.exec(statement) ?? [];
      if (printed === undefined && statement.trim() !== "") return undefined;
      output += (printed ?? "").replace(/\\n/g, "\n");
    }
    output += after;
  }
  return output;
}

const PHP_VERSIONS = "5.3-5:38 5.6:40 7.0-3:33 7.4:33 8.0:30 8.1:34 8.2:30 8.3:30 8.4:17 8.5:2";
const PHP_VARIANTS = `(?:cli|fpm|zts|apache)?-?(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT})?`;

const php: ImageFamily = {
  repositories: library("php"),
  tags: { versions: PHP_VERSIONS, variants: PHP_VARIANTS },
  image: (facts) => {
    const isApache = facts.variant.includes("apache");
    const isFpm = facts.variant.includes("fpm");
    return onVariant(facts, {
      sizeBytes: 180 * MB,
      workingDir: isApache || isFpm ? "/var/www/html" : "/",
      env: { PHP_VERSION: facts.version, PHP_INI_DIR: "/usr/local/etc/php", APACHE_CONFDIR: "/etc/apache2" },
      entrypoint: ["docker-php-entrypoint"],
      cmd: isApache ? ["apache2-foreground"] : isFpm ? ["php-fpm"] : ["php", "-a"],
      ports: isApache ? [80] : isFpm ? [9000] : [],
      stopSignal: isApache ? "WINCH" : isFpm ? "QUIT" : "TERM",
      files: {
        ...APACHE_FILES,
        "/usr/local/bin/php": executable("php"),
        "/usr/local/bin/php-fpm": executable("service/php-fpm"),
      },
    });
  },
  programs: { "apache-php": phpApache(plainPhp, 2) },
};

const PHP_FPM = serviceImage(["docker.io/bitnami/php-fpm"], {
  program: "service/php-fpm",
  path: "/opt/bitnami/php/sbin/php-fpm",
  base: "debian",
  ports: [9000],
  lines: ["NOTICE: fpm is running, pid 1", "NOTICE: ready to handle connections"],
  sizeBytes: 100 * MB,
});

/** The example of the page on horizontal autoscaling: each request computes a million square roots. */
const hpaExample: ImageFamily = {
  repositories: ["registry.k8s.io/hpa-example", "gcr.io/google-samples/hpa-example"],
  tags: { versions: "1.0 2.0", words: { latest: "1.0" } },
  image: () =>
    onDebian("buster", {
      sizeBytes: 160 * MB,
      workingDir: "/var/www/html",
      cmd: ["apache2-foreground"],
      ports: [80],
      files: {
        ...APACHE_FILES,
        "/usr/local/bin/apache2-foreground": executable("hpa-example"),
        "/var/www/html/index.php": file(
          '<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n    $x += sqrt($x);\n  }\n  echo "OK!";\n?>\n',
        ),
      },
    }),
  programs: { "hpa-example": phpApache((script) => (script.includes("sqrt") ? "OK!" : plainPhp(script)), 25) },
};

/** Applications in PHP whose first page is a sign of life. */
function phpApplication(
  name: string,
  options: { versions: string; sizeMb: number; title: string; redirect?: string; variants?: string; lines?: string },
): ImageFamily {
  return {
    repositories: library(name),
    tags: {
      versions: options.versions,
      variants: options.variants ?? `(?:php\\d\\.\\d)?-?(?:apache|fpm|cli)?-?(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT})?`,
    },
    image: (facts) =>
      onDebian(codenameOf(facts.variant), {
        sizeBytes: options.sizeMb * MB,
        workingDir: "/var/www/html",
        env: { PHP_VERSION: "8.3.30" },
        entrypoint: ["docker-entrypoint.sh"],
        cmd: facts.variant.includes("fpm") ? ["php-fpm"] : ["apache2-foreground"],
        ports: [facts.variant.includes("fpm") ? 9000 : 80],
        stopSignal: "WINCH",
        files: {
          ...APACHE_FILES,
          "/usr/local/bin/apache2-foreground": executable(`application/${name}`),
          "/usr/local/bin/docker-entrypoint.sh": executable("exec-entrypoint"),
          "/usr/local/bin/php": executable("php"),
          "/usr/local/bin/php-fpm": executable("service/php-fpm"),
          "/usr/bin/curl": executable("curl"),
          "/var/www/html/index.php": file(`<?php /* ${options.title} */\n`),
        },
      }),
    programs: {
      [`application/${name}`]: httpd({
        config: "/etc/apache2/apache2.conf",
        root: "/var/www/html",
        product: "Apache/2.4.66 (Debian)",
        pidFile: "/var/run/apache2/apache2.pid",
        script: (_process, request) => {
          const path = request.path.split("?")[0] ?? "/";
          if (path !== "/" && !path.endsWith(".php")) return undefined;
          if (path === "/" && options.redirect) return text(302, "", { headers: { location: options.redirect } });
          return text(
            200,
            `<!DOCTYPE html>\n<html lang="en">\n<head><title>${options.title}</title></head>\n<body></body>\n</html>\n`,
            { contentType: "text/html; charset=UTF-8" },
          );
        },
      }),
    },
  };
}

export const PHP: readonly ImageFamily[] = [
  php,
  PHP_FPM,
  hpaExample,
  phpApplication("drupal", {
    versions: "7.50-103 8.0-9:20 9.0-5:11 10.0-5:9 11.0-3:2",
    sizeMb: 190,
    title: "Choose language | Drupal",
    redirect: "/core/install.php",
  }),
  phpApplication("joomla", {
    versions: "3.0-10:12 4.0-4:14 5.0-4:3 6.0:1",
    sizeMb: 200,
    title: "Joomla: Environment Setup Incomplete",
    redirect: "/installation/index.php",
  }),
];
