import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import {
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  type ValidationContext,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GraphqlContext } from './context.js';
import { MAX_OPERATION_COST, operationCost } from './cost.js';

export const MAX_DEPTH = 10;
export const MAX_ALIASES = 15;
export const MAX_DIRECTIVES = 50;
export const MAX_TOKENS = 1_000;
/** Bytes of a request; importTools alone may be larger. */
export const MAX_REQUEST_BYTES = 256 * 1024;
/** Bytes of an importTools request. */
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 10_000;
const IMPORT_DEADLINE_MS = 5 * 60_000;

/** Who may ask for the schema. */
export type Introspection = 'everyone' | 'admins';

export interface OperationLimits {
  readonly introspection: Introspection;
  /** How long an operation other than a subscription or an import may take. Default 10 s. */
  readonly deadlineMs?: number;
}

type CatalogPlugin = Plugin<GraphqlContext>;

/** What an operation may ask for, whichever door it came through. */
export function operationLimits({ introspection, deadlineMs = DEADLINE_MS }: OperationLimits): CatalogPlugin[] {
  return [
    maxTokensPlugin({ n: MAX_TOKENS }),
    maxDepthPlugin({ n: MAX_DEPTH, flattenFragments: true, ...reported }),
    maxAliasesPlugin({ n: MAX_ALIASES, ...reported }),
    maxDirectivesPlugin({ n: MAX_DIRECTIVES, ...reported }),
    limitIntrospection(introspection),
    limitSize(),
    limitTime(deadlineMs),
  ];
}

/** A broken limit is a validation error like any other, not an exception in the midst of validation. */
const reported = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, error: GraphQLError) =>
      context?.reportError(new GraphQLError(error.message.replace(/^Syntax Error: /, ''))),
  ],
};

function limitIntrospection(introspection: Introspection): CatalogPlugin {
  return {
    onValidate({ addValidationRule, context }) {
      if (introspection === 'everyone' || context.principal?.role === 'ADMIN') return undefined;
      addValidationRule(NoSchemaIntrospectionCustomRule);
      // Suggestions would tell the schema name by name.
      return ({ result, setResult }) => setResult((result as readonly Error[]).map(withoutSuggestion));
    },
  };
}

function withoutSuggestion(error: Error): Error {
  const message = error.message.replace(/ Did you mean [^?]*\?/g, '');
  if (message === error.message || !(error instanceof GraphQLError)) return error;
  return new GraphQLError(message, { nodes: error.nodes ?? null, extensions: error.extensions });
}

const IMPORT: ReadonlySet<string> = new Set(['importTools']);
/** What one transaction does to very many tools: it gets the time that the transaction has. */
const LONG: ReadonlySet<string> = new Set(['importTools', 'bulkUpdateTools']);

/** Cost by page sizes, and large requests for imports only. */
function limitSize(): CatalogPlugin {
  const refusal = ({ document, operationName, schema, variableValues, contextValue }: OperationArgs) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return undefined;
    if (contextValue.requestBytes > MAX_REQUEST_BYTES && !consistsOf(operation, IMPORT)) {
      return refuse(
        'REQUEST_TOO_LARGE',
        `Only importTools may be larger than ${MAX_REQUEST_BYTES} bytes, and then it stands alone.`,
      );
    }
    const variables = variableValues ?? {};
    const cost = costOf({ schema, document, operation, variables, context: contextValue });
    if (cost === undefined || cost <= MAX_OPERATION_COST) return undefined;
    return refuse(
      'OPERATION_TOO_EXPENSIVE',
      `This operation may have to resolve ${cost} fields; ${MAX_OPERATION_COST} are allowed. Ask for smaller pages or fewer fields.`,
    );
  };
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const error = refusal(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const error = refusal(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

type OperationArgs = Pick<ExecutionArgs, 'document' | 'operationName' | 'schema' | 'variableValues'> & {
  contextValue: GraphqlContext;
};

/** Undefined when the variables do not fit: executing it will say so better. */
function costOf(operation: Parameters<typeof operationCost>[0]): number | undefined {
  try {
    return operationCost(operation);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function refuse(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400, spec: true } } });
}

function consistsOf(operation: OperationDefinitionNode, mutations: ReadonlySet<string>): boolean {
  return (
    operation.operation === 'mutation' &&
    operation.selectionSet.selections.every(
      (selection) => selection.kind === Kind.FIELD && mutations.has(selection.name.value),
    )
  );
}

function limitTime(deadlineMs: number): CatalogPlugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => {
        const operation = getOperationAST(args.document, args.operationName);
        const limitMs = operation && consistsOf(operation, LONG) ? IMPORT_DEADLINE_MS : deadlineMs;
        const late = new AbortController();
        const contextValue: GraphqlContext = { ...(args.contextValue as GraphqlContext), late: late.signal };
        return withDeadline(executeFn({ ...args, contextValue }), { limitMs, late });
      });
    },
  };
}

interface Deadline {
  readonly limitMs: number;
  /** Tells the resolvers that nobody waits for them any more. */
  readonly late: AbortController;
}

async function withDeadline(running: unknown, { limitMs, late }: Deadline): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const refused = new Promise((resolve) => {
    timer = setTimeout(() => {
      late.abort();
      const message = `The operation did not finish within ${limitMs / 1_000} s. What it had begun may still take effect.`;
      const extensions = { code: 'UNAVAILABLE', retryable: true, http: { status: 503 } };
      resolve({ errors: [new GraphQLError(message, { extensions })] });
    }, limitMs);
  });
  try {
    return await Promise.race([running, refused]);
  } finally {
    clearTimeout(timer);
  }
}
