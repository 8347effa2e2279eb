import { describe, expect, it } from 'vitest';
import { CatalogCopy } from '../../src/client/catalog-copy.js';
import { change, sampleTool } from '../view/sample-tools.js';

const listing = (revision: number, completeAt = revision, epoch = 'e') => ({
  tenant: 'acme',
  tools: [sampleTool({ name: 'disk', version: `1.0.${revision}`, revision })],
  from: { epoch, revision },
  completeAt,
});

function copyAt(revision: number): CatalogCopy {
  const copy = new CatalogCopy();
  copy.begin(listing(revision));
  copy.settle();
  return copy;
}

describe('the copy', () => {
  it('shows nothing until it is complete', () => {
    const copy = new CatalogCopy();
    expect([copy.position, copy.followFrom, copy.replacing]).toEqual([null, null, true]);
    copy.begin(listing(5));
    expect([copy.position, copy.view.toolCount, copy.replacing]).toEqual([null, 0, true]);
    expect(copy.settle()).toHaveLength(1);
    expect([copy.position, copy.view.tenant]).toEqual([{ epoch: 'e', revision: 5 }, 'acme']);
  });

  it('C1: pages of different revisions are shown once the highest has been passed', () => {
    const copy = new CatalogCopy();
    copy.begin(listing(5, 7));
    expect(copy.settle()).toBeNull();
    expect(copy.followFrom).toEqual({ epoch: 'e', revision: 5 });
    expect(copy.apply(change(6, [{ name: 'ssh' }]))).toEqual([]);
    expect(copy.settle()).toBeNull();
    copy.apply(change(7, []));
    expect(copy.settle()).toHaveLength(2);
    expect(copy.position?.revision).toBe(7);
  });

  it('never goes back: a list from an instance that lags is followed up to what was shown', () => {
    const copy = copyAt(9);
    copy.abandon(false);
    copy.begin(listing(6));
    expect(copy.settle()).toBeNull();
    expect(copy.view.revision).toBe(9);
    expect(copy.view.find('disk')?.version).toBe('1.0.9');
    copy.apply(change(9, [{ name: 'disk', version: '1.0.9' }]));
    expect(copy.settle()).toEqual([]);
    expect(copy.view.revision).toBe(9);
  });

  it('goes back where history was replaced: another epoch, or a position that the service does not know', () => {
    const restored = copyAt(9);
    restored.abandon(false);
    restored.begin(listing(6, 6, 'other'));
    expect(restored.settle()).toHaveLength(1);
    expect(restored.view.revision).toBe(6);
    const ahead = copyAt(9);
    ahead.abandon(true);
    ahead.begin(listing(6));
    expect(ahead.settle()).toHaveLength(1);
    expect(ahead.view.revision).toBe(6);
  });

  it('stays readable while it is replaced', () => {
    const copy = copyAt(9);
    copy.abandon(true);
    expect([copy.followFrom, copy.replacing, copy.view.toolCount]).toEqual([null, true, 1]);
  });
});
