-- Organizations' own images.

-- One row is one document. Its tags are tags of one repository, each of which belongs to one document.
CREATE TABLE image (
  organization_id text NOT NULL REFERENCES organization ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  -- As the organization wrote it, and as pulls ask for it: `registry/path/name`.
  name text NOT NULL,
  repository text NOT NULL,
  -- JSON array of strings; `["*"]` stands for every tag.
  tags text NOT NULL,
  -- JSON; see `src/lib/image-document.ts`.
  document text NOT NULL,
  digest text NOT NULL,
  -- The login without which the image cannot be pulled: its user name, and the SHA-256 of `username:password`.
  username text,
  access_hash text,
  -- Changes with each replacement.
  version text NOT NULL,
  created_at_ms bigint NOT NULL,
  updated_at_ms bigint NOT NULL,
  PRIMARY KEY (organization_id, id)
);
--> statement-breakpoint
CREATE INDEX image_by_repository ON image (organization_id, repository);
--> statement-breakpoint
-- A summary of the organization's images, equal in all its clusters; null without images. Each request reads its
-- cluster's row anyway, so clusters whose pods use no such image pay nothing. See `sandbar_images_summary`.
ALTER TABLE cluster ADD COLUMN images text;
--> statement-breakpoint
GRANT UPDATE (images) ON cluster TO sandbar_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON image TO sandbar_app;
--> statement-breakpoint
ALTER TABLE image ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE image FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_organization ON image TO sandbar_app
  USING (organization_id = (SELECT sandbar_scope_organization()));
--> statement-breakpoint
-- Requests in a cluster read the images that its kubelets pull.
CREATE POLICY of_own_cluster ON image FOR SELECT TO sandbar_app
  USING (organization_id = (SELECT c.organization_id FROM cluster c WHERE c.id = (SELECT sandbar_scope_cluster())));
