import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
};

/** What `npm pack` puts into the package. */
function packedFiles(): readonly string[] {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  // A list with npm 11, an object with npm 12.
  const [packed] = Object.values(JSON.parse(json) as Record<string, { readonly files: { readonly path: string }[] }>);
  return (packed?.files ?? []).map((file) => file.path);
}

const files = new Set(packedFiles());

/** Everything that is imported from an entry on: files of the package, and packages by name. */
function reachedFrom(entry: string, ending: '.js' | '.d.ts', reached = new Set<string>()): Set<string> {
  if (reached.has(entry)) return reached;
  reached.add(entry);
  for (const { fileName: specifier } of ts.preProcessFile(readFileSync(path.join(ROOT, entry), 'utf8')).importedFiles) {
    if (isBuiltin(specifier)) continue;
    if (!specifier.startsWith('.')) reached.add(specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
    else reachedFrom(path.join(path.dirname(entry), specifier).replace(/\.js$/, ending), ending, reached);
  }
  return reached;
}

describe('the package', () => {
  const entries = Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [] : [target]));
  const code = [...entries.map((target) => target.default), ...Object.values(manifest.bin), './dist/src/main.js'];
  const types = entries.map((target) => target.types);

  it.each([...code.map((file) => [file, '.js'] as const), ...types.map((file) => [file, '.d.ts'] as const)])(
    'has everything that %s needs, and asks for every package of it',
    (entry, ending) => {
      const reached = [...reachedFrom(path.normalize(entry), ending)];
      const isOurs = (one: string) => one.startsWith('dist/');
      expect(reached.filter((one) => isOurs(one) && !files.has(one))).toEqual([]);
      expect(reached.filter((one) => !isOurs(one) && !(one in manifest.dependencies))).toEqual([]);
    },
  );

  it('has what the service reads at run time, and nothing of the tests', () => {
    for (const file of ['prisma/schema.prisma', 'schema.graphql', 'catalog/linux/df.yaml', 'LICENSE', 'README.md']) {
      expect(files).toContain(file);
    }
    const wanted =
      /^(dist\/(src|scripts)|catalog|docs|prisma)\/|^(\.env\.example|prisma\.config\.ts|(schema|tool\.schema)\.(graphql|json)|package\.json|[A-Z]+(\.md)?)$/;
    expect([...files].filter((file) => !wanted.test(file))).toEqual([]);
  });

  it('has source maps that hold their sources: the files that they name stay behind', () => {
    const maps = [...files].filter((file) => file.endsWith('.map'));
    expect(maps.length).toBeGreaterThan(100);
    const isWithout = (file: string) =>
      !(JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as { sourcesContent?: unknown[] }).sourcesContent;
    expect(maps.filter(isWithout)).toEqual([]);
  });
});
