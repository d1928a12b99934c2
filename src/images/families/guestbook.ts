/** The guestbook of Kubernetes' documentation: its front end in PHP. The images of its Redis are with those of Redis. */
import { GUESTBOOK_PAGE, guestbookScript, guestbookSource } from "../../programs/servers/guestbook.ts";
import { MB, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { executable, file } from "../tree.ts";
import { APACHE_FILES, phpApache } from "./php.ts";

/** The front end of the guestbook. Versions up to 4 know Redis as master and slave, later ones as leader and follower. */
const frontend: ImageFamily = {
  repositories: [
    "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend",
    "gcr.io/google-samples/gb-frontend",
    "gcr.io/google_samples/gb-frontend",
    "docker.io/kubeguide/guestbook-php-frontend",
  ],
  tags: { versions: "3-6", prefix: "v", words: { latest: "5", localredis: "5" } },
  image: ({ version }, repository) => {
    const isOld = Number(version) <= 4 || repository.includes("kubeguide");
    return onDebian("bullseye", {
      sizeBytes: 170 * MB,
      workingDir: "/var/www/html",
      entrypoint: ["docker-php-entrypoint"],
      cmd: ["apache2-foreground"],
      ports: [80],
      files: {
        ...APACHE_FILES,
        "/var/www/html/index.html": file(GUESTBOOK_PAGE),
        "/var/www/html/guestbook.php": file(
          isOld ? guestbookSource("redis-master", "redis-slave") : guestbookSource("redis-leader", "redis-follower"),
        ),
        "/usr/local/bin/apache2-foreground": executable("guestbook"),
      },
    });
  },
  programs: { guestbook: phpApache(guestbookScript, 1) },
};

export const GUESTBOOK: readonly ImageFamily[] = [frontend];
