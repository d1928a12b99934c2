/** The part of asyncio that waits for several tasks, or for a limited time. */

export const ASYNCIO_WAITING = `
def gather(*awaitables, return_exceptions=False):
    loop = get_event_loop()
    children = [ensure_future(each, loop=loop) for each in awaitables]
    outer = _Gathering(loop, children)
    if not children:
        loop.call_soon(_set_if_pending, outer, [])
    def ended(child):
        if outer.done():
            return
        if not return_exceptions:
            if child.cancelled():
                outer.set_exception(CancelledError())
                return
            if child._exception is not None:
                outer.set_exception(child._exception)
                return
        if all([each.done() for each in children]):
            if outer._is_cancelled:
                outer.set_exception(CancelledError())
                return
            outer.set_result([CancelledError() if each.cancelled() else each._exception or each._result for each in children])
    for child in children:
        child.add_done_callback(ended)
    return outer

class _Gathering(Future):
    def __init__(self, loop, children):
        super().__init__(loop)
        self._children = children
        self._is_cancelled = False
    def cancel(self, msg=None):
        if self.done():
            return False
        cancelled = [each.cancel() for each in self._children]
        self._is_cancelled = any(cancelled)
        return self._is_cancelled

async def wait_for(awaitable, timeout):
    future = ensure_future(awaitable)
    if timeout is None:
        return await future
    late = []
    def end():
        late.append(True)
        future.cancel()
    handle = get_running_loop().call_later(timeout, end)
    try:
        return await future
    except CancelledError:
        if late:
            raise TimeoutError() from None
        future.cancel()
        raise
    finally:
        handle.cancel()

async def wait(futures, timeout=None, return_when=ALL_COMPLETED):
    futures = list(futures)
    waiter = Future(get_running_loop())
    def check(ended=None):
        done = [each for each in futures if each.done()]
        failed = any([not each.cancelled() and each._exception is not None for each in done])
        if len(done) == len(futures) or (done and return_when == FIRST_COMPLETED) or (failed and return_when == FIRST_EXCEPTION):
            _set_if_pending(waiter, None)
    for each in futures:
        each.add_done_callback(check)
    check()
    handle = None if timeout is None else get_running_loop().call_later(timeout, _set_if_pending, waiter, None)
    await waiter
    if handle:
        handle.cancel()
    return {each for each in futures if each.done()}, {each for each in futures if not each.done()}

def as_completed(awaitables, timeout=None):
    futures = [ensure_future(each) for each in awaitables]
    ended = Queue()
    for each in futures:
        each.add_done_callback(ended.put_nowait)
    async def following():
        return (await ended.get()).result()
    for _ in futures:
        yield wait_for(following(), timeout)

async def shield(awaitable):
    inner = ensure_future(awaitable)
    outer = Future(get_running_loop())
    def ended(child):
        if outer.done():
            return
        if child.cancelled():
            outer.cancel()
        elif child._exception is not None:
            outer.set_exception(child._exception)
        else:
            outer.set_result(child._result)
    inner.add_done_callback(ended)
    return await outer

async def to_thread(function, *args, **kwargs):
    await _Pause()
    return function(*args, **kwargs)

class _Timeout:
    def __init__(self, when):
        self._when = when
        self._expired = False
    def when(self):
        return self._when
    def expired(self):
        return self._expired
    async def __aenter__(self):
        self._task = current_task()
        self._handle = None if self._when is None else get_running_loop().call_at(self._when, self._expire)
        return self
    def _expire(self):
        self._expired = True
        self._task.cancel()
    async def __aexit__(self, kind, value, traceback):
        if self._handle:
            self._handle.cancel()
        if self._expired and kind is not None and issubclass(kind, CancelledError):
            self._task.uncancel()
            raise TimeoutError from value

def timeout(delay):
    return _Timeout(None if delay is None else get_running_loop().time() + delay)

def timeout_at(when):
    return _Timeout(when)
`;
