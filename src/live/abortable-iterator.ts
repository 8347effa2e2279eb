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
  /** What ended it while nobody was waiting: the next one who asks is told. */
  let untold: { readonly error: unknown } | undefined;

  const finish = (): PromiseWithResolvers<IteratorResult<T>> | undefined => {
    const waiter = waiting;
    waiting = undefined;
    done = true;
    outer.removeEventListener('abort', onOuterAbort);
    controller.abort();
    return waiter;
  };
  const onOuterAbort = (): void => {
    const waiter = finish();
    if (waiter === undefined) untold = { error: outer.reason };
    else waiter.reject(outer.reason);
  };
  const end = (): Promise<IteratorResult<T>> => {
    finish()?.resolve({ done: true, value: undefined });
    untold = undefined;
    return Promise.resolve({ done: true, value: undefined });
  };
  if (outer.aborted) onOuterAbort();
  else outer.addEventListener('abort', onOuterAbort, { once: true });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      if (untold !== undefined) {
        const { error } = untold;
        untold = undefined;
        return Promise.reject(error);
      }
      if (done) return Promise.resolve({ done: true, value: undefined });
      const waiter = promiseWithResolvers<IteratorResult<T>>();
      waiting = waiter;
      const pull = async () => {
        source ??= open(controller.signal)[Symbol.asyncIterator]();
        return source.next();
      };
      pull().then(
        (result) => {
          if (waiting !== waiter) return;
          if (result.done) finish();
          waiting = undefined;
          waiter.resolve(result);
        },
        (error: unknown) => {
          if (waiting === waiter) finish()?.reject(error);
        },
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
