import { describe, expect, it } from 'vitest';
import type { ToolState } from '../../src/view/catalog-change.js';
import { CatalogStore } from '../../src/view/catalog-store.js';
import { meantPlatform } from '../../src/view/search/meant-platform.js';
import { sampleCapability, sampleTool } from './sample-tools.js';

type Given = Partial<ToolState> & Pick<ToolState, 'name'>;

function tool(name: string, platform: string, useCases: readonly string[]): Given {
  const capability = sampleCapability(`${name}-use`);
  const patterns = capability.patterns.map((pattern) => ({ ...pattern, typicalUseCases: useCases }));
  return { name, platform, description: `Made for ${useCases[0]}.`, capabilities: [{ ...capability, patterns }] };
}

const TOOLS: readonly Given[] = [
  tool('svcctl', 'linux', ['restart a service', 'start a service at boot', 'status of a service']),
  tool('svcctl-win', 'windows', ['restart a service', 'start a service at boot', 'status of a service']),
  tool('pkgctl', 'linux', ['install a package', 'upgrade packages', 'remove a package']),
  tool('find', 'linux', ['find files by name', 'files older than some days']),
  tool('diskview', 'linux', ['disk space of a file system', 'which volume is full']),
];

function namesOf(query: string, tools: readonly Given[] = TOOLS): string[] {
  const store = new CatalogStore();
  store.replaceAll(tools.map(sampleTool), { epoch: 'e', revision: 1 });
  return store
    .view('shared')
    .search(query)
    .map((hit) => hit.tool.name);
}

describe('whether anything fits', () => {
  it.each([
    'find a recipe for a lentil soup',
    'find out the weather in the mountains',
    'remove a jira ticket',
    'the name of a salesforce campaign',
    'a full weekend of football',
    'upgrade of my flight to Lisbon',
  ])('nothing for: %s', (query) => {
    expect(namesOf(query)).toEqual([]);
  });

  it.each([
    ['restart the kafka service', 'svcctl'],
    ['install the postgres package', 'pkgctl'],
    ['I was wondering whether you folks could kindly restart that stubborn service this morning', 'svcctl'],
    ['restart the service payments-kafka', 'svcctl'],
    ['status of the service "salesforce jira sync"', 'svcctl'],
    ['disk space of /srv/mysql/backups on redis-3.example.com', 'diskview'],
  ])('a technology may be the object, a name or a value: %s', (query, expected) => {
    expect(namesOf(query)[0]).toBe(expected);
  });

  it('whoever names a tool gets it, whatever else the request says', () => {
    expect(namesOf('use pkgctl for the kafka salesforce jira recipe')).toContain('pkgctl');
    expect(namesOf('kafka salesforce jira svcctl-win recipe')).toContain('svcctl-win');
  });

  it('is about the catalog at hand: what a tool serves is no foreign word', () => {
    const kitchen = tool('cookbook', 'custom', ['find a recipe for a soup', 'recipes with lentils']);
    expect(namesOf('find a recipe for a lentil soup', [...TOOLS, kitchen])[0]).toBe('cookbook');
    const broker = tool('topics', 'custom', ['create a kafka topic', 'delete a kafka topic']);
    expect(namesOf('create a kafka topic', [...TOOLS, broker])[0]).toBe('topics');
  });

  it('does not take an English word for a misspelt one', () => {
    expect(namesOf('spacw')).toEqual(['diskview']);
    expect(namesOf('spice')).toEqual([]);
  });
});

describe('the operating system that is meant', () => {
  it.each([
    ['restart a service on the Windows server', 'windows'],
    ['restart a service in powershell', 'windows'],
    ['who may write to D:\\Finance', 'windows'],
    ['copy \\\\nas\\share', 'windows'],
    ['restart a service on ubuntu', 'linux'],
    ['how large is /var/log', 'linux'],
    ['addresses of eth0', 'linux'],
    ['restart a service', null],
    ['copy from linux to windows', null],
    ['and/or', null],
    ['12:30 or 9:00', null],
  ])('%s: %s', (query, platform) => {
    expect(meantPlatform(query)).toBe(platform);
  });

  it('comes first', () => {
    expect(namesOf('restart a service, powershell')[0]).toBe('svcctl-win');
    expect(namesOf('restart a service, bash')[0]).toBe('svcctl');
  });
});
