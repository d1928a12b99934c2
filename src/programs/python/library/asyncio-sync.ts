/** Locks, events and queues of asyncio. */

export const ASYNCIO_SYNC = `
class _Locking:
    async def __aenter__(self):
        await self.acquire()
    async def __aexit__(self, kind, value, traceback):
        self.release()

class _Waiters:
    def __init__(self):
        self._waiters = []
    async def wait(self):
        future = Future(get_running_loop())
        self._waiters.append(future)
        try:
            await future
        finally:
            if future in self._waiters:
                self._waiters.remove(future)
    def wake(self, count=1):
        for future in list(self._waiters):
            if count <= 0:
                return
            if not future.done():
                future.set_result(None)
                count -= 1

class Lock(_Locking):
    def __init__(self):
        self._locked = False
        self._waiting = _Waiters()
    def locked(self):
        return self._locked
    async def acquire(self):
        while self._locked:
            await self._waiting.wait()
        self._locked = True
        return True
    def release(self):
        if not self._locked:
            raise RuntimeError('Lock is not acquired.')
        self._locked = False
        self._waiting.wake()

class Semaphore(_Locking):
    def __init__(self, value=1):
        if value < 0:
            raise ValueError('Semaphore initial value must be >= 0')
        self._value = self._most = value
        self._waiting = _Waiters()
    def locked(self):
        return self._value == 0
    async def acquire(self):
        while self._value <= 0:
            await self._waiting.wait()
        self._value -= 1
        return True
    def release(self):
        self._value += 1
        self._waiting.wake()

class BoundedSemaphore(Semaphore):
    def release(self):
        if self._value >= self._most:
            raise ValueError('BoundedSemaphore released too many times')
        super().release()

class Event:
    def __init__(self):
        self._is_set = False
        self._waiting = _Waiters()
    def is_set(self):
        return self._is_set
    def set(self):
        self._is_set = True
        self._waiting.wake(len(self._waiting._waiters))
    def clear(self):
        self._is_set = False
    async def wait(self):
        if not self._is_set:
            await self._waiting.wait()
        return True

class Condition(_Locking):
    def __init__(self, lock=None):
        self._lock = lock or Lock()
        self._waiting = _Waiters()
        self.acquire = self._lock.acquire
        self.release = self._lock.release
        self.locked = self._lock.locked
    async def wait(self):
        self.release()
        try:
            await self._waiting.wait()
        finally:
            await self.acquire()
        return True
    async def wait_for(self, predicate):
        while not predicate():
            await self.wait()
        return True
    def notify(self, n=1):
        self._waiting.wake(n)
    def notify_all(self):
        self.notify(len(self._waiting._waiters))

class QueueEmpty(Exception): pass
class QueueFull(Exception): pass

class Queue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self._items = []
        self._getters = _Waiters()
        self._putters = _Waiters()
        self._unfinished = 0
        self._finished = Event()
        self._finished.set()
    def qsize(self):
        return len(self._items)
    def empty(self):
        return not self._items
    def full(self):
        return 0 < self.maxsize <= len(self._items)
    def put_nowait(self, item):
        if self.full():
            raise QueueFull
        self._put(item)
        self._unfinished += 1
        self._finished.clear()
        self._getters.wake()
    def get_nowait(self):
        if not self._items:
            raise QueueEmpty
        item = self._get()
        self._putters.wake()
        return item
    async def put(self, item):
        while self.full():
            await self._putters.wait()
        self.put_nowait(item)
    async def get(self):
        while not self._items:
            await self._getters.wait()
        return self.get_nowait()
    def task_done(self):
        if self._unfinished <= 0:
            raise ValueError('task_done() called too many times')
        self._unfinished -= 1
        if self._unfinished == 0:
            self._finished.set()
    async def join(self):
        if self._unfinished > 0:
            await self._finished.wait()
    def _put(self, item):
        self._items.append(item)
    def _get(self):
        return self._items.pop(0)

class PriorityQueue(Queue):
    def _put(self, item):
        heapq.heappush(self._items, item)
    def _get(self):
        return heapq.heappop(self._items)

class LifoQueue(Queue):
    def _get(self):
        return self._items.pop()
`;
