// Lets a plain Node process import this package's TypeScript: types are stripped, and `x.js` finds `x.ts`.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
    return next(`${specifier.slice(0, -3)}.ts`, context);
  }
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  return { format: 'module', shortCircuit: true, source: await withoutTypes(url) };
}

/** Kept between runs: loading the compiler takes longer than all else that such a process does. */
async function withoutTypes(url) {
  const source = await readFile(fileURLToPath(url), 'utf8');
  const cache = new URL('../../node_modules/.cache/typescript-hooks/', import.meta.url);
  const cached = new URL(`${createHash('sha256').update(source).digest('hex')}.mjs`, cache);
  try {
    return await readFile(cached, 'utf8');
  } catch {
    const { default: ts } = await import('typescript');
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    };
    const { outputText } = ts.transpileModule(source, { compilerOptions, fileName: url });
    await mkdir(cache, { recursive: true });
    const fresh = new URL(`${cached.href}.${process.pid}`);
    await writeFile(fresh, outputText);
    await rename(fresh, cached);
    return outputText;
  }
}
