import { ADMIN_TOKEN } from './soak-service.js';

export interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[];
}

/** Longer than any deadline of the service; shorter than a partition may last. */
const TIMEOUT_MS = 15_000;

/** One GraphQL request over HTTP. @throws when no GraphQL answer came: what became of it is not known. */
export async function request<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return (await response.json()) as GraphqlAnswer<Data>;
}
