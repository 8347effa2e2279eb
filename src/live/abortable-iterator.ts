/**
 * Iterates a source until its consumer or an outer signal ends it. Unlike an async generator's, `return` works at once, also
 * while `next` waits for a source that has nothing to say; no value is taken from the source before `next` asks for it, so a
 * slow consumer holds back its own source and nothing piles up.
 *
 * @param open starts the source, which must end when its signal is aborted.
 * @param outer ends the iteration with the error that is its reason.
 */
export function abortableIterator<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  outer: AbortSignal,
): AsyncIterableIterator<T> {
  const controller = new AbortController();
  let source: AsyncIterator<T> | undefined;
  let waiting: PromiseWithResolvers<IteratorResult<T>> | undefined;
  let done = false;

  const finish = (settle: (waiter: PromiseWithResolvers<IteratorResult<T>>) => void): void => {
    if (done) return;
    done = true;
    outer.removeEventListener('abort', onOuterAbort);
    controller.abort();
    if (waiting !== undefined) settle(waiting);
    waiting = undefined;
  };
  const onOuterAbort = (): void => finish((waiter) => waiter.reject(outer.reason));
  const end = (): Promise<IteratorResult<T>> => {
    finish((waiter) => waiter.resolve({ done: true, value: undefined }));
    return Promise.resolve({ done: true, value: undefined });
  };
  outer.addEventListener('abort', onOuterAbort, { once: true });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (outer.aborted) return Promise.reject(outer.reason);
      if (done) return Promise.resolve({ done: true, value: undefined });
      source ??= open(controller.signal)[Symbol.asyncIterator]();
      const waiter = promiseWithResolvers<IteratorResult<T>>();
      waiting = waiter;
      source.next().then(
        (result) => {
          if (waiting !== waiter) return;
          waiting = undefined;
          if (result.done) finish(() => undefined);
          waiter.resolve(result);
        },
        (error: unknown) => finish(() => waiter.reject(error)),
      );
      return waiter.promise;
    },
    return: end,
    throw: end,
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** Promise.withResolvers, which Node has from version 22 on. */
function promiseWithResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
