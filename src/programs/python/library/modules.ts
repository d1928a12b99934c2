/** Small modules in Python. */

export const COLLECTIONS = `
from _collections import defaultdict, Counter, OrderedDict, deque

def namedtuple(typename, field_names):
    names = field_names.replace(',', ' ').split() if isinstance(field_names, str) else list(field_names)
    class Made:
        def __init__(self, *args, **kwargs):
            values = dict(zip(names, args))
            values.update(kwargs)
            for name in names:
                if name not in values:
                    raise TypeError(typename + ".__new__() missing 1 required positional argument: '" + name + "'")
                setattr(self, name, values[name])
        def __iter__(self):
            return iter([getattr(self, name) for name in names])
        def __getitem__(self, index):
            return [getattr(self, name) for name in names][index]
        def __len__(self):
            return len(names)
        def __eq__(self, other):
            return list(self) == list(other)
        def __repr__(self):
            return typename + '(' + ', '.join(name + '=' + repr(getattr(self, name)) for name in names) + ')'
        def _asdict(self):
            return {name: getattr(self, name) for name in names}
    return Made
`;

export const FUNCTOOLS = `
def reduce(function, iterable, *initial):
    items = iter(iterable)
    value = initial[0] if initial else next(items)
    for item in items:
        value = function(value, item)
    return value

def partial(function, *args, **kwargs):
    def call(*more, **others):
        return function(*args, *more, **{**kwargs, **others})
    return call

def wraps(wrapped):
    def decorate(function):
        function.__name__ = wrapped.__name__
        return function
    return decorate

def _cached(function):
    known = {}
    counts = [0, 0]
    def call(*args, **kwargs):
        key = (args, tuple(kwargs.items())) if kwargs else args
        if key in known:
            counts[0] += 1
        else:
            counts[1] += 1
            known[key] = function(*args, **kwargs)
        return known[key]
    call.__name__ = function.__name__
    call.__wrapped__ = function
    call.cache_clear = known.clear
    call.cache_info = lambda: _Info(counts[0], counts[1], call.maxsize, len(known))
    call.maxsize = None
    return call

class _Info:
    def __init__(self, hits, misses, maxsize, currsize):
        self.hits = hits
        self.misses = misses
        self.maxsize = maxsize
        self.currsize = currsize
    def __repr__(self):
        return 'CacheInfo(hits=' + str(self.hits) + ', misses=' + str(self.misses) + ', maxsize=' + str(self.maxsize) + ', currsize=' + str(self.currsize) + ')'

def lru_cache(maxsize=128, typed=False):
    def decorate(function):
        made = _cached(function)
        made.maxsize = 128 if callable(maxsize) else maxsize
        return made
    return decorate(maxsize) if callable(maxsize) else decorate

cache = _cached
`;

