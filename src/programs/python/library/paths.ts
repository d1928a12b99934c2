/** Modules about files in Python: glob, pathlib, shutil, tempfile. */

export const GLOB = `
import os

def _fits(name, pattern):
    if pattern == '':
        return name == ''
    if pattern[0] == '*':
        return _fits(name, pattern[1:]) or (name != '' and _fits(name[1:], pattern))
    return name != '' and (pattern[0] == '?' or pattern[0] == name[0]) and _fits(name[1:], pattern[1:])

def _walk(folder):
    found = ['']
    for name in sorted(os.listdir(folder or '.')):
        path = os.path.join(folder, name) if folder else name
        if os.path.isdir(path):
            found = found + [name + ('/' + rest if rest else '') for rest in _walk(path)]
    return found

def _expand(folder, parts):
    if not parts:
        return [folder]
    part, rest = parts[0], parts[1:]
    if part == '**':
        found = []
        for inner in _walk(folder):
            found = found + _expand(os.path.join(folder, inner) if inner else folder, rest)
        return found
    if '*' not in part and '?' not in part:
        path = os.path.join(folder, part) if folder else part
        return _expand(path, rest) if os.path.exists(path) else []
    found = []
    if os.path.isdir(folder or '.'):
        for name in os.listdir(folder or '.'):
            if _fits(name, part) and (part[0] == '.' or name[0] != '.'):
                found = found + _expand(os.path.join(folder, name) if folder else name, rest)
    return found

def glob(pattern, recursive=False):
    parts = pattern.split('/')
    return _expand('/', parts[1:]) if pattern.startswith('/') else _expand('', parts)

def iglob(pattern, recursive=False):
    return iter(glob(pattern))
`;

export const FNMATCH = `
from glob import _fits

def fnmatch(name, pattern):
    return _fits(name, pattern)

fnmatchcase = fnmatch

def filter(names, pattern):
    return [name for name in names if _fits(name, pattern)]
`;

export const PATHLIB = `
import os, glob as _glob

class PurePath:
    def __init__(self, *parts):
        text = os.path.join(*[str(part) for part in parts]) if parts else '.'
        kept = [part for part in text.split('/') if part not in ('', '.')]
        self._text = ('/' if text.startswith('/') else '') + '/'.join(kept) or '.'
    def __str__(self): return self._text
    def __fspath__(self): return self._text
    def __repr__(self): return "PosixPath(" + repr(self._text) + ")"
    def __truediv__(self, other): return Path(self._text, other)
    def __rtruediv__(self, other): return Path(other, self._text)
    def __eq__(self, other): return isinstance(other, PurePath) and self._text == other._text
    def __lt__(self, other): return self._text < other._text
    def __hash__(self): return hash(self._text)
    @property
    def parts(self):
        names = tuple([part for part in self._text.split('/') if part not in ('', '.')])
        return ('/',) + names if self._text.startswith('/') else names
    @property
    def name(self): return os.path.basename(self._text)
    @property
    def suffix(self): return os.path.splitext(self.name)[1]
    @property
    def suffixes(self): return ['.' + part for part in self.name.lstrip('.').split('.')[1:]]
    @property
    def stem(self): return os.path.splitext(self.name)[0]
    @property
    def parent(self): return Path(os.path.dirname(self._text) or ('.' if not self._text.startswith('/') else '/'))
    @property
    def parents(self):
        found = []
        at = self
        while at.parent != at:
            at = at.parent
            found.append(at)
        return found
    def is_absolute(self): return self._text.startswith('/')
    def as_posix(self): return self._text
    def joinpath(self, *parts): return Path(self._text, *parts)
    def with_name(self, name): return Path(os.path.join(os.path.dirname(self._text), name))
    def with_suffix(self, suffix): return self.with_name(self.stem + suffix)
    def with_stem(self, stem): return self.with_name(stem + self.suffix)
    def relative_to(self, other):
        base = str(other).rstrip('/') + '/'
        if self._text == str(other):
            return Path('.')
        if not self._text.startswith(base):
            raise ValueError(repr(self._text) + ' is not in the subpath of ' + repr(str(other)))
        return Path(self._text[len(base):])
    def match(self, pattern): return _glob._fits(self.name, pattern)

class _Stat:
    def __init__(self, size, modified):
        self.st_size = size
        self.st_mtime = modified

class Path(PurePath):
    @classmethod
    def cwd(cls): return Path(os.getcwd())
    @classmethod
    def home(cls): return Path(os.path.expanduser('~'))
    def exists(self): return os.path.exists(self._text)
    def is_file(self): return os.path.isfile(self._text)
    def is_dir(self): return os.path.isdir(self._text)
    def is_symlink(self): return os.path.islink(self._text)
    def open(self, mode='r', encoding=None, newline=None): return open(self._text, mode)
    def read_text(self, encoding=None):
        with open(self._text) as file:
            return file.read()
    def write_text(self, text, encoding=None):
        with open(self._text, 'w') as file:
            return file.write(text)
    def read_bytes(self):
        with open(self._text, 'rb') as file:
            return file.read()
    def write_bytes(self, data):
        with open(self._text, 'wb') as file:
            return file.write(data)
    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        if parents:
            os.makedirs(self._text, exist_ok=exist_ok)
        elif not (exist_ok and self.is_dir()):
            os.mkdir(self._text)
    def touch(self, exist_ok=True):
        with open(self._text, 'a'):
            pass
    def unlink(self, missing_ok=False):
        if not missing_ok or self.exists():
            os.remove(self._text)
    def rmdir(self): os.rmdir(self._text)
    def rename(self, target):
        os.rename(self._text, str(target))
        return Path(target)
    replace = rename
    def iterdir(self): return iter([Path(self._text, name) for name in os.listdir(self._text)])
    def glob(self, pattern): return iter([Path(path) for path in _glob.glob(os.path.join(self._text, pattern))])
    def rglob(self, pattern): return self.glob('**/' + pattern)
    def resolve(self, strict=False): return Path(os.path.abspath(self._text))
    absolute = resolve
    def expanduser(self): return Path(os.path.expanduser(self._text))
    def stat(self): return _Stat(os.path.getsize(self._text), os.path.getmtime(self._text))
    def chmod(self, mode): os.chmod(self._text, mode)

PosixPath = Path
PurePosixPath = PurePath
`;

