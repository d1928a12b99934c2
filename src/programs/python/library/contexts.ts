/** contextlib in Python. */

export const CONTEXTLIB = `
from _contextlib import throw_next as _throw_next
import sys as _sys

class AbstractContextManager:
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        return None

class ContextDecorator:
    def __call__(self, function):
        def inner(*args, **kwargs):
            with self._recreate():
                return function(*args, **kwargs)
        inner.__name__ = function.__name__
        return inner
    def _recreate(self):
        return self

class _Manager(ContextDecorator):
    def __init__(self, function, args, kwargs):
        self._made_of = (function, args, kwargs)
        self._generator = function(*args, **kwargs)
    def _recreate(self):
        return _Manager(*self._made_of)
    def __enter__(self):
        for value in self._generator:
            return value
        raise RuntimeError("generator didn't yield")
    def __exit__(self, kind, value, traceback):
        if kind is None:
            for _ in self._generator:
                raise RuntimeError("generator didn't stop")
            return False
        try:
            self._generator.throw(value)
        except StopIteration as stop:
            return stop is not value
        except BaseException as error:
            if error is value:
                return False
            raise
        raise RuntimeError("generator didn't stop after throw()")

def contextmanager(function):
    def helper(*args, **kwargs):
        return _Manager(function, args, kwargs)
    helper.__name__ = function.__name__
    return helper

class _AsyncManager:
    def __init__(self, generator):
        self._generator = generator
    async def __aenter__(self):
        async for value in self._generator:
            return value
        raise RuntimeError("generator didn't yield")
    async def __aexit__(self, kind, value, traceback):
        if kind is None:
            async for _ in self._generator:
                raise RuntimeError("generator didn't stop")
            return False
        _throw_next(self._generator, value)
        try:
            async for _ in self._generator:
                raise RuntimeError("generator didn't stop after athrow()")
        except BaseException as error:
            if error is value:
                return False
            raise
        return True

def asynccontextmanager(function):
    def helper(*args, **kwargs):
        return _AsyncManager(function(*args, **kwargs))
    helper.__name__ = function.__name__
    return helper

class suppress:
    def __init__(self, *types):
        self._types = types
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        return kind is not None and issubclass(kind, self._types)

class AsyncExitStack:
    def __init__(self):
        self._exits = []
    async def enter_async_context(self, manager):
        value = await manager.__aenter__()
        self._exits.append(manager.__aexit__)
        return value
    def enter_context(self, manager):
        value = manager.__enter__()
        async def leave(kind, error, traceback):
            return manager.__exit__(kind, error, traceback)
        self._exits.append(leave)
        return value
    def push_async_callback(self, function, *args, **kwargs):
        async def leave(kind, error, traceback):
            await function(*args, **kwargs)
        self._exits.append(leave)
        return function
    async def aclose(self):
        await self.__aexit__(None, None, None)
    async def __aenter__(self):
        return self
    async def __aexit__(self, kind, value, traceback):
        handled = False
        while self._exits:
            if await self._exits.pop()(kind, value, traceback):
                kind = value = traceback = None
                handled = True
        return handled

class redirect_stdout:
    def __init__(self, target):
        self._target = target
    def __enter__(self):
        self._before = _sys.stdout
        _sys.stdout = self._target
        return self._target
    def __exit__(self, kind, value, traceback):
        _sys.stdout = self._before
        return False

class closing:
    def __init__(self, thing):
        self.thing = thing
    def __enter__(self):
        return self.thing
    def __exit__(self, kind, value, traceback):
        self.thing.close()
        return False

class nullcontext:
    def __init__(self, enter_result=None):
        self.enter_result = enter_result
    def __enter__(self):
        return self.enter_result
    def __exit__(self, kind, value, traceback):
        return False

class ExitStack:
    def __init__(self):
        self._exits = []
    def enter_context(self, manager):
        value = manager.__enter__()
        self._exits.append(manager.__exit__)
        return value
    def push(self, manager):
        self._exits.append(manager.__exit__)
        return manager
    def callback(self, function, *args, **kwargs):
        def leave(kind, value, traceback):
            function(*args, **kwargs)
            return False
        self._exits.append(leave)
        return function
    def close(self):
        self.__exit__(None, None, None)
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        handled = False
        while self._exits:
            if self._exits.pop()(kind, value, traceback):
                kind = value = traceback = None
                handled = True
        return handled
`;