export const DATACLASSES = `
MISSING = object()
class FrozenInstanceError(AttributeError): pass

class Field:
    def __init__(self, default, default_factory, init, repr, compare):
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare
        self.name = None

def field(default=MISSING, default_factory=MISSING, init=True, repr=True, compare=True, hash=None, metadata=None, kw_only=False):
    return Field(default, default_factory, init, repr, compare)

def _fields(cls):
    found = {}
    for base in cls.__bases__:
        found.update(getattr(base, '__dataclass_fields__', {}))
    own = getattr(cls, '__annotations__', {})
    for name in own:
        if str(own[name]).startswith('ClassVar'):
            continue
        value = vars(cls).get(name, MISSING)
        each = value if isinstance(value, Field) else Field(value, MISSING, True, True, True)
        each.name = name
        found[name] = each
        if isinstance(value, Field) and value.default is not MISSING:
            setattr(cls, name, value.default)
    return found

def dataclass(cls=None, frozen=False, order=False, eq=True, repr=True, init=True, slots=False, kw_only=False, unsafe_hash=False):
    if cls is None:
        return lambda made: _made(made, frozen, order, eq, repr, init)
    return _made(cls, frozen, order, eq, repr, init)

def _made(cls, frozen, order, eq, shows, init):
    known = _fields(cls)
    cls.__dataclass_fields__ = known
    names = [name for name in known if known[name].init]
    cls.__match_args__ = tuple(names)
    compared = [name for name in known if known[name].compare]
    title = repr
    def __init__(self, *args, **kwargs):
        if len(args) > len(names):
            raise TypeError(cls.__name__ + '.__init__() takes ' + str(len(names) + 1) + ' positional arguments but ' + str(len(args) + 1) + ' were given')
        values = dict(zip(names, args))
        for name in kwargs:
            if name not in names:
                raise TypeError(cls.__name__ + ".__init__() got an unexpected keyword argument '" + name + "'")
            values[name] = kwargs[name]
        missing = []
        for name in known:
            each = known[name]
            if name in values:
                object.__setattr__(self, name, values[name])
            elif each.default_factory is not MISSING:
                object.__setattr__(self, name, each.default_factory())
            elif each.default is not MISSING:
                object.__setattr__(self, name, each.default)
            elif each.init:
                missing.append("'" + name + "'")
        if missing:
            count = len(missing)
            listed = missing[0] if count == 1 else ' and '.join(missing) if count == 2 else ', '.join(missing[:-1]) + ', and ' + missing[-1]
            raise TypeError(cls.__name__ + '.__init__() missing ' + str(count) + ' required positional argument' + ('s: ' if count > 1 else ': ') + listed)
        if hasattr(self, '__post_init__'):
            self.__post_init__()
    def __repr__(self):
        return type(self).__name__ + '(' + ', '.join(name + '=' + title(getattr(self, name)) for name in known if known[name].repr) + ')'
    def key(self):
        return tuple([getattr(self, name) for name in compared])
    if init:
        cls.__init__ = __init__
    if shows and '__repr__' not in vars(cls):
        cls.__repr__ = __repr__
    if eq and '__eq__' not in vars(cls):
        cls.__eq__ = lambda self, other: type(self) is type(other) and key(self) == key(other)
    if order:
        cls.__lt__ = lambda self, other: key(self) < key(other)
        cls.__le__ = lambda self, other: key(self) <= key(other)
        cls.__gt__ = lambda self, other: key(self) > key(other)
        cls.__ge__ = lambda self, other: key(self) >= key(other)
    if frozen:
        def __setattr__(self, name, value):
            raise FrozenInstanceError("cannot assign to field '" + name + "'")
        cls.__setattr__ = __setattr__
        cls.__hash__ = lambda self: hash(key(self))
    return cls

def fields(value):
    return tuple(value.__dataclass_fields__.values())

def is_dataclass(value):
    return hasattr(value, '__dataclass_fields__')

def _plain(value, asFields):
    if is_dataclass(value) and not isinstance(value, type):
        return asFields(value)
    if isinstance(value, list):
        return [_plain(item, asFields) for item in value]
    if isinstance(value, tuple):
        return tuple([_plain(item, asFields) for item in value])
    if isinstance(value, dict):
        return {key: _plain(item, asFields) for key, item in value.items()}
    return value

def asdict(value):
    return {name: _plain(getattr(value, name), asdict) for name in value.__dataclass_fields__}

def astuple(value):
    return tuple([_plain(getattr(value, name), astuple) for name in value.__dataclass_fields__])

def replace(value, **changes):
    values = {name: getattr(value, name) for name in value.__dataclass_fields__ if value.__dataclass_fields__[name].init}
    return type(value)(**{**values, **changes})
`;

export const STRING = `
ascii_lowercase = 'abcdefghijklmnopqrstuvwxyz'
ascii_uppercase = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
ascii_letters = ascii_lowercase + ascii_uppercase
digits = '0123456789'
hexdigits = '0123456789abcdefABCDEF'
punctuation = '!"#$%&\\'()*+,-./:;<=>?@[\\\\]^_\`{|}~'
whitespace = ' \\t\\n\\r\\v\\f'
`;

