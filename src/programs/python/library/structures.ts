/** Modules about data in Python: abc, bisect, concurrent.futures, copy, heapq, hmac, operator, queue, statistics. */

export const ABC = `
def abstractmethod(function):
    function.__isabstractmethod__ = True
    return function

class ABC:
    def __new_check__(cls):
        pass
class ABCMeta: pass
`;

export const BISECT = `
def bisect_left(a, x, lo=0, hi=None):
    hi = len(a) if hi is None else hi
    while lo < hi:
        mid = (lo + hi) // 2
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid
    return lo

def bisect_right(a, x, lo=0, hi=None):
    hi = len(a) if hi is None else hi
    while lo < hi:
        mid = (lo + hi) // 2
        if x < a[mid]:
            hi = mid
        else:
            lo = mid + 1
    return lo

def insort_left(a, x):
    a.insert(bisect_left(a, x), x)

def insort_right(a, x):
    a.insert(bisect_right(a, x), x)

bisect = bisect_right
insort = insort_right
`;

export const COPY = `
class Error(Exception): pass

def _like(value, items):
    made = object.__new__(type(value))
    for name in items:
        setattr(made, name, items[name])
    return made

def copy(value):
    if hasattr(value, '__copy__'):
        return value.__copy__()
    if isinstance(value, (list, dict, set)):
        return value.copy()
    if value is None or isinstance(value, (bool, int, float, str, bytes, tuple, frozenset)) or not hasattr(value, '__dict__'):
        return value
    return _like(value, vars(value))

def deepcopy(value, memo=None):
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    if isinstance(value, list):
        made = memo[id(value)] = []
        for item in value:
            made.append(deepcopy(item, memo))
        return made
    if isinstance(value, dict):
        made = memo[id(value)] = value.copy()
        for key in list(value):
            made[key] = deepcopy(value[key], memo)
        return made
    if isinstance(value, tuple):
        return tuple([deepcopy(item, memo) for item in value])
    if isinstance(value, set):
        return {deepcopy(item, memo) for item in value}
    if value is None or isinstance(value, (bool, int, float, str, bytes, frozenset)) or not hasattr(value, '__dict__'):
        return value
    if hasattr(value, '__deepcopy__'):
        return value.__deepcopy__(memo)
    return _like(value, {name: deepcopy(item, memo) for name, item in vars(value).items()})
`;

export const FUTURES = `
class Future:
    def __init__(self, function, args, kwargs):
        self._error = None
        self._result = None
        try:
            self._result = function(*args, **kwargs)
        except Exception as error:
            self._error = error
    def result(self, timeout=None):
        if self._error is not None:
            raise self._error
        return self._result
    def exception(self, timeout=None):
        return self._error
    def done(self):
        return True
    def add_done_callback(self, function):
        function(self)

class ThreadPoolExecutor:
    def __init__(self, max_workers=None, thread_name_prefix=''):
        self.max_workers = max_workers
    def submit(self, function, *args, **kwargs):
        return Future(function, args, kwargs)
    def map(self, function, *iterables, timeout=None):
        return iter([self.submit(function, *args).result() for args in zip(*iterables)])
    def shutdown(self, wait=True):
        pass
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        return False

ProcessPoolExecutor = ThreadPoolExecutor

def as_completed(futures, timeout=None):
    return iter(list(futures))

def wait(futures, timeout=None):
    return set(futures), set()
`;

export const HEAPQ = `
def _up(heap, at):
    item = heap[at]
    while at > 0:
        parent = (at - 1) // 2
        if not item < heap[parent]:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item

def _down(heap, at):
    end = len(heap)
    item = heap[at]
    start = at
    child = 2 * at + 1
    while child < end:
        if child + 1 < end and not heap[child] < heap[child + 1]:
            child += 1
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = item
    while at > start:
        parent = (at - 1) // 2
        if not item < heap[parent]:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item

def heappush(heap, item):
    heap.append(item)
    _up(heap, len(heap) - 1)

def heappop(heap):
    last = heap.pop()
    if not heap:
        return last
    first = heap[0]
    heap[0] = last
    _down(heap, 0)
    return first

def heapify(heap):
    for at in range(len(heap) // 2 - 1, -1, -1):
        _down(heap, at)

def heapreplace(heap, item):
    first = heap[0]
    heap[0] = item
    _down(heap, 0)
    return first

def heappushpop(heap, item):
    if heap and heap[0] < item:
        item, heap[0] = heap[0], item
        _down(heap, 0)
    return item

def nlargest(n, items, key=None):
    return sorted(items, key=key, reverse=True)[:n]

def nsmallest(n, items, key=None):
    return sorted(items, key=key)[:n]

def merge(*iterables, key=None, reverse=False):
    return iter(sorted([item for each in iterables for item in each], key=key, reverse=reverse))
`;

