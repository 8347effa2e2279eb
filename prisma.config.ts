import { defineConfig } from 'prisma/config';

// For Prisma's own command line (generate, migrate deploy). The service reads DATABASE_URL in src/config.ts.
const url = process.env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
