// Holds the direction of imports (.dependency-cruiser.cjs) and the rules about globals (lib/text-rules.mjs). It first proves that it
// can see: every rule must refuse a fault planted for it. A checker that reads no module, or whose rule no longer matches
// anything, would stay green for ever.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import { PLANTED_FAULTS, PLANTED_TEXTS } from './lib/planted-faults.mjs';
import { findForbiddenText, TEXT_RULES } from './lib/text-rules.mjs';

const root = path.join(import.meta.dirname, '..');
const { options, ...ruleSet } = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

async function cruiseTree(baseDir) {
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    ['src', 'scripts'],
    { ...cruiseOptions, ruleSet, validate: true, baseDir },
    { ...enhancedResolveOptions, bustTheCache: true },
  );
  const own = output.modules.filter((module) => /^(src|scripts)\//.test(module.source));
  const findings = output.summary.violations.map((violation) => ({
    rule: violation.rule.name,
    place: violation.from,
    detail: `-> ${violation.cycle?.map((step) => step.name).join(' -> ') ?? violation.to}`,
  }));
  return { findings, moduleCount: own.length };
}

/** Names of the rules that did not refuse the fault planted for them. */
async function blindRules() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'boundaries-'));
  try {
    const put = (file, text) => {
      const full = path.join(scratch, file);
      mkdirSync(path.dirname(full), { recursive: true });
      writeFileSync(full, text);
    };
    symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'), 'junction');
    put('package.json', JSON.stringify(createRequire(import.meta.url)('../package.json')));
    for (const { file, imports, alsoFile, alsoImports } of PLANTED_FAULTS) {
      put(file, `import * as imported from '${imports}';\nexport const seen = imported;\n`);
      if (alsoFile !== undefined)
        put(alsoFile, `import * as imported from '${alsoImports}';\nexport const seen = imported;\n`);
    }
    for (const { file, imports } of PLANTED_FAULTS.filter((fault) => fault.imports.startsWith('.'))) {
      const target = path.join(path.dirname(file), imports.replace(/\.js$/, '.ts'));
      if (!existsSync(path.join(scratch, target))) put(target, 'export {};\n');
    }
    for (const { file, text } of PLANTED_TEXTS) put(file, `${text}\n`);
    const findings = [...(await cruiseTree(scratch)).findings, ...findForbiddenText(scratch).findings];
    const refused = (fault) =>
      findings.some((finding) => finding.rule === fault.rule && finding.place.split(':')[0] === fault.file);
    const faults = [...PLANTED_FAULTS, ...PLANTED_TEXTS];
    const unproven = [...ruleSet.forbidden, ...TEXT_RULES]
      .map((rule) => rule.name)
      .filter((name) => !faults.some((fault) => fault.rule === name));
    return [...faults.filter((fault) => !refused(fault)).map((fault) => `${fault.rule} (${fault.file})`), ...unproven];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const blind = await blindRules();
if (blind.length > 0) {
  console.error('These rules did not refuse the fault planted for them (scripts/lib/planted-faults.mjs):');
  for (const name of blind) console.error(`  ${name}`);
  process.exit(1);
}
const imports = await cruiseTree(root);
const texts = findForbiddenText(root);
if (imports.moduleCount === 0 || texts.fileCount === 0) {
  console.error('No modules were seen: the check is blind.');
  process.exit(1);
}
const findings = [...imports.findings, ...texts.findings];
for (const { rule, place, detail } of findings) console.error(`${place}: ${rule}: ${detail}`);
const proven = PLANTED_FAULTS.length + PLANTED_TEXTS.length;
console.log(`${imports.moduleCount} modules, ${findings.length} forbidden; ${proven} planted faults were refused.`);
process.exit(findings.length > 0 ? 1 : 0);