export const SHUTIL = `
import os

class Error(OSError): pass

def copyfile(source, target):
    with open(str(source), 'rb') as file:
        data = file.read()
    with open(str(target), 'wb') as file:
        file.write(data)
    return target

def copy(source, target):
    target = str(target)
    if os.path.isdir(target):
        target = os.path.join(target, os.path.basename(str(source)))
    return copyfile(source, target)

copy2 = copy

def copytree(source, target, dirs_exist_ok=False):
    os.makedirs(target, exist_ok=dirs_exist_ok)
    for name in os.listdir(source):
        path = os.path.join(source, name)
        if os.path.isdir(path):
            copytree(path, os.path.join(target, name), dirs_exist_ok)
        else:
            copyfile(path, os.path.join(target, name))
    return target

def rmtree(path, ignore_errors=False):
    path = str(path)
    if ignore_errors and not os.path.exists(path):
        return
    for name in os.listdir(path):
        inner = os.path.join(path, name)
        if os.path.isdir(inner) and not os.path.islink(inner):
            rmtree(inner)
        else:
            os.remove(inner)
    os.rmdir(path)

def move(source, target):
    target = str(target)
    if os.path.isdir(target):
        target = os.path.join(target, os.path.basename(str(source)))
    os.rename(str(source), target)
    return target

def which(name):
    for folder in os.environ.get('PATH', '').split(':'):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    return None
`;

export const TEMPFILE = `
import os, random, shutil

def gettempdir():
    return '/tmp'

def _name(prefix, suffix, folder):
    letters = 'abcdefghijklmnopqrstuvwxyz0123456789_'
    return os.path.join(folder or '/tmp', prefix + ''.join([random.choice(letters) for _ in range(8)]) + suffix)

def mkdtemp(suffix='', prefix='tmp', dir=None):
    path = _name(prefix, suffix, dir)
    os.mkdir(path)
    return path

class TemporaryDirectory:
    def __init__(self, suffix='', prefix='tmp', dir=None):
        self.name = mkdtemp(suffix, prefix, dir)
    def __enter__(self):
        return self.name
    def __exit__(self, kind, value, traceback):
        self.cleanup()
        return False
    def cleanup(self):
        shutil.rmtree(self.name)

class _Named:
    def __init__(self, path, mode, delete):
        self.name = path
        self._file = open(path, mode)
        self._delete = delete
    def write(self, data): return self._file.write(data)
    def read(self): return self._file.read()
    def seek(self, at): return self._file.seek(at)
    def flush(self): self._file.flush()
    def close(self):
        self._file.close()
        if self._delete and os.path.exists(self.name):
            os.remove(self.name)
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback):
        self.close()
        return False

def NamedTemporaryFile(mode='w+b', suffix='', prefix='tmp', dir=None, delete=True):
    return _Named(_name(prefix, suffix, dir), mode, delete)
`;
