export interface CreateTenant {
  readonly name: string;
  readonly displayName?: string | null | undefined;
}

export interface TenantSummary {
  readonly name: string;
  readonly displayName: string | null;
  readonly createdAt: string;
}