export const TEXTWRAP = `
def dedent(text):
    lines = text.split('\\n')
    margins = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    margin = min(margins) if margins else 0
    return '\\n'.join(line[margin:] for line in lines)
def indent(text, prefix):
    return '\\n'.join(prefix + line if line.strip() else line for line in text.split('\\n'))
def wrap(text, width=70, initial_indent='', subsequent_indent='', **options):
    lines = []
    now = initial_indent
    isEmpty = True
    for word in text.split():
        if not isEmpty and len(now) + 1 + len(word) > width:
            lines.append(now)
            now = subsequent_indent
            isEmpty = True
        now = now + ('' if isEmpty else ' ') + word
        isEmpty = False
    return lines + [now] if not isEmpty else lines
def fill(text, width=70, **options):
    return '\\n'.join(wrap(text, width, **options))
def shorten(text, width, placeholder=' [...]', **options):
    words = text.split()
    if len(' '.join(words)) <= width:
        return ' '.join(words)
    while words and len(' '.join(words)) + len(placeholder) > width:
        words.pop()
    return ' '.join(words) + placeholder if words else placeholder.strip()
`;

export const TYPING = `
class _Any:
    def __getitem__(self, index):
        return self
Any = Optional = Union = List = Dict = Tuple = Set = Callable = Iterable = Iterator = Generator = Sequence = _Any()
Mapping = Type = Literal = ClassVar = Final = NoReturn = Awaitable = Deque = DefaultDict = FrozenSet = Annotated = Self = _Any()
TYPE_CHECKING = False
def cast(kind, value):
    return value
def TypeVar(name, *constraints, **options): return _Any()
def overload(function): return function
class Generic: 
    def __class_getitem__(cls, item): return cls
class NamedTuple:
    def __init_subclass__(cls):
        names = list(cls.__annotations__)
        def __init__(self, *args, **kwargs):
            values = {**dict(zip(names, args)), **kwargs}
            for name in names:
                if name in values:
                    object.__setattr__(self, name, values[name])
                elif not hasattr(cls, name):
                    raise TypeError(cls.__name__ + ".__new__() missing 1 required positional argument: '" + name + "'")
        cls.__init__ = __init__
        cls._fields = tuple(names)
        cls.__match_args__ = cls._fields
    def __iter__(self): return iter([getattr(self, name) for name in self._fields])
    def __getitem__(self, index): return [getattr(self, name) for name in self._fields][index]
    def __len__(self): return len(self._fields)
    def __eq__(self, other): return list(self) == list(other)
    def __hash__(self): return hash(tuple(list(self)))
    def __repr__(self): return type(self).__name__ + '(' + ', '.join(name + '=' + repr(getattr(self, name)) for name in self._fields) + ')'
    def _asdict(self): return {name: getattr(self, name) for name in self._fields}
    def _replace(self, **changes): return type(self)(**{**self._asdict(), **changes})
class Protocol: pass
class TypedDict: pass
`;

export const THREADING = `
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, daemon=None):
        self._target = target
        self._args = args
        self._kwargs = kwargs or {}
        self.name = name or 'Thread-1'
        self.daemon = bool(daemon)
    def run(self):
        if self._target is not None:
            self._target(*self._args, **self._kwargs)
    def start(self):
        if self.daemon:
            raise RuntimeError("can't start new thread: this interpreter runs one thread at a time")
        self.run()
    def join(self, timeout=None): pass
    def is_alive(self): return False
class Event:
    def __init__(self): self._set = False
    def set(self): self._set = True
    def clear(self): self._set = False
    def is_set(self): return self._set
    def wait(self, timeout=None): return self._set
class _Main:
    name = 'MainThread'
def current_thread(): return _Main
def active_count(): return 1
class Lock:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): return False
    def acquire(self, blocking=True, timeout=-1): return True
    def release(self): pass
    def locked(self): return False
RLock = Lock
class Semaphore(Lock):
    def __init__(self, value=1): pass
BoundedSemaphore = Semaphore
`;

export const IO = `
from _io import BytesIO, StringIO
`;
