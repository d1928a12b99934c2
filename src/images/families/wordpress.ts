/** WordPress. */
import { wordpress, wordpressEntrypoint } from "../../programs/servers/wordpress/wordpress.ts";
import { codenameOf } from "../bases/debian.ts";
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

export const WORDPRESS: readonly ImageFamily[] = [wordpressFamily];