export const HMAC = `
import hashlib

class HMAC:
    def __init__(self, key, message, digest):
        make = getattr(hashlib, digest) if isinstance(digest, str) else digest
        size = 128 if make(b'').digest_size > 32 else 64
        if len(key) > size:
            key = make(key).digest()
        key = key + bytes(size - len(key))
        self._outer = bytes([each ^ 0x5c for each in key])
        self._inner = bytes([each ^ 0x36 for each in key])
        self._make = make
        self._message = message or b''
    def update(self, message):
        self._message = self._message + message
    def digest(self):
        return self._make(self._outer + self._make(self._inner + self._message).digest()).digest()
    def hexdigest(self):
        return self.digest().hex()

def new(key, msg=None, digestmod=''):
    return HMAC(key, msg, digestmod)

def digest(key, msg, digest):
    return HMAC(key, msg, digest).digest()

def compare_digest(a, b):
    return a == b
`;

export const OPERATOR = `
def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def truediv(a, b): return a / b
def floordiv(a, b): return a // b
def mod(a, b): return a % b
def pow(a, b): return a ** b
def neg(a): return -a
def eq(a, b): return a == b
def ne(a, b): return a != b
def lt(a, b): return a < b
def le(a, b): return a <= b
def gt(a, b): return a > b
def ge(a, b): return a >= b
def and_(a, b): return a & b
def or_(a, b): return a | b
def xor(a, b): return a ^ b
def not_(a): return not a
def contains(a, b): return b in a
def getitem(a, b): return a[b]
def concat(a, b): return a + b

def itemgetter(*items):
    if len(items) == 1:
        return lambda value: value[items[0]]
    return lambda value: tuple([value[item] for item in items])

def _path(value, name):
    for part in name.split('.'):
        value = getattr(value, part)
    return value

def attrgetter(*names):
    if len(names) == 1:
        return lambda value: _path(value, names[0])
    return lambda value: tuple([_path(value, name) for name in names])

def methodcaller(name, *args, **kwargs):
    return lambda value: getattr(value, name)(*args, **kwargs)
`;

export const QUEUE = `
import heapq

class Empty(Exception): pass
class Full(Exception): pass

class Queue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self.queue = []
    def qsize(self):
        return len(self.queue)
    def empty(self):
        return not self.queue
    def full(self):
        return 0 < self.maxsize <= len(self.queue)
    def put(self, item, block=True, timeout=None):
        if self.full():
            raise Full
        self._put(item)
    def get(self, block=True, timeout=None):
        if not self.queue:
            raise Empty
        return self._get()
    def put_nowait(self, item):
        self.put(item)
    def get_nowait(self):
        return self.get()
    def task_done(self):
        pass
    def join(self):
        pass
    def _put(self, item):
        self.queue.append(item)
    def _get(self):
        return self.queue.pop(0)

SimpleQueue = Queue

class LifoQueue(Queue):
    def _get(self):
        return self.queue.pop()

class PriorityQueue(Queue):
    def _put(self, item):
        heapq.heappush(self.queue, item)
    def _get(self):
        return heapq.heappop(self.queue)
`;

export const STATISTICS = `
import math

class StatisticsError(ValueError): pass

def _checked(data, name):
    items = list(data)
    if not items:
        raise StatisticsError(name + ' requires at least one data point')
    return items

def _ratio(total, count):
    value = total / count
    return int(value) if isinstance(total, int) and value == int(value) else value

def mean(data):
    items = _checked(data, 'mean')
    return _ratio(sum(items), len(items))

def fmean(data):
    items = _checked(data, 'fmean')
    return sum(items) / len(items)

def median(data):
    items = sorted(_checked(data, 'no median for empty data'))
    half = len(items) // 2
    return items[half] if len(items) % 2 else (items[half - 1] + items[half]) / 2

def median_low(data):
    items = sorted(data)
    return items[(len(items) - 1) // 2]

def median_high(data):
    items = sorted(data)
    return items[len(items) // 2]

def multimode(data):
    counts = {}
    for item in data:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values()) if counts else 0
    return [item for item in counts if counts[item] == most]

def mode(data):
    return multimode(_checked(data, 'mode'))[0]

def _squares(items):
    middle = sum(items) / len(items)
    return sum((item - middle) ** 2 for item in items)

def variance(data):
    items = list(data)
    if len(items) < 2:
        raise StatisticsError('variance requires at least two data points')
    value = _squares(items) / (len(items) - 1)
    return int(value) if all(isinstance(item, int) for item in items) and value == int(value) else value

def pvariance(data):
    items = _checked(data, 'pvariance')
    return _squares(items) / len(items)

def stdev(data):
    return math.sqrt(variance(data))

def pstdev(data):
    return math.sqrt(pvariance(data))
`;
