import { describe, expect, it } from "vitest";
import { databaseUrls } from "../../scripts/application-role.ts";

describe("the connection strings of the database", () => {
  const owner = "postgresql://owner:o@db.example/neondb?sslmode=require";

  it("name two roles: one migrates, one serves", () => {
    const application = "postgresql://sandbar%20web:s3%27cret@db.example/neondb?sslmode=require";
    expect(databaseUrls({ DATABASE_URL: application, DATABASE_OWNER_URL: owner })).toEqual({
      ownerUrl: owner,
      applicationUrl: application,
      applicationRole: { name: "sandbar web", password: "s3'cret" },
    });
  });

  it("may name one role for both, which is told apart", () => {
    const shared = { ownerUrl: owner, applicationUrl: owner, applicationRole: null };
    expect(databaseUrls({ DATABASE_URL: owner })).toEqual(shared);
    expect(databaseUrls({ DATABASE_URL: owner, DATABASE_OWNER_URL: owner })).toEqual(shared);
    expect(databaseUrls({ DATABASE_URL: owner, DATABASE_OWNER_URL: "" })).toEqual(shared);
  });

  it("are not there without the application's", () => {
    expect(databaseUrls({})).toBeNull();
    expect(databaseUrls({ DATABASE_OWNER_URL: owner })).toBeNull();
  });
});
