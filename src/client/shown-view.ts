import type { CatalogView } from '../view/catalog-view.js';
import { DelegatingView } from '../view/delegating-view.js';

/** A view that its holders may keep, although the tenant of the copy below it becomes known only later. */
export class ShownView extends DelegatingView {
  readonly #current: () => CatalogView;

  constructor(current: () => CatalogView) {
    super();
    this.#current = current;
  }

  protected target(): CatalogView {
    return this.#current();
  }
}
