/** Small modules about the process and its machine in Python. */

export const FUTURE = `
annotations = division = print_function = absolute_import = unicode_literals = generator_stop = True
`;

export const ABSTRACT_COLLECTIONS = `
from typing import Callable, Iterable, Iterator, Generator, Sequence, Mapping, Awaitable
MutableMapping = MutableSequence = MutableSet = Set = Collection = Container = Hashable = Sized = Mapping
AsyncIterator = AsyncIterable = AsyncGenerator = Coroutine = Reversible = Mapping
`;

export const PLATFORM = `
import os, sys
def system(): return 'Linux'
def node(): return os.uname().nodename if hasattr(os, 'uname') else os.environ.get('HOSTNAME', '')
def machine(): return 'x86_64'
def processor(): return ''
def python_version(): return sys.version.split()[0]
def python_implementation(): return 'CPython'
`;

export const MULTIPROCESSING = `
import os
from queue import Queue
from threading import Thread as Process, Lock, Event, current_thread as current_process
from concurrent.futures import ThreadPoolExecutor as _Executor

def cpu_count():
    return os.cpu_count()

class Pool(_Executor):
    def __init__(self, processes=None):
        super().__init__(processes)
    def map(self, function, items, chunksize=None):
        return [function(item) for item in items]
    def starmap(self, function, items, chunksize=None):
        return [function(*item) for item in items]
    def apply(self, function, args=(), kwds={}):
        return function(*args, **kwds)
    def close(self): pass
    def join(self): pass
    def terminate(self): pass
`;

export const SHLEX = `
import re
def quote(text):
    if not text:
        return "''"
    if re.fullmatch(r'[\\w@%+=:,./-]+', text):
        return text
    return "'" + text.replace("'", "'\\"'\\"'") + "'"
def join(words):
    return ' '.join([quote(word) for word in words])
def split(text, comments=False, posix=True):
    words, word, mark, at = [], None, '', 0
    while at < len(text):
        each = text[at]
        at += 1
        if mark == "'" and each != "'" or mark == '"' and each not in '"\\\\':
            word += each
        elif each == mark:
            mark = ''
        elif mark == '' and each in '"\\'':
            mark = each
            word = word or ''
        elif each == '\\\\' and at < len(text):
            word = (word or '') + ('\\\\' if mark and text[at] not in '"\\\\' else '') + text[at]
            at += 1
        elif each in ' \\t\\r\\n':
            if word is not None:
                words.append(word)
            word = None
        elif comments and each == '#':
            break
        else:
            word = (word or '') + each
    if mark:
        raise ValueError('No closing quotation')
    return words if word is None else words + [word]
`;

export const IMPORTLIB = `
import sys
def import_module(name, package=None):
    module = __import__(name)
    for part in name.split('.')[1:]:
        module = getattr(module, part)
    return module
`;

export const TYPES = `
class SimpleNamespace:
    def __init__(self, **values):
        for name in values:
            setattr(self, name, values[name])
    def __repr__(self):
        return 'namespace(' + ', '.join([name + '=' + repr(each) for name, each in vars(self).items()]) + ')'
    def __eq__(self, other):
        return vars(self) == vars(other)
FunctionType = LambdaType = type(lambda: None)
GeneratorType = type(_ for _ in ())
ModuleType = type(__import__('sys'))
NoneType = type(None)
`;
