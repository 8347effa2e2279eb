export const ROLES = ['VIEWER', 'ORCHESTRATOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

export { SHARED_TENANT } from '../view/catalog-view.js';

/** Who asks: the holder of a valid token. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
  readonly tenant: string;
  /** Id of the API token, null for the first admin's. */
  readonly tokenId: string | null;
}

/** The name of the principal of the first admin's token. */
export const FIRST_ADMIN = 'admin';

/** Who asks, and from where. */
export interface Caller {
  readonly principal: Principal;
  readonly ipAddress: string | null;
}
