// What an import graph cannot show: globals that a room must not touch.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PURE = /^src\/(kernel|definition|expressions|validation|view|selection)\//;

export const TEXT_RULES = [
  {
    name: 'only-config-reads-the-environment',
    applies: (file) =>
      /^(src|scripts)\//.test(file) && file !== 'src/config.ts' && file !== 'scripts/lib/environment.ts',
    pattern:
      /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*(\?\.)?\[\s*['"`]env|\benv\b[^;]*\}\s*(=\s*process\b|from\s*['"](node:)?process['"])/,
  },
  {
    name: 'pure-rooms-read-no-clock',
    applies: (file) => PURE.test(file),
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/,
  },
  {
    name: 'pure-rooms-are-deterministic-and-do-no-io',
    applies: (file) => PURE.test(file),
    pattern:
      /\bMath\.random\b|\bcrypto\.(randomUUID|getRandomValues)\b|\bfetch\(|\bset(Timeout|Interval|Immediate)\(|\bconsole\./,
  },
];

/**
 * Every line of the TypeScript files below `base`/{src,scripts} that breaks a rule of {@link TEXT_RULES}, and how many files
 * were read. Comment lines are passed over: they may name what they forbid.
 */
export function findForbiddenText(base) {
  const files = ['src', 'scripts'].flatMap((folder) => typescriptFiles(base, folder));
  const findings = files.flatMap((file) => {
    const rules = TEXT_RULES.filter((rule) => rule.applies(file));
    if (rules.length === 0) return [];
    return readFileSync(path.join(base, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        if (/^\s*(\/\/|\/?\*)/.test(line)) return [];
        return rules
          .filter((rule) => rule.pattern.test(line))
          .map((rule) => ({ rule: rule.name, place: `${file}:${index + 1}`, detail: line.trim() }));
      });
  });
  return { findings, fileCount: files.length };
}

function typescriptFiles(base, folder) {
  return readdirSync(path.join(base, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(base, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => !file.startsWith('src/database/generated/'))
    .sort();
}
