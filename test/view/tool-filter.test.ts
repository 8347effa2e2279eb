import { describe, expect, it } from 'vitest';
import { isEmptyFilter, matchesFilter, type ToolFilter } from '../../src/view/tool-filter.js';
import { sampleCapability, sampleTool } from './sample-tools.js';

const tool = sampleTool({
  name: 'Disk-Usage',
  platform: 'linux',
  category: 'storage',
  status: 'DEPRECATED',
  enabled: false,
  owner: 'alice',
  description: 'Shows what fills a Volume.',
  metadata: { tags: ['disk', 'space'] },
  capabilities: [sampleCapability('disk_report', ['df'])],
});

const matching: readonly ToolFilter[] = [
  {},
  { names: ['x', 'Disk-Usage'] },
  { platforms: ['linux'] },
  { categories: ['storage', 'network'] },
  { statuses: ['ACTIVE', 'DEPRECATED'] },
  { enabled: false },
  { capabilities: ['disk_report'] },
  { capabilities: ['df'] },
  { tags: ['space'] },
  { owner: 'alice' },
  { deleted: false },
  { text: 'disk-us' },
  { text: 'VOLUME' },
  { names: null, enabled: null, text: '' },
  { platforms: ['linux'], tags: ['disk'], enabled: false },
];

const missing: readonly ToolFilter[] = [
  { names: ['disk-usage'] },
  { names: [] },
  { platforms: ['windows'] },
  { categories: ['network'] },
  { statuses: ['ACTIVE'] },
  { enabled: true },
  { capabilities: ['disk'] },
  { capabilities: [] },
  { tags: ['dis'] },
  { owner: 'bob' },
  { deleted: true },
  { text: 'network' },
  { platforms: ['linux'], tags: ['net'] },
];

describe('matchesFilter', () => {
  it.each(matching)('lets the tool pass: %j', (filter) => expect(matchesFilter(tool, filter)).toBe(true));
  it.each(missing)('holds the tool back: %j', (filter) => expect(matchesFilter(tool, filter)).toBe(false));

  it('shows deleted tools only when asked for', () => {
    const deleted = { ...tool, deletedAt: '2026-01-01T00:00:00.000Z' };
    expect(matchesFilter(deleted, {})).toBe(false);
    expect(matchesFilter(deleted, { deleted: true })).toBe(true);
  });

  it('finds no tags where metadata has none, or something else under that key', () => {
    expect(matchesFilter({ ...tool, metadata: {} }, { tags: ['disk'] })).toBe(false);
    expect(matchesFilter({ ...tool, metadata: { tags: 'disk' } }, { tags: ['disk'] })).toBe(false);
  });
});

describe('isEmptyFilter', () => {
  it.each([null, undefined, {}, { names: null }, { deleted: false }, { text: '' }])('%j is empty', (filter) =>
    expect(isEmptyFilter(filter)).toBe(true),
  );
  it.each<ToolFilter>([{ names: [] }, { enabled: false }, { deleted: true }, { text: 'x' }, { owner: 'a' }])(
    '%j is not',
    (filter) => expect(isEmptyFilter(filter)).toBe(false),
  );
});
