import { describe, expect, it } from 'vitest';
import type { CatalogChangeEvent, CatalogReader } from '../../src/client/catalog-reader.js';
import { createTestCatalog } from '../../src/client/testing/test-catalog.js';
import { toDocument } from '../../src/definition/to-document.js';
import { ValidationError } from '../../src/kernel/errors.js';
import { sampleTool as sampleDefinition } from '../definition/sample-tool.js';
import { sampleTool } from '../view/sample-tools.js';

describe('the catalog for tests', () => {
  it('holds what it is given, definitions and states, and tells changes as the client does', () => {
    const document = toDocument(sampleDefinition());
    const catalog = createTestCatalog([document, sampleTool({ name: 'ssh', tenant: 'acme' })], { tenant: 'acme' });
    const reader: CatalogReader = catalog;
    const told: CatalogChangeEvent[] = [];
    reader.on('change', (event) => told.push(event));
    expect(reader.list().map(({ name, tenant, status }) => [name, tenant, status])).toEqual([
      ['service-control', 'acme', 'ACTIVE'],
      ['ssh', 'acme', 'ACTIVE'],
    ]);
    expect([reader.state, reader.source, reader.position, reader.stalenessMs]).toEqual(['live', 'live', 'test:1', 0]);
    catalog.put(sampleTool({ name: 'awk' }), sampleTool({ name: 'ssh', tenant: 'acme', version: '2.0.0' }));
    catalog.change('awk', { status: 'DEPRECATED' });
    catalog.remove('ssh');
    expect(reader.get('ssh')).toBeUndefined();
    expect(reader.get('awk')).toMatchObject({
      status: 'DEPRECATED',
      revision: 3,
      createdAt: '2026-01-01T00:00:01.000Z',
      updatedAt: '2026-01-01T00:00:03.000Z',
    });
    expect(
      told.map(({ position, changes }) => [position, changes.map(({ action, toolName }) => `${action} ${toolName}`)]),
    ).toEqual([
      ['test:2', ['CREATED awk', 'UPDATED ssh']],
      ['test:3', ['UPDATED awk']],
      ['test:4', ['DELETED ssh']],
    ]);
    expect(() => catalog.remove('ssh')).toThrow("no tool 'ssh'");
    expect(() => catalog.put({ tool_name: 'x' })).toThrow(ValidationError);
  });

  it('is in whatever state a test wants, and lets wait for it', async () => {
    const catalog = createTestCatalog([], { state: 'connecting' });
    const states: string[] = [];
    catalog.on('state', ({ state }) => states.push(state));
    await expect(catalog.ready({ timeoutMs: 1 })).rejects.toThrow("'connecting' for 1 ms");
    const ready = catalog.ready();
    catalog.trust({ state: 'stale', source: 'disk', stalenessMs: 60_000 });
    await ready;
    const live = catalog.live();
    catalog.trust({ state: 'live', source: 'live', stalenessMs: 0 });
    await live;
    await catalog.close();
    expect(states).toEqual(['stale', 'live', 'closed']);
    expect(() => catalog.start()).toThrow('closed');
  });

  it('is waited for until a signal says otherwise, as the client is', async () => {
    const catalog = createTestCatalog([], { state: 'connecting' });
    const controller = new AbortController();
    const waits = [catalog.ready({ signal: controller.signal }), catalog.live({ signal: controller.signal })];
    controller.abort(new Error('Shut down.'));
    for (const wait of waits) await expect(wait).rejects.toThrow('Shut down.');
    await expect(catalog.ready({ signal: controller.signal, timeoutMs: 1_000_000 })).rejects.toThrow('Shut down.');
    catalog.trust({ state: 'live' });
    await catalog.ready({ signal: controller.signal });
  });

  it('has the source that the state decides, as the client has', () => {
    const catalog = createTestCatalog([], { state: 'connecting' });
    catalog.trust({ state: 'live' });
    expect(catalog.source).toBe('live');
    catalog.trust({ state: 'stale', source: 'disk' });
    catalog.trust({ stalenessMs: 5 });
    expect(catalog.source).toBe('disk');
    catalog.trust({ state: 'live' });
    expect(catalog.source).toBe('live');
    catalog.trust({ state: 'connecting' });
    expect(catalog.source).toBe('none');
  });

  it('reports a listener that throws, and hurts nobody by it', () => {
    const catalog = createTestCatalog();
    const errors: Error[] = [];
    catalog.on('error', (error) => errors.push(error));
    catalog.on('change', () => {
      throw new Error('bad');
    });
    catalog.put(sampleTool({ name: 'awk' }));
    expect(errors.map(({ message }) => message)).toEqual(["A listener of 'change' threw."]);
  });
});
