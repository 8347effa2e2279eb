/** The tenant whose catalog everyone sees, under each tenant's own. */
export const SHARED_TENANT = 'shared';
