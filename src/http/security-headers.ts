import type { ServerResponse } from 'node:http';

const YEAR_S = 31_536_000;

/** Headers of every response: nothing is framed, guessed at or leaked to where a link leads. */
export function setSecurityHeaders(response: ServerResponse, { tls }: { readonly tls: boolean }): void {
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  if (tls) response.setHeader('strict-transport-security', `max-age=${YEAR_S}`);
}
