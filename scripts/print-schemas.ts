// Writes schema.graphql and tool.schema.json from the code. With --check it only says whether they are up to date.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { printSchema } from 'graphql';
import { packageRoot } from '../src/database/package-root.js';
import { toolJsonSchema } from '../src/definition/json-schema.js';
import { createSchema } from '../src/graphql/schema.js';

const files: Readonly<Record<string, string>> = {
  'schema.graphql': `${printSchema(createSchema())}\n`,
  'tool.schema.json': `${JSON.stringify(toolJsonSchema(), null, 2)}\n`,
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of Object.entries(files)) {
  const file = path.join(packageRoot(), name);
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === text) continue;
  stale.push(name);
  if (!check) await writeFile(file, text);
}

if (check && stale.length > 0) {
  process.stderr.write(
    `${stale.join(' and ')} no longer say what the code says. Run \`npm run schema\` and commit them.\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(stale.length === 0 ? 'The schemas are up to date.\n' : `Wrote ${stale.join(' and ')}.\n`);
}
