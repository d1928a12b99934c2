/** WordPress. */
import { wordpress, wordpressEntrypoint, wordpressServer } from "../../programs/servers/wordpress/wordpress.ts";
import { wp } from "../../programs/servers/wordpress/wp.ts";
import { codenameOf, DEBIAN_PATH } from "../bases/debian.ts";
import { bitnamiImage } from "../bitnami/layout.ts";
import { MB, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { executable } from "../tree.ts";
import { APACHE_FILES } from "./php.ts";

const wordpressFamily: ImageFamily = {
  repositories: library("wordpress"),
  tags: {
    versions: "4.5-9:9 5.0-9:9 6.0-7:9 6.8:3 6.9:0",
    variants: `(?:php\\d\\.\\d)?-?(?:apache|fpm|cli)?-?(?:${ALPINE_VARIANT}|${DEBIAN_VARIANT})?`,
  },
  image: (facts) => {
    const isFpm = facts.variant.includes("fpm");
    return onDebian(codenameOf(facts.variant), {
      sizeBytes: 250 * MB,
      workingDir: "/var/www/html",
      env: { PHP_VERSION: "8.3.30", WORDPRESS_VERSION: facts.version },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: isFpm ? ["php-fpm"] : ["apache2-foreground"],
      ports: [isFpm ? 9000 : 80],
      stopSignal: "WINCH",
      files: {
        ...APACHE_FILES,
        "/usr/local/bin/apache2-foreground": executable("wordpress"),
        "/usr/local/bin/docker-entrypoint.sh": executable("wordpress-entrypoint", { sizeBytes: 5000 }),
        "/usr/local/bin/php": executable("php"),
        "/usr/local/bin/php-fpm": executable("service/php-fpm"),
        "/usr/bin/curl": executable("curl"),
      },
    });
  },
  programs: { wordpress, "wordpress-entrypoint": wordpressEntrypoint },
};

const BITNAMI_ROOT = "/opt/bitnami/wordpress";
const BITNAMI_CONF = "/opt/bitnami/apache/conf";
const BITNAMI_HTTPD = `Listen \${APACHE_HTTP_PORT_NUMBER:-8080}
DocumentRoot "${BITNAMI_ROOT}"
ErrorLog /dev/stderr
CustomLog /dev/stdout combined
`;

/** Bitnami's image installs WordPress at its first start, with the user and the title of its variables. */
const bitnami: ImageFamily = {
  repositories: ["docker.io/bitnami/wordpress"],
  tags: { versions: "5.0-9:9 6.0-9:9", variants: "debian-1\\d(?:-r\\d{1,3})?", grows: true },
  image: (facts) =>
    bitnamiImage({
      ...{ name: "wordpress", title: "WordPress", facts, sizeBytes: 240 * MB, ports: [8080, 8443] },
      env: { PATH: `/opt/bitnami/common/bin:/opt/bitnami/wp-cli/bin:/opt/bitnami/apache/bin:${DEBIAN_PATH}` },
      variables: `export_secrets WORDPRESS_PASSWORD WORDPRESS_DATABASE_PASSWORD
export WORDPRESS_DB_HOST="\${WORDPRESS_DATABASE_HOST:-\${MARIADB_HOST:-mariadb}}:\${WORDPRESS_DATABASE_PORT_NUMBER:-\${MARIADB_PORT_NUMBER:-3306}}"
export WORDPRESS_DB_USER="\${WORDPRESS_DATABASE_USER:-bn_wordpress}" WORDPRESS_DB_PASSWORD="\${WORDPRESS_DATABASE_PASSWORD:-}"
export WORDPRESS_DB_NAME="\${WORDPRESS_DATABASE_NAME:-bitnami_wordpress}"
if [[ -z "\${WORDPRESS_BLOG_NAME:-}" ]]; then export WORDPRESS_BLOG_NAME="User's Blog!"; fi`,
      setup: `mkdir -p ${BITNAMI_CONF} /opt/bitnami/apache/var/run
cat > ${BITNAMI_CONF}/httpd.conf <<END
${BITNAMI_HTTPD}END
info "Trying to connect to the database server"
retry_while '[[ "$(wp core is-installed 2>&1)" != Error* ]]' 60 5 || print_error_exit "Could not connect to the database"
if [[ ! -f /bitnami/wordpress/wp-config.php ]]; then
  printf '<?php\\n// The variables of the container name the database.\\n' > /bitnami/wordpress/wp-config.php
  mkdir -p /bitnami/wordpress/wp-content
fi
ln -sf /bitnami/wordpress/wp-config.php ${BITNAMI_ROOT}/wp-config.php
if ! wp core is-installed; then
  info "Installing WordPress"
  wp core install --title="$WORDPRESS_BLOG_NAME" --admin_user="\${WORDPRESS_USERNAME:-user}" \\
    --admin_email="\${WORDPRESS_EMAIL:-user@example.com}" >/dev/null || exit 1
fi`,
      run: 'info "** Starting Apache **"\nexec httpd -f /opt/bitnami/apache/conf/httpd.conf -D FOREGROUND',
      programs: {},
      files: {
        "/opt/bitnami/apache/bin/httpd": executable("wordpress-bitnami"),
        "/opt/bitnami/wp-cli/bin/wp": executable("wp"),
        "/opt/bitnami/common/bin/mysql": executable("mysql"),
        "/opt/bitnami/php/bin/php": executable("php"),
      },
    }),
  programs: {
    wp,
    "wordpress-bitnami": wordpressServer({
      config: `${BITNAMI_CONF}/httpd.conf`,
      root: BITNAMI_ROOT,
      product: "Apache/2.4.66 (Unix) OpenSSL/3.0.17",
      pidFile: "/opt/bitnami/apache/var/run/httpd.pid",
    }),
  },
};

export const WORDPRESS: readonly ImageFamily[] = [wordpressFamily, bitnami];
