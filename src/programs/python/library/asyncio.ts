/**
 * asyncio in Python: futures, tasks and the event loop. A task is driven by a `for` loop, so that a coroutine may wait
 * for the process (`time.sleep`, a socket) as any other code.
 */

export const ASYNCIO = `
import heapq, inspect, time

TimeoutError = TimeoutError
FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED = 'FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED'

class CancelledError(BaseException): pass
class InvalidStateError(Exception): pass

class _Handle:
    def __init__(self, callback, args):
        self._callback = callback
        self._args = args
        self._cancelled = False
    def cancel(self):
        self._cancelled = True
    def cancelled(self):
        return self._cancelled

class _Loop:
    def __init__(self):
        self._ready = []
        self._timers = []
        self._count = 0
        self._tasks = []
        self._current = None
        self._closed = False
    def time(self):
        return time.monotonic()
    def call_soon(self, callback, *args):
        handle = _Handle(callback, args)
        self._ready.append(handle)
        return handle
    call_soon_threadsafe = call_soon
    def call_later(self, delay, callback, *args):
        return self.call_at(self.time() + delay, callback, *args)
    def call_at(self, when, callback, *args):
        handle = _Handle(callback, args)
        self._count += 1
        heapq.heappush(self._timers, (when, self._count, handle))
        return handle
    def create_future(self):
        return Future()
    def create_task(self, coroutine, name=None):
        return Task(coroutine, self, name)
    def run_in_executor(self, executor, function, *args):
        return self.create_task(to_thread(function, *args))
    def add_signal_handler(self, number, callback, *args):
        import signal
        signal.signal(number, lambda number, frame: self.call_soon(callback, *args))
    def run_until_complete(self, awaitable):
        future = ensure_future(awaitable, loop=self)
        self._run(future)
        return future.result()
    def run_forever(self):
        self._run(Future())
    def _run(self, future):
        global _running
        before, _running = _running, self
        self._stopping = False
        try:
            while not (future.done() or self._stopping):
                self._turn()
        finally:
            _running = before
    def _turn(self):
        if not self._ready:
            while self._timers and self._timers[0][2]._cancelled:
                heapq.heappop(self._timers)
            time.sleep(max(0, self._timers[0][0] - self.time()) if self._timers else 3600)
        now = self.time() + 0.000001
        while self._timers and self._timers[0][0] <= now:
            self._ready.append(heapq.heappop(self._timers)[2])
        handles, self._ready = self._ready, []
        for handle in handles:
            if not handle._cancelled:
                handle._callback(*handle._args)
    def stop(self):
        self._stopping = True
    def is_running(self):
        return _running is self
    def is_closed(self):
        return self._closed
    def close(self):
        self._closed = True
    def set_debug(self, enabled): pass
    def shutdown_asyncgens(self): return sleep(0)

_running = None
_default = None

def new_event_loop():
    return _Loop()

def set_event_loop(loop):
    global _default
    _default = loop

def get_running_loop():
    if _running is None:
        raise RuntimeError('no running event loop')
    return _running

def get_event_loop():
    global _default
    if _running is not None:
        return _running
    if _default is None:
        _default = _Loop()
    return _default

class Future:
    def __init__(self, loop=None):
        self._loop = loop or get_event_loop()
        self._state = 'PENDING'
        self._result = None
        self._exception = None
        self._callbacks = []
    def done(self):
        return self._state != 'PENDING'
    def cancelled(self):
        return self._state == 'CANCELLED'
    def cancel(self, msg=None):
        if self.done():
            return False
        self._end('CANCELLED')
        return True
    def set_result(self, result):
        self._check()
        self._result = result
        self._end('FINISHED')
    def set_exception(self, exception):
        self._check()
        self._exception = exception() if isinstance(exception, type) else exception
        self._end('FINISHED')
    def _check(self):
        if self.done():
            raise InvalidStateError('invalid state')
    def _end(self, state):
        self._state = state
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            self._loop.call_soon(callback, self)
    def add_done_callback(self, callback, context=None):
        if self.done():
            self._loop.call_soon(callback, self)
        else:
            self._callbacks.append(callback)
    def remove_done_callback(self, callback):
        before = len(self._callbacks)
        self._callbacks = [each for each in self._callbacks if each != callback]
        return before - len(self._callbacks)
    def exception(self):
        if self._state == 'CANCELLED':
            raise CancelledError
        if self._state == 'PENDING':
            raise InvalidStateError('Exception is not set.')
        return self._exception
    def result(self):
        if self._state == 'CANCELLED':
            raise CancelledError
        if self._state == 'PENDING':
            raise InvalidStateError('Result is not set.')
        if self._exception is not None:
            raise self._exception
        return self._result
    def get_loop(self):
        return self._loop
    def __await__(self):
        if not self.done():
            yield self
        return self.result()
    __iter__ = __await__

_names = 0

class Task(Future):
    def __init__(self, coroutine, loop=None, name=None):
        global _names
        if not iscoroutine(coroutine):
            raise TypeError('a coroutine was expected, got ' + repr(coroutine))
        super().__init__(loop)
        _names += 1
        self._name = name or 'Task-' + str(_names)
        self._coroutine = coroutine
        self._driver = self._drive(coroutine)
        self._waits_for = None
        self._must_cancel = False
        self._requests = 0
        self._loop._tasks.append(self)
        self._loop.call_soon(self._step)
    def get_name(self):
        return self._name
    def set_name(self, name):
        self._name = str(name)
    def get_coro(self):
        return self._coroutine
    def set_result(self, result):
        raise RuntimeError('Task does not support set_result operation')
    def cancel(self, msg=None):
        if self.done():
            return False
        self._requests += 1
        if self._waits_for is None or not self._waits_for.cancel():
            self._must_cancel = True
        return True
    def cancelling(self):
        return self._requests
    def uncancel(self):
        self._requests = max(0, self._requests - 1)
        return self._requests
    def _drive(self, coroutine):
        try:
            self._result = yield from coroutine.__await__()
        except CancelledError:
            self._finish('CANCELLED')
        except (KeyboardInterrupt, SystemExit):
            self._finish('CANCELLED')
            raise
        except BaseException as error:
            self._exception = error
            self._finish('FINISHED')
        else:
            self._finish('FINISHED')
    def _finish(self, state):
        self._loop._tasks.remove(self)
        self._end(state)
    def _step(self, done=None):
        if self.done():
            return
        before, self._loop._current = self._loop._current, self
        self._waits_for = None
        try:
            if self._must_cancel:
                self._must_cancel = False
                try:
                    waited = self._driver.throw(CancelledError())
                except StopIteration:
                    return
                except CancelledError:
                    self._finish('CANCELLED')
                    return
                self._wait(waited)
                return
            for waited in self._driver:
                self._wait(waited)
                break
        finally:
            self._loop._current = before
    def _wait(self, waited):
        if waited is None:
            self._loop.call_soon(self._step)
            return
        self._waits_for = waited
        waited.add_done_callback(self._step)
        if self._must_cancel and waited.cancel():
            self._must_cancel = False
    def __repr__(self):
        return '<Task ' + self._state.lower() + " name='" + self._name + "'>"
    def __hash__(self):
        return id(self)
    def __eq__(self, other):
        return self is other

def iscoroutine(value):
    return inspect.iscoroutine(value)

def iscoroutinefunction(function):
    return inspect.iscoroutinefunction(function)

def isfuture(value):
    return isinstance(value, Future)

async def _awaits(awaitable):
    return await awaitable

def ensure_future(awaitable, loop=None):
    if isinstance(awaitable, Future):
        return awaitable
    loop = loop or get_event_loop()
    if iscoroutine(awaitable):
        return Task(awaitable, loop)
    if hasattr(awaitable, '__await__'):
        return Task(_awaits(awaitable), loop)
    raise TypeError('An asyncio.Future, a coroutine or an awaitable is required')

def create_task(coroutine, name=None, context=None):
    return Task(coroutine, get_running_loop(), name)

def current_task(loop=None):
    return (loop or get_running_loop())._current

def all_tasks(loop=None):
    return set((loop or get_running_loop())._tasks)

def run(main, debug=None):
    if _running is not None:
        raise RuntimeError('asyncio.run() cannot be called from a running event loop')
    if not iscoroutine(main):
        raise ValueError('a coroutine was expected, got ' + repr(main))
    loop = _Loop()
    task = Task(main, loop)
    try:
        loop._run(task)
    finally:
        rest = list(loop._tasks)
        for each in rest:
            each.cancel()
        for each in rest:
            loop._run(each)
        loop.close()
    return task.result()

class Runner:
    def __init__(self, debug=None): pass
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): return False
    def run(self, coroutine): return run(coroutine)

class _Pause:
    def __await__(self):
        yield None

async def sleep(delay, result=None):
    if delay <= 0:
        await _Pause()
        return result
    loop = get_running_loop()
    future = Future(loop)
    handle = loop.call_later(delay, _set_if_pending, future, result)
    try:
        return await future
    finally:
        handle.cancel()

def _set_if_pending(future, result):
    if not future.done():
        future.set_result(result)
`;
