/** logging in Python: loggers in a tree, handlers, formatters. */

export const LOGGING = `
import sys, time

NOTSET, DEBUG, INFO, WARNING, ERROR, CRITICAL = 0, 10, 20, 30, 40, 50
WARN, FATAL = WARNING, CRITICAL
_names = {0: 'NOTSET', 10: 'DEBUG', 20: 'INFO', 30: 'WARNING', 40: 'ERROR', 50: 'CRITICAL'}
BASIC_FORMAT = '%(levelname)s:%(name)s:%(message)s'

def _number(level):
    if isinstance(level, str):
        for number, name in _names.items():
            if name == level:
                return number
        raise ValueError('Unknown level: ' + repr(level))
    return level

def getLevelName(level):
    if isinstance(level, str):
        return _number(level)
    return _names.get(level, 'Level ' + str(level))

def addLevelName(level, name):
    _names[level] = name

class LogRecord:
    def __init__(self, name, levelno, msg, args, exc_info):
        self.name = name
        self.levelno = levelno
        self.levelname = getLevelName(levelno)
        self.msg = msg
        self.args = args
        self.exc_info = exc_info
        self.created = time.time()
    def getMessage(self):
        text = str(self.msg)
        if not self.args:
            return text
        return text % (self.args[0] if len(self.args) == 1 and isinstance(self.args[0], dict) else self.args)

class Formatter:
    def __init__(self, fmt=None, datefmt=None, style='%', **options):
        self._fmt = fmt or ('%(message)s' if style == '%' else '{message}')
        self._style = style
        self.datefmt = datefmt
    def formatTime(self, record, datefmt=None):
        if datefmt is not None:
            return time.strftime(datefmt, time.localtime(record.created))
        stamp = time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(record.created))
        return stamp + ',%03d' % (int(record.created * 1000) % 1000)
    def format(self, record):
        values = {'levelname': record.levelname, 'levelno': record.levelno, 'name': record.name, 'message': record.getMessage(),
                  'asctime': self.formatTime(record, self.datefmt), 'process': 1, 'processName': 'MainProcess',
                  'threadName': 'MainThread', 'thread': 1, 'module': '<string>', 'filename': '<string>', 'pathname': '<string>',
                  'lineno': 1, 'funcName': '<module>', 'created': record.created, 'msecs': int(record.created * 1000) % 1000}
        text = self._fmt % values if self._style == '%' else self._fmt.format(**values)
        if record.exc_info is not None:
            text = text + '\\n' + record.exc_info
        return text

class Handler:
    def __init__(self, level=NOTSET):
        self.level = _number(level)
        self.formatter = None
    def setLevel(self, level): self.level = _number(level)
    def setFormatter(self, formatter): self.formatter = formatter
    def format(self, record): return (self.formatter or Formatter()).format(record)
    def handle(self, record):
        if record.levelno >= self.level:
            self.emit(record)
    def emit(self, record): pass
    def flush(self): pass
    def close(self): pass

class NullHandler(Handler): pass

class StreamHandler(Handler):
    def __init__(self, stream=None):
        super().__init__()
        self.stream = stream or sys.stderr
    def emit(self, record): print(self.format(record), file=self.stream, flush=True)

class FileHandler(Handler):
    def __init__(self, filename, mode='a', encoding=None, delay=False):
        super().__init__()
        self.baseFilename = filename
        if mode == 'w':
            open(filename, 'w').close()
    def emit(self, record):
        with open(self.baseFilename, 'a') as file:
            file.write(self.format(record) + '\\n')

class Logger:
    def __init__(self, name, level=NOTSET):
        self.name = name
        self.level = level
        self.parent = None
        self.handlers = []
        self.propagate = True
        self.disabled = False
    def setLevel(self, level): self.level = _number(level)
    def addHandler(self, handler):
        if handler not in self.handlers:
            self.handlers.append(handler)
    def removeHandler(self, handler):
        if handler in self.handlers:
            self.handlers.remove(handler)
    def hasHandlers(self): return bool(self.handlers) or (self.parent is not None and self.parent.hasHandlers())
    def getEffectiveLevel(self):
        at = self
        while at is not None:
            if at.level:
                return at.level
            at = at.parent
        return NOTSET
    def isEnabledFor(self, level): return level >= self.getEffectiveLevel()
    def getChild(self, suffix): return getLogger(self.name + '.' + suffix)
    def log(self, level, msg, *args, exc_info=None, extra=None, stack_info=False, stacklevel=1):
        if not self.isEnabledFor(level) or self.disabled:
            return
        kind, value, _ = sys.exc_info() if exc_info else (None, None, None)
        shown = None if kind is None else kind.__name__ + (': ' + str(value) if str(value) else '')
        record = LogRecord(self.name, level, msg, args, shown)
        at = self
        count = 0
        while at is not None:
            for handler in at.handlers:
                count += 1
                handler.handle(record)
            at = at.parent if at.propagate else None
        if count == 0 and level >= WARNING:
            print(record.getMessage(), file=sys.stderr, flush=True)
    def debug(self, msg, *args, **kwargs): self.log(DEBUG, msg, *args, **kwargs)
    def info(self, msg, *args, **kwargs): self.log(INFO, msg, *args, **kwargs)
    def warning(self, msg, *args, **kwargs): self.log(WARNING, msg, *args, **kwargs)
    warn = warning
    def error(self, msg, *args, **kwargs): self.log(ERROR, msg, *args, **kwargs)
    def critical(self, msg, *args, **kwargs): self.log(CRITICAL, msg, *args, **kwargs)
    fatal = critical
    def exception(self, msg, *args, **kwargs): self.log(ERROR, msg, *args, exc_info=True)
    def __repr__(self): return '<Logger ' + self.name + ' (' + getLevelName(self.getEffectiveLevel()) + ')>'

root = Logger('root', WARNING)
_loggers = {}

def getLogger(name=None):
    if not name or name == 'root':
        return root
    if name not in _loggers:
        made = _loggers[name] = Logger(name)
        made.parent = getLogger(name.rpartition('.')[0]) if '.' in name else root
    return _loggers[name]

def basicConfig(level=None, format=None, datefmt=None, stream=None, handlers=None, filename=None, filemode='a', force=False,
                style='%', encoding=None):
    if force:
        root.handlers = []
    if not root.handlers:
        chosen = handlers or [FileHandler(filename, filemode) if filename else StreamHandler(stream)]
        for handler in chosen:
            if handler.formatter is None:
                handler.setFormatter(Formatter(format or BASIC_FORMAT, datefmt, style))
            root.addHandler(handler)
        if level is not None:
            root.setLevel(level)

def _rooted(level):
    def log(msg, *args, **kwargs):
        if not root.handlers:
            basicConfig()
        root.log(level, msg, *args, **kwargs)
    return log

debug, info, warning, error, critical = _rooted(DEBUG), _rooted(INFO), _rooted(WARNING), _rooted(ERROR), _rooted(CRITICAL)
def log(level, msg, *args, **kwargs): root.log(level, msg, *args, **kwargs)
def exception(msg, *args, **kwargs): error(msg, *args, exc_info=True)
def disable(level=CRITICAL): pass
def shutdown(): pass
`;
