/** traceback and warnings in Python. */

export const TRACEBACK = `
import sys
from _traceback import format as _format, handled as _handled

def format_exception(exc, value=None, tb=None, limit=None, chain=True):
    return [line + '\\n' for line in _format(exc if value is None else value).splitlines()]
def format_exception_only(exc, value=None):
    return format_exception(exc, value)[-1:]
def format_exc(limit=None, chain=True):
    current = _handled()
    return 'NoneType: None\\n' if current is None else _format(current)
def print_exception(exc, value=None, tb=None, limit=None, file=None, chain=True):
    (file or sys.stderr).write(''.join(format_exception(exc, value)))
def print_exc(limit=None, file=None, chain=True):
    (file or sys.stderr).write(format_exc())
`;

export const WARNINGS = `
import sys
_is_quiet = False
_shown = set()

def simplefilter(action, category=Warning, lineno=0, append=False):
    global _is_quiet
    _is_quiet = action == 'ignore'
def filterwarnings(action, message='', category=Warning, module='', lineno=0, append=False):
    if not message and category is Warning:
        simplefilter(action)
def warn(message, category=UserWarning, stacklevel=1, source=None):
    if isinstance(message, Warning):
        category = type(message)
    text = category.__name__ + ': ' + str(message)
    if not _is_quiet and text not in _shown:
        _shown.add(text)
        sys.stderr.write(text + '\\n')
class catch_warnings:
    def __init__(self, record=False, module=None): pass
    def __enter__(self):
        self._before = _is_quiet
        return []
    def __exit__(self, kind, value, traceback):
        global _is_quiet
        _is_quiet = self._before
        return False
`;
