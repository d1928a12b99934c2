/** Additions in Python to collections, functools and itertools. */

export const CHAIN_MAP = `
class ChainMap:
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]
    def __getitem__(self, key):
        for each in self.maps:
            if key in each:
                return each[key]
        raise KeyError(key)
    def __setitem__(self, key, value): self.maps[0][key] = value
    def __contains__(self, key): return any(key in each for each in self.maps)
    def __iter__(self): return iter(self._merged())
    def __len__(self): return len(self._merged())
    def _merged(self):
        found = {}
        for each in reversed(self.maps):
            found.update(each)
        return found
    def get(self, key, default=None): return self[key] if key in self else default
    def keys(self): return self._merged().keys()
    def items(self): return self._merged().items()
    def values(self): return self._merged().values()
    def new_child(self, m=None): return ChainMap({} if m is None else m, *self.maps)
`;

export const MORE_FUNCTOOLS = `
class _Key:
    def __init__(self, value, compare):
        self._value = value
        self._compare = compare
    def __lt__(self, other): return self._compare(self._value, other._value) < 0
    def __gt__(self, other): return self._compare(self._value, other._value) > 0
    def __eq__(self, other): return self._compare(self._value, other._value) == 0

def cmp_to_key(compare):
    return lambda value: _Key(value, compare)

def total_ordering(cls):
    def has(name):
        return name in vars(cls)
    if has('__lt__'):
        less = cls.__lt__
        cls.__gt__ = cls.__gt__ if has('__gt__') else lambda self, other: not (less(self, other) or self == other)
        cls.__le__ = cls.__le__ if has('__le__') else lambda self, other: less(self, other) or self == other
        cls.__ge__ = cls.__ge__ if has('__ge__') else lambda self, other: not less(self, other)
    elif has('__gt__'):
        more = cls.__gt__
        cls.__lt__ = lambda self, other: not (more(self, other) or self == other)
        cls.__ge__ = lambda self, other: more(self, other) or self == other
        cls.__le__ = lambda self, other: not more(self, other)
    return cls

class cached_property:
    def __init__(self, function):
        self._function = function
        self._name = function.__name__
    def __set_name__(self, owner, name):
        self._name = name
    def __get__(self, instance, owner):
        if instance is None:
            return self
        known = vars(instance)
        if self._name not in known:
            setattr(instance, self._name, self._function(instance))
        return vars(instance)[self._name]

def singledispatch(function):
    known = []
    def call(value, *args, **kwargs):
        for kind, each in reversed(known):
            if isinstance(value, kind):
                return each(value, *args, **kwargs)
        return function(value, *args, **kwargs)
    def register(kind, each=None):
        if each is not None:
            known.append((kind, each))
            return each
        def decorate(made):
            known.append((kind, made))
            return made
        return decorate
    call.register = register
    return call
`;

export const ITERTOOLS = `
from _itertools import *

def zip_longest(*iterables, fillvalue=None):
    lists = [list(each) for each in iterables]
    length = max([len(each) for each in lists] or [0])
    for at in range(length):
        yield tuple([each[at] if at < len(each) else fillvalue for each in lists])

def takewhile(test, items):
    for item in items:
        if not test(item):
            return
        yield item

def dropwhile(test, items):
    drops = True
    for item in items:
        if drops and test(item):
            continue
        drops = False
        yield item

def starmap(function, items):
    for item in items:
        yield function(*item)

def compress(items, selectors):
    for item, isWanted in zip(items, selectors):
        if isWanted:
            yield item

def filterfalse(test, items):
    for item in items:
        if not (test(item) if test is not None else item):
            yield item

def pairwise(items):
    isFirst = True
    before = None
    for item in items:
        if not isFirst:
            yield before, item
        isFirst = False
        before = item

def groupby(items, key=None):
    group = None
    last = None
    for item in items:
        now = item if key is None else key(item)
        if group is not None and now == last:
            group.append(item)
            continue
        if group is not None:
            yield last, iter(group)
        group = [item]
        last = now
    if group is not None:
        yield last, iter(group)

def tee(items, n=2):
    kept = list(items)
    return tuple([iter(kept) for _ in range(n)])

def batched(items, n):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == n:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)

def combinations_with_replacement(items, size):
    kept = list(items)
    def choose(start, left):
        if left == 0:
            yield ()
            return
        for at in range(start, len(kept)):
            for rest in choose(at, left - 1):
                yield (kept[at],) + rest
    return choose(0, size)
`;
