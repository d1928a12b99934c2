import { describe, expect, it } from "vitest";
import { databaseUrls } from "../../scripts/application-role.ts";

describe("the connection strings of the database", () => {
  const owner = "postgresql://owner:o@db.example/neondb?sslmode=require";

  it("have two roles: one for migrations, one for requests", () => {
    const application = "postgresql://sandbar%20web:s3%27cret@db.example/neondb?sslmode=require";
    expect(databaseUrls({ DATABASE_URL: application, DATABASE_OWNER_URL: owner })).toEqual({
      ownerUrl: owner,
      applicationUrl: application,
      applicationRole: { name: "sandbar web", password: "s3'cret" },
    });
  });

  it("may have one role for both, which is reported", () => {
    const shared = { ownerUrl: owner, applicationUrl: owner, applicationRole: null };
    expect(databaseUrls({ DATABASE_URL: owner })).toEqual(shared);
    expect(databaseUrls({ DATABASE_URL: owner, DATABASE_OWNER_URL: owner })).toEqual(shared);
    expect(databaseUrls({ DATABASE_URL: owner, DATABASE_OWNER_URL: "" })).toEqual(shared);
  });

  it("are absent without the application's", () => {
    expect(databaseUrls({})).toBeNull();
    expect(databaseUrls({ DATABASE_OWNER_URL: owner })).toBeNull();
  });
});
