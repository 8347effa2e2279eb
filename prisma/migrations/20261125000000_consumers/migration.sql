-- How far each orchestrator has come, as it said last. Rows are rewritten all the time and worth little: they are no history.
CREATE TABLE "tool_catalog"."consumers" (
    "tenant" VARCHAR(100) NOT NULL,
    "principal" VARCHAR(100) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "epoch" VARCHAR(64) NOT NULL,
    "revision" BIGINT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consumers_pkey" PRIMARY KEY ("tenant","principal","name")
);

CREATE INDEX "idx_consumers_last_seen_at" ON "tool_catalog"."consumers"("tenant", "last_seen_at");

ALTER TABLE "tool_catalog"."consumers"
  ADD CONSTRAINT "consumers_name_check" CHECK ("name" <> ''),
  ADD CONSTRAINT "consumers_epoch_check" CHECK ("epoch" <> ''),
  ADD CONSTRAINT "consumers_revision_check" CHECK ("revision" >= 0);

ALTER TABLE "tool_catalog"."consumers" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "own" ON "tool_catalog"."consumers" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "all_tenants" ON "tool_catalog"."consumers" TO catalog_system USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE ("epoch", "revision", "last_seen_at") ON "tool_catalog"."consumers" TO catalog_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "tool_catalog"."consumers" TO catalog_system;
