import { expect, it } from 'vitest';
import { seenChanges } from '../../scripts/lib/seen-changes.js';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { sampleTool } from '../view/sample-tools.js';

/** What a watcher is told when one copy takes the place of another, as lines. */
function told(before: readonly ToolState[], after: readonly ToolState[]): readonly string[] {
  const store = new CatalogStore();
  store.replaceAll(before, { epoch: 'yaml', revision: 1 });
  const changes = store.replaceAll(after, { epoch: 'e', revision: 9 });
  const event = { kind: 'replaced', source: 'live', revision: 9, position: 'e:9', at: null, changes } as const;
  return seenChanges(event).map(({ action, platform, toolName, version }) =>
    [action, platform, toolName, version].join(' '),
  );
}

const fromYaml = (name: string, given: Partial<ToolState> = {}) =>
  sampleTool({ name, toolId: `yaml ${name}`, ...given });

it('a tool that only changed its id is none that was deleted or created', () => {
  expect(told([fromYaml('disk')], [sampleTool({ name: 'disk', revision: 7 })])).toEqual([]);
});

it.each<Partial<ToolState>>([
  { version: '2.0.0' },
  { contentHash: 'x' },
  { status: 'DEPRECATED' },
  { enabled: false },
  { owner: 'ops' },
])('one that differs in %j was updated', (given) => {
  const disk = sampleTool({ name: 'disk', ...given });
  expect(told([fromYaml('disk')], [disk])).toEqual([`UPDATED linux disk ${disk.version}`]);
});

it('platforms and tenants tell tools apart', () => {
  const [windows, own] = [
    sampleTool({ name: 'disk', platform: 'windows' }),
    sampleTool({ name: 'ssh', tenant: 'acme' }),
  ];
  expect(told([fromYaml('disk'), fromYaml('ssh')], [windows, own])).toEqual([
    'DELETED linux disk 1.0.0',
    'DELETED linux ssh 1.0.0',
    'CREATED windows disk 1.0.0',
    'CREATED linux ssh 1.0.0',
  ]);
});

it('a revision is told as it is', () => {
  const store = new CatalogStore();
  const disk = sampleTool({ name: 'disk' });
  const changes = store.replaceAll([disk], { epoch: 'e', revision: 1 });
  const touched = changes.map((change) => ({ ...change, before: disk }));
  const event = { kind: 'revision', source: 'live', revision: 1, position: 'e:1', at: '2026-01-01T00:00:00Z' } as const;
  expect(seenChanges({ ...event, changes: touched })).toMatchObject([{ toolName: 'disk', at: event.at, revision: 1 }]);
});
