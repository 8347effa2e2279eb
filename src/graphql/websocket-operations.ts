import { randomUUID } from 'node:crypto';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import type { Context, ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import { UnauthenticatedError } from '../kernel/errors.js';
import { bearerToken } from './authenticate.js';
import type { GraphqlContext } from './context.js';
import { presentError } from './present-error.js';
import { SubscriptionGroups } from './subscription-groups.js';
import { subscriptionKey } from './subscription-key.js';
import { SubscriptionMember } from './subscription-member.js';
import { CLOSE, type WebsocketLimits } from './websocket-limits.js';
import type { WebsocketOptions } from './websocket-options.js';
import type { SocketSession } from './websocket-session.js';

type ConnectionParams = { readonly authorization?: unknown };
type Handlers = Pick<
  ServerOptions<ConnectionParams, SocketSession>,
  'onConnect' | 'onSubscribe' | 'execute' | 'subscribe' | 'onNext' | 'onError'
>;
type Enveloped = ReturnType<WebsocketOptions['yoga']['getEnveloped']>;
/** The arguments of one operation, with the functions that run it through all plugins. */
type Operation = ExecutionArgs & {
  readonly run: Pick<Enveloped, 'execute' | 'subscribe'>;
  readonly contextValue: GraphqlContext;
  readonly id: string;
  readonly query: string;
  readonly session: SocketSession;
};

/** What a socket's messages do. Whatever is thrown in here would close it with 4500, so nothing is. */
export function socketHandlers({ services, yoga }: WebsocketOptions, limits: WebsocketLimits): Handlers {
  const { log } = services;
  const groups = new SubscriptionGroups(
    (result) => told(result) ?? result,
    // Nobody is told of it, and what is unexpected is logged.
    (error) => void presentError(error, log),
  );

  const prepare = async (
    { extra: session }: Context<ConnectionParams, SocketSession>,
    id: string,
    params: { query: string; operationName?: string | null | undefined; variables?: object | null | undefined },
  ): Promise<Operation | readonly GraphQLError[]> => {
    const context: GraphqlContext = {
      services,
      principal: session.rights?.principal ?? null,
      refusal: null,
      ipAddress: session.ipAddress,
      requestId: randomUUID(),
      requestBytes: 0,
      signal: session.gone.signal,
    };
    const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({ ...context, params });
    const document = parse(params.query);
    const errors: readonly GraphQLError[] = validate(schema, document);
    if (errors.length > 0) return errors;
    return {
      schema,
      document,
      operationName: params.operationName ?? null,
      variableValues: params.variables as Record<string, unknown>,
      contextValue: { ...context, ...(await contextFactory()) },
      run: { execute, subscribe },
      id,
      query: params.query,
      session,
    };
  };

  const subscribe = async (operation: Operation): Promise<AsyncIterableIterator<ExecutionResult>> => {
    const { run, contextValue, session, id } = operation;
    const as = (context: Partial<GraphqlContext>) =>
      run.subscribe({ ...operation, contextValue: { ...contextValue, ...context } });
    const member = new SubscriptionMember({
      id,
      key: keyOf(operation),
      outlet: session.outlet,
      run: (guide, signal) => as({ guide, signal, ipAddress: null }),
    });
    const result = await as({ guide: groups.guideFor(member) });
    return Symbol.asyncIterator in result ? presented(result, { log, onEnd: () => member.leave() }) : failed(result);
  };

  return {
    onConnect: async ({ extra: session, connectionParams }) => {
      const token = bearerToken(connectionParams?.authorization);
      if (token === undefined) return false;
      try {
        session.rights = { token, principal: await services.tokens.authenticate(token) };
        return true;
      } catch (error) {
        if (error instanceof UnauthenticatedError) return false;
        log.warn({ err: error }, 'a token could not be checked');
        session.close(CLOSE.tryAgainLater, 'Try again later');
        return false;
      }
    },
    onSubscribe: async (context, id, params) => {
      if (Object.keys(context.subscriptions).length > limits.maxSubscriptions) {
        const message = `One socket runs ${limits.maxSubscriptions} operations at most. Complete one, or open another socket.`;
        return [new GraphQLError(message, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } })];
      }
      try {
        return await prepare(context, id, params);
      } catch (error) {
        return [presentError(error, log)];
      }
    },
    execute: async (args) => {
      try {
        return await (args as Operation).run.execute(args);
      } catch (error) {
        return { errors: [presentError(error, log)] };
      }
    },
    subscribe: async (args) => {
      try {
        return await subscribe(args as Operation);
      } catch (error) {
        return failed({ errors: [presentError(error, log)] });
      }
    },
    onNext: (_context, _id, _params, _args, result) => told(result),
    onError: (_context, _id, _params, errors) => errors.map(toWire),
  };
}

interface ResultToTell {
  readonly data?: FormattedExecutionResult['data'];
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** What a client is told of a result with errors; undefined for one that is told as it is. */
function told({ errors, data }: ResultToTell): FormattedExecutionResult | undefined {
  return errors === undefined ? undefined : { ...(data === undefined ? {} : { data }), errors: errors.map(toWire) };
}

/** Which tools and fields a subscription may show depends on its tenant and role alone. */
function keyOf({ document, query, operationName, variableValues, contextValue: { principal } }: Operation): string {
  const operation = { document, query, operationName: operationName ?? null, variables: variableValues ?? {} };
  return subscriptionKey(operation, [principal?.tenant ?? '', principal?.role ?? '']);
}

/** An error as it is sent; what it says to the HTTP door stays here. */
function toWire(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...formatted } = error.toJSON();
  if (extensions === undefined) return formatted;
  const { http: _http, ...others } = extensions;
  return { ...formatted, extensions: others };
}

/** A stream whose errors are fit to be told. They end it with an `error` message. */
function presented(
  results: AsyncIterable<ExecutionResult>,
  { log, onEnd }: { log: Logger; onEnd: () => void },
): AsyncIterableIterator<ExecutionResult> {
  const source = results[Symbol.asyncIterator]();
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    onEnd();
    await source.return?.();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        return await source.next();
      } catch (error) {
        throw presentError(error, log);
      }
    },
    return: end,
    throw: end,
  };
}

/** A subscription that never began: an `error` message rather than a result. */
function failed({ errors }: ExecutionResult): AsyncIterableIterator<ExecutionResult> {
  const fail = () => Promise.reject(errors?.[0] ?? new GraphQLError('The subscription could not begin.'));
  const end = () => Promise.resolve({ done: true as const, value: undefined });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: fail,
    return: end,
    throw: end,
  };
}
