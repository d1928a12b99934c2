/** The site of a WordPress in its database: its tables and its title. */
import { quoted, type Rows } from "./database.ts";

const TABLES = [
  "CREATE TABLE wp_options (option_id BIGINT AUTO_INCREMENT PRIMARY KEY, option_name VARCHAR(191), option_value TEXT)",
  "CREATE TABLE wp_users (ID BIGINT AUTO_INCREMENT PRIMARY KEY, user_login VARCHAR(60), user_email VARCHAR(100))",
  "CREATE TABLE wp_posts (ID BIGINT AUTO_INCREMENT PRIMARY KEY, post_title TEXT, post_content TEXT, post_status VARCHAR(20))",
];

export interface NewSite {
  title: string;
  user: string;
  email: string;
}

/** Statements that create the tables with the site's options, its first user and its first post. */
export function siteStatements({ title, user, email }: NewSite): string[] {
  return [
    ...TABLES,
    `INSERT INTO wp_options (option_name, option_value) VALUES ('siteurl', 'http://localhost'), ('blogname', ${quoted(title)})`,
    `INSERT INTO wp_users (user_login, user_email) VALUES (${quoted(user)}, ${quoted(email)})`,
    "INSERT INTO wp_posts (post_title, post_content, post_status) VALUES ('Hello world!', 'Welcome to WordPress. This is your first post. Edit or delete it, then start writing!', 'publish')",
  ];
}

export const TITLE_QUERY = "SELECT option_value FROM wp_options WHERE option_name = 'blogname'";

/** The site's title in the answer to `TITLE_QUERY`; undefined: WordPress is not installed; "refused": no connection. */
export function titleIn(rows: Rows): { text: string } | "refused" | undefined {
  if (rows === "refused") return "refused";
  const text = rows === "missing" ? undefined : rows[0]?.[0];
  return text === undefined ? undefined : { text };
}
