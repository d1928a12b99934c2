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
    def call(*args):
        if args not in known:
            known[args] = function(*args)
        return known[args]
    return call

def lru_cache(maxsize=128):
    return _cached(maxsize) if callable(maxsize) else _cached

cache = _cached
`;

export const CONTEXTLIB = `
class _Manager:
    def __init__(self, generator):
        self.generator = generator
    def __enter__(self):
        return next(self.generator)
    def __exit__(self, kind, value, traceback):
        if kind is None:
            next(self.generator, None)
        return False

def contextmanager(function):
    def call(*args, **kwargs):
        return _Manager(function(*args, **kwargs))
    return call

class suppress:
    def __init__(self, *types):
        self.types = types
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        return kind is not None and issubclass(kind, self.types[0])
`;

export const DATACLASSES = `
class _Field:
    def __init__(self, default, default_factory):
        self.default = default
        self.default_factory = default_factory

def field(default=None, default_factory=None):
    return _Field(default, default_factory)

def dataclass(cls=None, **options):
    if cls is None:
        return dataclass
    names = list(cls.__annotations__)
    def __init__(self, *args, **kwargs):
        values = dict(zip(names, args))
        values.update(kwargs)
        for name in names:
            if name in values:
                setattr(self, name, values[name])
            elif hasattr(cls, name):
                default = getattr(cls, name)
                if isinstance(default, _Field):
                    default = default.default_factory() if default.default_factory else default.default
                setattr(self, name, default)
            else:
                raise TypeError(cls.__name__ + ".__init__() missing 1 required positional argument: '" + name + "'")
        if hasattr(self, '__post_init__'):
            self.__post_init__()
    def __repr__(self):
        return cls.__name__ + '(' + ', '.join(name + '=' + repr(getattr(self, name)) for name in names) + ')'
    def __eq__(self, other):
        return all(getattr(self, name) == getattr(other, name) for name in names)
    cls.__init__ = __init__
    if not hasattr(cls, '__repr__'):
        cls.__repr__ = __repr__
    cls.__eq__ = __eq__
    return cls

def asdict(value):
    return {name: getattr(value, name) for name in value.__annotations__}
`;

export const LOGGING = `
import sys, time

DEBUG, INFO, WARNING, ERROR, CRITICAL = 10, 20, 30, 40, 50
_names = {10: 'DEBUG', 20: 'INFO', 30: 'WARNING', 40: 'ERROR', 50: 'CRITICAL'}
_settings = {'level': WARNING, 'format': '%(levelname)s:%(name)s:%(message)s', 'datefmt': None, 'stream': None}
_loggers = {}

def basicConfig(level=WARNING, format=None, datefmt=None, stream=None, handlers=None, **others):
    _settings['level'] = _number(level)
    if format is not None:
        _settings['format'] = format
    _settings['datefmt'] = datefmt
    if stream is not None:
        _settings['stream'] = stream

def _number(level):
    if isinstance(level, str):
        for number, name in _names.items():
            if name == level:
                return number
    return level

class Logger:
    def __init__(self, name):
        self.name = name
        self.level = 0
    def setLevel(self, level):
        self.level = _number(level)
    def addHandler(self, handler):
        pass
    def isEnabledFor(self, level):
        return level >= (self.level or _settings['level'])
    def log(self, level, message, *args):
        if not self.isEnabledFor(level):
            return
        now = time.time()
        text = str(message) % args if args else str(message)
        milliseconds = int(now * 1000) % 1000
        stamp = time.strftime(_settings['datefmt'] or '%Y-%m-%d %H:%M:%S')
        if _settings['datefmt'] is None:
            stamp = stamp + ',%03d' % milliseconds
        values = {'levelname': _names.get(level, str(level)), 'name': self.name, 'message': text, 'asctime': stamp,
                  'process': 1, 'threadName': 'MainThread', 'module': '__main__', 'lineno': 0, 'funcName': '<module>'}
        print(_settings['format'] % values, file=_settings['stream'] or sys.stderr, flush=True)
    def debug(self, message, *args, **kwargs):
        self.log(DEBUG, message, *args)
    def info(self, message, *args, **kwargs):
        self.log(INFO, message, *args)
    def warning(self, message, *args, **kwargs):
        self.log(WARNING, message, *args)
    def error(self, message, *args, **kwargs):
        self.log(ERROR, message, *args)
    def critical(self, message, *args, **kwargs):
        self.log(CRITICAL, message, *args)
    def exception(self, message, *args, **kwargs):
        self.log(ERROR, message, *args)

def getLogger(name='root'):
    if name not in _loggers:
        _loggers[name] = Logger(name)
    return _loggers[name]

class StreamHandler:
    def __init__(self, stream=None):
        self.stream = stream
    def setFormatter(self, formatter):
        _settings['format'] = formatter.format
        _settings['stream'] = self.stream
    def setLevel(self, level):
        pass

class Formatter:
    def __init__(self, format=None, datefmt=None):
        self.format = format or '%(message)s'

def debug(message, *args): getLogger().debug(message, *args)
def info(message, *args): getLogger().info(message, *args)
def warning(message, *args): getLogger().warning(message, *args)
def error(message, *args): getLogger().error(message, *args)
def critical(message, *args): getLogger().critical(message, *args)
def exception(message, *args): getLogger().error(message, *args)
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
`;

export const TYPING = `
class _Any:
    def __getitem__(self, index):
        return self
Any = Optional = Union = List = Dict = Tuple = Set = Callable = Iterable = Iterator = Generator = Sequence = _Any()
Mapping = Type = Literal = ClassVar = Final = NoReturn = _Any()
TYPE_CHECKING = False
def cast(kind, value):
    return value
class NamedTuple: pass
class Protocol: pass
class TypedDict: pass
`;

export const THREADING = `
class Thread:
    def __init__(self, target=None, args=(), kwargs=None, daemon=False, name=None):
        raise RuntimeError("can't start new thread: this interpreter runs one thread")
class Lock:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback): return False
    def acquire(self): return True
    def release(self): pass
RLock = Lock
`;

export const IO = `
from _io import BytesIO, StringIO
`;
