-- Roles. The service connects as whoever DATABASE_URL names and then takes one of these two for each connection, so that
-- row-level security holds even for a superuser's URL. They belong to the cluster, so another database may have made them.
DO $roles$
DECLARE
  wanted text;
  missing text[] := '{}';
  membership text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['catalog_app', 'catalog_system'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
      END IF;
    EXCEPTION
      -- Another database of this cluster is being migrated at this moment.
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        missing := missing || format('CREATE ROLE %I NOLOGIN;', wanted) || format('GRANT %I TO %I;', wanted, current_user);
        CONTINUE;
    END;
    BEGIN
      IF NOT pg_has_role(current_user, wanted, membership) THEN
        EXECUTE format('GRANT %I TO %I', wanted, current_user);
      END IF;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        missing := missing || format('GRANT %I TO %I;', wanted, current_user);
    END;
  END LOOP;
  IF cardinality(missing) > 0 THEN
    RAISE insufficient_privilege USING
      MESSAGE = format('The user %I may not create the roles that the tool catalog works under.', current_user),
      HINT = 'A database administrator must run once: ' || array_to_string(missing, ' ');
  END IF;
END
$roles$;

-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "tool_catalog";

-- CreateTable
CREATE TABLE "tool_catalog"."tenants" (
    "name" VARCHAR(100) NOT NULL,
    "display_name" VARCHAR(200),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(100),

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_identities" (
    "tool_id" UUID NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "platform" VARCHAR(50) NOT NULL,
    "tool_name" VARCHAR(100) NOT NULL,
    "imported_hash" CHAR(64),

    CONSTRAINT "tool_identities_pkey" PRIMARY KEY ("tool_id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tools" (
    "id" SERIAL NOT NULL,
    "tool_id" UUID NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "platform" VARCHAR(50) NOT NULL,
    "tool_name" VARCHAR(100) NOT NULL,
    "version" VARCHAR(20) NOT NULL,
    "description" TEXT NOT NULL,
    "category" VARCHAR(50) NOT NULL,
    "status" VARCHAR(20) NOT NULL DEFAULT 'active',
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "owner" VARCHAR(100),
    "defaults" JSONB NOT NULL DEFAULT '{}',
    "dependencies" JSONB NOT NULL DEFAULT '[]',
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "extensions" JSONB NOT NULL DEFAULT '{}',
    "content_hash" CHAR(64) NOT NULL,
    "parent_version_id" INTEGER,
    "is_latest" BOOLEAN NOT NULL DEFAULT true,
    "revision" BIGINT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(100),
    "updated_by" VARCHAR(100),

    CONSTRAINT "tools_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_capabilities" (
    "id" SERIAL NOT NULL,
    "tool_id" INTEGER NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "capability_name" VARCHAR(100) NOT NULL,
    "aliases" JSONB NOT NULL DEFAULT '[]',
    "description" TEXT NOT NULL,
    "extensions" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_capabilities_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_patterns" (
    "id" SERIAL NOT NULL,
    "capability_id" INTEGER NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "pattern_name" VARCHAR(100) NOT NULL,
    "description" TEXT NOT NULL,
    "typical_use_cases" JSONB NOT NULL DEFAULT '[]',
    "time_estimate_ms" VARCHAR(500) NOT NULL,
    "cost_estimate" VARCHAR(500) NOT NULL,
    "complexity_score" DOUBLE PRECISION NOT NULL,
    "scope" VARCHAR(50) NOT NULL,
    "completeness" VARCHAR(50) NOT NULL,
    "limitations" JSONB NOT NULL DEFAULT '[]',
    "policy" JSONB NOT NULL,
    "preference_match" JSONB NOT NULL,
    "required_inputs" JSONB NOT NULL DEFAULT '[]',
    "optional_inputs" JSONB NOT NULL DEFAULT '[]',
    "output_schema" JSONB NOT NULL DEFAULT '{}',
    "examples" JSONB NOT NULL DEFAULT '[]',
    "extensions" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_patterns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_telemetry" (
    "id" BIGSERIAL NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "tool_id" INTEGER NOT NULL,
    "capability_id" INTEGER,
    "pattern_id" INTEGER,
    "execution_id" VARCHAR(100),
    "user_id" VARCHAR(100),
    "environment" VARCHAR(50),
    "actual_time_ms" INTEGER NOT NULL,
    "actual_cost" DECIMAL(10,2),
    "success" BOOLEAN NOT NULL,
    "error_message" TEXT,
    "context_variables" JSONB NOT NULL DEFAULT '{}',
    "executed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tool_telemetry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_ab_tests" (
    "id" SERIAL NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "test_name" VARCHAR(100) NOT NULL,
    "description" TEXT,
    "tool_a_id" INTEGER NOT NULL,
    "tool_b_id" INTEGER NOT NULL,
    "traffic_split" DECIMAL(3,2) NOT NULL DEFAULT 0.5,
    "target_environment" VARCHAR(50),
    "target_users" JSONB NOT NULL DEFAULT '[]',
    "status" VARCHAR(20) NOT NULL DEFAULT 'draft',
    "winner_tool_id" INTEGER,
    "results" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),
    "created_by" VARCHAR(100),

    CONSTRAINT "tool_ab_tests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_audit_log" (
    "id" BIGSERIAL NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "tool_id" INTEGER,
    "tool_name" VARCHAR(100),
    "platform" VARCHAR(50),
    "tool_version" VARCHAR(20),
    "action" VARCHAR(50) NOT NULL,
    "changes" JSONB NOT NULL,
    "changed_by" VARCHAR(100) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT,
    "ip_address" VARCHAR(45),
    "revision" BIGINT,

    CONSTRAINT "tool_audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."catalog_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch" VARCHAR(64) NOT NULL,
    "revision" BIGINT NOT NULL DEFAULT 0,
    "chain" CHAR(64) NOT NULL,
    "low_revision" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "catalog_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."catalog_revisions" (
    "revision" BIGINT NOT NULL,
    "chain" CHAR(64) NOT NULL,
    "change_count" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "catalog_revisions_pkey" PRIMARY KEY ("revision")
);

-- CreateTable
CREATE TABLE "tool_catalog"."tool_changes" (
    "revision" BIGINT NOT NULL,
    "change_index" INTEGER NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "tool_id" UUID NOT NULL,
    "platform" VARCHAR(50) NOT NULL,
    "tool_name" VARCHAR(100) NOT NULL,
    "action" VARCHAR(50) NOT NULL,
    "state_before" JSONB,
    "state_after" JSONB,
    "changed_fields" TEXT[],
    "actor" VARCHAR(100) NOT NULL,
    "reason" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tool_changes_pkey" PRIMARY KEY ("revision","change_index")
);

-- CreateTable
CREATE TABLE "tool_catalog"."api_tokens" (
    "id" UUID NOT NULL,
    "tenant" VARCHAR(100) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "role" VARCHAR(20) NOT NULL,
    "token_hash" CHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" VARCHAR(100),
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tool_catalog"."idempotency_keys" (
    "tenant" VARCHAR(100) NOT NULL,
    "principal" VARCHAR(100) NOT NULL,
    "key" VARCHAR(128) NOT NULL,
    "request_hash" CHAR(64) NOT NULL,
    "response" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("tenant","principal","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "tool_identities_tenant_platform_tool_name_key" ON "tool_catalog"."tool_identities"("tenant", "platform", "tool_name");

-- CreateIndex
CREATE INDEX "idx_tools_name" ON "tool_catalog"."tools"("tool_name");

-- CreateIndex
CREATE INDEX "idx_tools_platform" ON "tool_catalog"."tools"("platform");

-- CreateIndex
CREATE INDEX "idx_tools_category" ON "tool_catalog"."tools"("category");

-- CreateIndex
CREATE INDEX "idx_tools_status" ON "tool_catalog"."tools"("status");

-- CreateIndex
CREATE INDEX "idx_tools_enabled" ON "tool_catalog"."tools"("enabled");

-- CreateIndex
CREATE INDEX "idx_tools_is_latest" ON "tool_catalog"."tools"("is_latest");

-- CreateIndex
CREATE INDEX "idx_tools_parent_version_id" ON "tool_catalog"."tools"("parent_version_id");

-- CreateIndex
CREATE INDEX "idx_tools_metadata" ON "tool_catalog"."tools" USING GIN ("metadata");

-- CreateIndex
CREATE UNIQUE INDEX "tools_tenant_platform_tool_name_version_key" ON "tool_catalog"."tools"("tenant", "platform", "tool_name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "tools_tool_id_version_key" ON "tool_catalog"."tools"("tool_id", "version");

-- CreateIndex
CREATE INDEX "idx_capabilities_tool_id" ON "tool_catalog"."tool_capabilities"("tool_id");

-- CreateIndex
CREATE INDEX "idx_capabilities_name" ON "tool_catalog"."tool_capabilities"("capability_name");

-- CreateIndex
CREATE UNIQUE INDEX "tool_capabilities_tool_id_capability_name_key" ON "tool_catalog"."tool_capabilities"("tool_id", "capability_name");

-- CreateIndex
CREATE INDEX "idx_patterns_capability_id" ON "tool_catalog"."tool_patterns"("capability_id");

-- CreateIndex
CREATE INDEX "idx_patterns_name" ON "tool_catalog"."tool_patterns"("pattern_name");

-- CreateIndex
CREATE INDEX "idx_patterns_use_cases" ON "tool_catalog"."tool_patterns" USING GIN ("typical_use_cases");

-- CreateIndex
CREATE UNIQUE INDEX "tool_patterns_capability_id_pattern_name_key" ON "tool_catalog"."tool_patterns"("capability_id", "pattern_name");

-- CreateIndex
CREATE INDEX "idx_telemetry_tool_id" ON "tool_catalog"."tool_telemetry"("tool_id");

-- CreateIndex
CREATE INDEX "idx_telemetry_pattern_id" ON "tool_catalog"."tool_telemetry"("pattern_id");

-- CreateIndex
CREATE INDEX "idx_telemetry_executed_at" ON "tool_catalog"."tool_telemetry"("executed_at");

-- CreateIndex
CREATE INDEX "idx_telemetry_success" ON "tool_catalog"."tool_telemetry"("success");

-- CreateIndex
CREATE INDEX "idx_telemetry_environment" ON "tool_catalog"."tool_telemetry"("environment");

-- CreateIndex
CREATE INDEX "idx_ab_tests_status" ON "tool_catalog"."tool_ab_tests"("status");

-- CreateIndex
CREATE INDEX "idx_ab_tests_started_at" ON "tool_catalog"."tool_ab_tests"("started_at");

-- CreateIndex
CREATE UNIQUE INDEX "tool_ab_tests_tenant_test_name_key" ON "tool_catalog"."tool_ab_tests"("tenant", "test_name");

-- CreateIndex
CREATE INDEX "idx_audit_tool_id" ON "tool_catalog"."tool_audit_log"("tool_id");

-- CreateIndex
CREATE INDEX "idx_audit_changed_at" ON "tool_catalog"."tool_audit_log"("changed_at");

-- CreateIndex
CREATE INDEX "idx_audit_changed_by" ON "tool_catalog"."tool_audit_log"("changed_by");

-- CreateIndex
CREATE INDEX "idx_audit_tenant_id" ON "tool_catalog"."tool_audit_log"("tenant", "id");

-- CreateIndex
CREATE INDEX "idx_changes_tool_id" ON "tool_catalog"."tool_changes"("tool_id", "revision");

-- CreateIndex
CREATE UNIQUE INDEX "api_tokens_token_hash_key" ON "tool_catalog"."api_tokens"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "api_tokens_tenant_name_key" ON "tool_catalog"."api_tokens"("tenant", "name");

-- CreateIndex
CREATE INDEX "idx_idempotency_created_at" ON "tool_catalog"."idempotency_keys"("created_at");

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_identities" ADD CONSTRAINT "tool_identities_tenant_fkey" FOREIGN KEY ("tenant") REFERENCES "tool_catalog"."tenants"("name") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tools" ADD CONSTRAINT "tools_tool_id_fkey" FOREIGN KEY ("tool_id") REFERENCES "tool_catalog"."tool_identities"("tool_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tools" ADD CONSTRAINT "tools_parent_version_id_fkey" FOREIGN KEY ("parent_version_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_capabilities" ADD CONSTRAINT "tool_capabilities_tool_id_fkey" FOREIGN KEY ("tool_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_patterns" ADD CONSTRAINT "tool_patterns_capability_id_fkey" FOREIGN KEY ("capability_id") REFERENCES "tool_catalog"."tool_capabilities"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_telemetry" ADD CONSTRAINT "tool_telemetry_tool_id_fkey" FOREIGN KEY ("tool_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_telemetry" ADD CONSTRAINT "tool_telemetry_capability_id_fkey" FOREIGN KEY ("capability_id") REFERENCES "tool_catalog"."tool_capabilities"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_telemetry" ADD CONSTRAINT "tool_telemetry_pattern_id_fkey" FOREIGN KEY ("pattern_id") REFERENCES "tool_catalog"."tool_patterns"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_ab_tests" ADD CONSTRAINT "tool_ab_tests_tool_a_id_fkey" FOREIGN KEY ("tool_a_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_ab_tests" ADD CONSTRAINT "tool_ab_tests_tool_b_id_fkey" FOREIGN KEY ("tool_b_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_ab_tests" ADD CONSTRAINT "tool_ab_tests_winner_tool_id_fkey" FOREIGN KEY ("winner_tool_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."tool_audit_log" ADD CONSTRAINT "tool_audit_log_tool_id_fkey" FOREIGN KEY ("tool_id") REFERENCES "tool_catalog"."tools"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tool_catalog"."api_tokens" ADD CONSTRAINT "api_tokens_tenant_fkey" FOREIGN KEY ("tenant") REFERENCES "tool_catalog"."tenants"("name") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What a version's rows say must fit together.
CREATE UNIQUE INDEX "tools_one_latest" ON "tool_catalog"."tools"("tenant", "platform", "tool_name") WHERE "is_latest";

ALTER TABLE "tool_catalog"."tenants"
  ADD CONSTRAINT "tenants_name_check" CHECK ("name" <> '');

ALTER TABLE "tool_catalog"."tool_identities"
  ADD CONSTRAINT "tool_identities_name_check" CHECK ("tool_name" <> '' AND "platform" <> ''),
  ADD CONSTRAINT "tool_identities_imported_hash_check" CHECK ("imported_hash" ~ '^[0-9a-f]{64}$');

ALTER TABLE "tool_catalog"."tools"
  ADD CONSTRAINT "tools_version_check" CHECK ("version" <> ''),
  ADD CONSTRAINT "tools_status_check" CHECK ("status" IN ('active', 'deprecated', 'disabled', 'testing')),
  ADD CONSTRAINT "tools_defaults_check" CHECK (jsonb_typeof("defaults") = 'object'),
  ADD CONSTRAINT "tools_dependencies_check" CHECK (jsonb_typeof("dependencies") = 'array'),
  ADD CONSTRAINT "tools_metadata_check" CHECK (jsonb_typeof("metadata") = 'object'),
  ADD CONSTRAINT "tools_extensions_check" CHECK (jsonb_typeof("extensions") = 'object'),
  ADD CONSTRAINT "tools_content_hash_check" CHECK ("content_hash" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "tools_parent_version_id_check" CHECK ("parent_version_id" <> "id"),
  ADD CONSTRAINT "tools_revision_check" CHECK ("revision" >= 0);

ALTER TABLE "tool_catalog"."tool_capabilities"
  ADD CONSTRAINT "tool_capabilities_name_check" CHECK ("capability_name" <> ''),
  ADD CONSTRAINT "tool_capabilities_aliases_check" CHECK (jsonb_typeof("aliases") = 'array'),
  ADD CONSTRAINT "tool_capabilities_extensions_check" CHECK (jsonb_typeof("extensions") = 'object');

ALTER TABLE "tool_catalog"."tool_patterns"
  ADD CONSTRAINT "tool_patterns_name_check" CHECK ("pattern_name" <> ''),
  ADD CONSTRAINT "tool_patterns_complexity_score_check" CHECK ("complexity_score" >= 0 AND "complexity_score" <= 1),
  ADD CONSTRAINT "tool_patterns_typical_use_cases_check" CHECK (jsonb_typeof("typical_use_cases") = 'array'),
  ADD CONSTRAINT "tool_patterns_limitations_check" CHECK (jsonb_typeof("limitations") = 'array'),
  ADD CONSTRAINT "tool_patterns_policy_check" CHECK (jsonb_typeof("policy") = 'object'),
  ADD CONSTRAINT "tool_patterns_preference_match_check" CHECK (jsonb_typeof("preference_match") = 'object'),
  ADD CONSTRAINT "tool_patterns_required_inputs_check" CHECK (jsonb_typeof("required_inputs") = 'array'),
  ADD CONSTRAINT "tool_patterns_optional_inputs_check" CHECK (jsonb_typeof("optional_inputs") = 'array'),
  ADD CONSTRAINT "tool_patterns_output_schema_check" CHECK (jsonb_typeof("output_schema") = 'object'),
  ADD CONSTRAINT "tool_patterns_examples_check" CHECK (jsonb_typeof("examples") = 'array'),
  ADD CONSTRAINT "tool_patterns_extensions_check" CHECK (jsonb_typeof("extensions") = 'object');

-- context_variables is a string where it is stored encrypted.
ALTER TABLE "tool_catalog"."tool_telemetry"
  ADD CONSTRAINT "tool_telemetry_actual_time_ms_check" CHECK ("actual_time_ms" >= 0),
  ADD CONSTRAINT "tool_telemetry_actual_cost_check" CHECK ("actual_cost" >= 0),
  ADD CONSTRAINT "tool_telemetry_context_variables_check" CHECK (jsonb_typeof("context_variables") IN ('object', 'string'));

ALTER TABLE "tool_catalog"."tool_ab_tests"
  ADD CONSTRAINT "tool_ab_tests_name_check" CHECK ("test_name" <> ''),
  ADD CONSTRAINT "tool_ab_tests_variants_check" CHECK ("tool_a_id" <> "tool_b_id"),
  ADD CONSTRAINT "tool_ab_tests_winner_check" CHECK ("winner_tool_id" IN ("tool_a_id", "tool_b_id")),
  ADD CONSTRAINT "tool_ab_tests_traffic_split_check" CHECK ("traffic_split" >= 0 AND "traffic_split" <= 1),
  ADD CONSTRAINT "tool_ab_tests_status_check" CHECK ("status" IN ('draft', 'active', 'completed', 'cancelled')),
  ADD CONSTRAINT "tool_ab_tests_target_users_check" CHECK (jsonb_typeof("target_users") = 'array'),
  ADD CONSTRAINT "tool_ab_tests_results_check" CHECK (jsonb_typeof("results") = 'object');

ALTER TABLE "tool_catalog"."tool_audit_log"
  ADD CONSTRAINT "tool_audit_log_action_check" CHECK ("action" <> ''),
  ADD CONSTRAINT "tool_audit_log_changes_check" CHECK (jsonb_typeof("changes") IN ('object', 'array'));

ALTER TABLE "tool_catalog"."catalog_head"
  ADD CONSTRAINT "catalog_head_one_row_check" CHECK ("id" = 1),
  ADD CONSTRAINT "catalog_head_epoch_check" CHECK ("epoch" <> ''),
  ADD CONSTRAINT "catalog_head_chain_check" CHECK ("chain" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "catalog_head_revision_check" CHECK ("low_revision" >= 0 AND "low_revision" <= "revision");

ALTER TABLE "tool_catalog"."catalog_revisions"
  ADD CONSTRAINT "catalog_revisions_revision_check" CHECK ("revision" > 0),
  ADD CONSTRAINT "catalog_revisions_chain_check" CHECK ("chain" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "catalog_revisions_change_count_check" CHECK ("change_count" > 0);

ALTER TABLE "tool_catalog"."tool_changes"
  ADD CONSTRAINT "tool_changes_revision_check" CHECK ("revision" > 0 AND "change_index" >= 0),
  ADD CONSTRAINT "tool_changes_action_check" CHECK ("action" <> ''),
  ADD CONSTRAINT "tool_changes_state_before_check" CHECK (jsonb_typeof("state_before") = 'object'),
  ADD CONSTRAINT "tool_changes_state_after_check" CHECK (jsonb_typeof("state_after") = 'object'),
  ADD CONSTRAINT "tool_changes_states_check" CHECK ("state_before" IS NOT NULL OR "state_after" IS NOT NULL);

ALTER TABLE "tool_catalog"."api_tokens"
  ADD CONSTRAINT "api_tokens_name_check" CHECK ("name" <> ''),
  ADD CONSTRAINT "api_tokens_role_check" CHECK ("role" IN ('VIEWER', 'ORCHESTRATOR', 'ADMIN')),
  ADD CONSTRAINT "api_tokens_token_hash_check" CHECK ("token_hash" ~ '^[0-9a-f]{64}$');

ALTER TABLE "tool_catalog"."idempotency_keys"
  ADD CONSTRAINT "idempotency_keys_key_check" CHECK ("key" <> ''),
  ADD CONSTRAINT "idempotency_keys_request_hash_check" CHECK ("request_hash" ~ '^[0-9a-f]{64}$');

-- The tenant stands in every row for row-level security's sake, so it must be the tenant of the row it belongs to: a foreign
-- key alone would let one tenant hang its rows below another's. Checked once a statement, which bulk inserts hardly feel.
CREATE FUNCTION "tool_catalog"."check_owner_of_new_rows"() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
  strays boolean;
BEGIN
  IF TG_TABLE_NAME = 'tools' THEN
    SELECT EXISTS (
      SELECT FROM new_rows n LEFT JOIN tool_catalog.tool_identities o
        ON o.tool_id = n.tool_id AND o.tenant = n.tenant AND o.platform = n.platform AND o.tool_name = n.tool_name
      WHERE o.tool_id IS NULL) INTO strays;
  ELSIF TG_TABLE_NAME = 'tool_capabilities' THEN
    SELECT EXISTS (
      SELECT FROM new_rows n LEFT JOIN tool_catalog.tools o ON o.id = n.tool_id AND o.tenant = n.tenant
      WHERE o.id IS NULL) INTO strays;
  ELSE
    SELECT EXISTS (
      SELECT FROM new_rows n LEFT JOIN tool_catalog.tool_capabilities o ON o.id = n.capability_id AND o.tenant = n.tenant
      WHERE o.id IS NULL) INTO strays;
  END IF;
  IF strays THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('A row of %I does not carry the tenant and name of the row it belongs to.', TG_TABLE_NAME),
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
  END IF;
  RETURN NULL;
END
$function$;

CREATE TRIGGER "tools_owner" AFTER INSERT ON "tool_catalog"."tools" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "tool_catalog"."check_owner_of_new_rows"();
CREATE TRIGGER "tool_capabilities_owner" AFTER INSERT ON "tool_catalog"."tool_capabilities" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "tool_catalog"."check_owner_of_new_rows"();
CREATE TRIGGER "tool_patterns_owner" AFTER INSERT ON "tool_catalog"."tool_patterns" REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "tool_catalog"."check_owner_of_new_rows"();

CREATE FUNCTION "tool_catalog"."refuse_new_identity"() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  RAISE integrity_constraint_violation USING
    MESSAGE = format('What a row of %I belongs to and is called never changes.', TG_TABLE_NAME),
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END
$function$;

CREATE TRIGGER "tool_identities_fixed" BEFORE UPDATE OF "tool_id", "tenant", "platform", "tool_name" ON "tool_catalog"."tool_identities"
  FOR EACH ROW WHEN ((OLD."tool_id", OLD."tenant", OLD."platform", OLD."tool_name") IS DISTINCT FROM (NEW."tool_id", NEW."tenant", NEW."platform", NEW."tool_name"))
  EXECUTE FUNCTION "tool_catalog"."refuse_new_identity"();
CREATE TRIGGER "tools_fixed" BEFORE UPDATE OF "tool_id", "tenant", "platform", "tool_name", "version", "content_hash" ON "tool_catalog"."tools"
  FOR EACH ROW WHEN ((OLD."tool_id", OLD."tenant", OLD."platform", OLD."tool_name", OLD."version", OLD."content_hash") IS DISTINCT FROM (NEW."tool_id", NEW."tenant", NEW."platform", NEW."tool_name", NEW."version", NEW."content_hash"))
  EXECUTE FUNCTION "tool_catalog"."refuse_new_identity"();
CREATE TRIGGER "tool_capabilities_fixed" BEFORE UPDATE OF "tool_id", "tenant" ON "tool_catalog"."tool_capabilities"
  FOR EACH ROW WHEN ((OLD."tool_id", OLD."tenant") IS DISTINCT FROM (NEW."tool_id", NEW."tenant"))
  EXECUTE FUNCTION "tool_catalog"."refuse_new_identity"();
CREATE TRIGGER "tool_patterns_fixed" BEFORE UPDATE OF "capability_id", "tenant" ON "tool_catalog"."tool_patterns"
  FOR EACH ROW WHEN ((OLD."capability_id", OLD."tenant") IS DISTINCT FROM (NEW."capability_id", NEW."tenant"))
  EXECUTE FUNCTION "tool_catalog"."refuse_new_identity"();

-- The rows that are always there. Written before row-level security is on: its owner is subject to it too.
INSERT INTO "tool_catalog"."tenants" ("name", "display_name") VALUES ('shared', 'Shared catalog');
INSERT INTO "tool_catalog"."catalog_head" ("epoch", "chain") VALUES (replace(gen_random_uuid()::text, '-', ''), repeat('0', 64));

-- The tenant of the transaction: set by set_config('app.tenant', ..., true). Null when there is none, also after a
-- transaction that had one, when the setting is left as ''.
CREATE FUNCTION "tool_catalog"."current_tenant"() RETURNS text LANGUAGE sql STABLE
  AS $function$ SELECT nullif(current_setting('app.tenant', true), '') $function$;

ALTER TABLE "tool_catalog"."tenants" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_identities" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tools" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_capabilities" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_patterns" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_telemetry" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_ab_tests" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_audit_log" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."tool_changes" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."api_tokens" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE "tool_catalog"."idempotency_keys" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Catalog tables: everyone reads the shared layer and its own, and writes its own. The subselect makes the setting be read
-- once a statement instead of once a row. Without a tenant nothing is seen, the shared layer included.
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tool_identities" FOR SELECT TO catalog_app USING ("tenant" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tools" FOR SELECT TO catalog_app USING ("tenant" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tool_capabilities" FOR SELECT TO catalog_app USING ("tenant" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tool_patterns" FOR SELECT TO catalog_app USING ("tenant" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tool_ab_tests" FOR SELECT TO catalog_app USING ("tenant" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tool_changes" FOR SELECT TO catalog_app USING ("tenant" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));

CREATE POLICY "write_own" ON "tool_catalog"."tool_identities" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "write_own" ON "tool_catalog"."tools" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "write_own" ON "tool_catalog"."tool_capabilities" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "write_own" ON "tool_catalog"."tool_patterns" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "write_own" ON "tool_catalog"."tool_ab_tests" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "write_own" ON "tool_catalog"."tool_changes" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));

-- What a tenant's people and orchestrators did: nobody else's to read.
CREATE POLICY "own" ON "tool_catalog"."tool_telemetry" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "own" ON "tool_catalog"."tool_audit_log" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "own" ON "tool_catalog"."api_tokens" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));
CREATE POLICY "own" ON "tool_catalog"."idempotency_keys" TO catalog_app USING ("tenant" = (SELECT tool_catalog.current_tenant())) WITH CHECK ("tenant" = (SELECT tool_catalog.current_tenant()));

-- Tenants are managed from the shared one.
CREATE POLICY "read_own_and_shared" ON "tool_catalog"."tenants" FOR SELECT TO catalog_app USING ("name" IN ((SELECT tool_catalog.current_tenant()), (SELECT 'shared' WHERE tool_catalog.current_tenant() IS NOT NULL)));
CREATE POLICY "managed_from_shared" ON "tool_catalog"."tenants" TO catalog_app USING ((SELECT tool_catalog.current_tenant()) = 'shared') WITH CHECK ((SELECT tool_catalog.current_tenant()) = 'shared');

-- For what spans tenants: the log's follower, the look-up of a token, retention, backup.
CREATE POLICY "all_tenants" ON "tool_catalog"."tenants" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_identities" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tools" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_capabilities" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_patterns" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_telemetry" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_ab_tests" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_audit_log" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."tool_changes" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."api_tokens" TO catalog_system USING (true) WITH CHECK (true);
CREATE POLICY "all_tenants" ON "tool_catalog"."idempotency_keys" TO catalog_system USING (true) WITH CHECK (true);

-- Privileges: what is history can be added to and read; what is a version's content never changes.
GRANT USAGE ON SCHEMA "tool_catalog" TO catalog_app, catalog_system;
GRANT SELECT ON ALL TABLES IN SCHEMA "tool_catalog" TO catalog_app, catalog_system;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA "tool_catalog" TO catalog_app, catalog_system;

GRANT INSERT, UPDATE ("display_name") ON "tool_catalog"."tenants" TO catalog_app;
GRANT INSERT, UPDATE ("imported_hash") ON "tool_catalog"."tool_identities" TO catalog_app;
GRANT INSERT, UPDATE ("status", "enabled", "owner", "is_latest", "revision", "deleted_at", "updated_at", "updated_by")
  ON "tool_catalog"."tools" TO catalog_app;
GRANT INSERT, UPDATE ON "tool_catalog"."tool_ab_tests" TO catalog_app;
GRANT INSERT ON "tool_catalog"."tool_capabilities", "tool_catalog"."tool_patterns", "tool_catalog"."tool_telemetry" TO catalog_app;
GRANT INSERT ON "tool_catalog"."tool_audit_log", "tool_catalog"."tool_changes", "tool_catalog"."catalog_revisions" TO catalog_app;
GRANT UPDATE ("revision", "chain") ON "tool_catalog"."catalog_head" TO catalog_app;
GRANT INSERT, UPDATE ("expires_at", "last_used_at", "revoked_at") ON "tool_catalog"."api_tokens" TO catalog_app;
GRANT INSERT, UPDATE, DELETE ON "tool_catalog"."idempotency_keys" TO catalog_app;

GRANT INSERT, UPDATE, DELETE ON "tool_catalog"."tenants", "tool_catalog"."tool_identities", "tool_catalog"."tools",
  "tool_catalog"."tool_capabilities", "tool_catalog"."tool_patterns", "tool_catalog"."tool_telemetry",
  "tool_catalog"."tool_ab_tests", "tool_catalog"."api_tokens", "tool_catalog"."idempotency_keys" TO catalog_system;
GRANT INSERT ON "tool_catalog"."tool_audit_log" TO catalog_system;
GRANT INSERT, DELETE ON "tool_catalog"."tool_changes", "tool_catalog"."catalog_revisions" TO catalog_system;
GRANT UPDATE ON "tool_catalog"."catalog_head" TO catalog_system;
GRANT UPDATE ON ALL SEQUENCES IN SCHEMA "tool_catalog" TO catalog_system;
