import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { GraphqlContext } from './context.js';
import { type OperationLimits, operationLimits } from './operation-limits.js';
import { presentError } from './present-error.js';

export const GRAPHQL_PATH = '/graphql';
/** A GET needs one of them: a page of another site can send neither without asking first. */
export const PREFLIGHT_HEADERS = ['authorization', 'graphql-require-preflight'];
/** Parsed documents that are kept, each of at most {@link CACHED_TEXT_LENGTH}: a few megabytes, whoever sends what. */
const CACHED_DOCUMENTS = 500;
const CACHED_TEXT_LENGTH = 8_192;

/** The GraphQL server behind every transport. */
export type CatalogYoga = YogaServerInstance<GraphqlContext, object>;

export interface YogaOptions extends OperationLimits {
  readonly schema: GraphQLSchema;
  readonly log: Logger;
}

export function createCatalogYoga({ schema, log, ...limits }: YogaOptions): CatalogYoga {
  return createYoga<GraphqlContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    batching: false,
    multipart: false,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    // The HTTP door reads the body, whose limit depends on who sends it.
    maxRequestBodySize: false,
    maskedErrors: { errorMessage: '', maskError: (error) => presentError(error, log) },
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: NO_CACHE },
    plugins: [useCSRFPrevention({ requestHeaders: PREFLIGHT_HEADERS }), ...operationLimits(limits)],
  });
}

const NO_CACHE = { get: () => undefined, set: () => undefined };

/** Least recently used first out. Long documents are imports with their YAML inside, and are not asked twice. */
function createDocumentCache() {
  const documents = new Map<string, DocumentNode>();
  return {
    get(text: string): DocumentNode | undefined {
      const document = documents.get(text);
      if (document !== undefined) {
        documents.delete(text);
        documents.set(text, document);
      }
      return document;
    },
    set(text: string, document: DocumentNode): void {
      if (text.length > CACHED_TEXT_LENGTH) return;
      documents.set(text, document);
      const [oldest] = documents.keys();
      if (documents.size > CACHED_DOCUMENTS && oldest !== undefined) documents.delete(oldest);
    },
  };
}
