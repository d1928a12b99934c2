/** Modules about texts in Python: configparser, csv, string. */

export const CSV = `
QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE = 0, 1, 2, 3

class Error(Exception): pass

class _Reader:
    def __init__(self, lines, delimiter, quotechar, skipinitialspace):
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._quote = quotechar
        self._skips = skipinitialspace
        self.line_num = 0
    def __iter__(self):
        return self
    def __next__(self):
        text = next(self._lines)
        self.line_num += 1
        row = []
        field = ''
        quoted = False
        started = False
        at = 0
        while True:
            if at >= len(text):
                if not quoted:
                    break
                text = next(self._lines)
                self.line_num += 1
                at = 0
                continue
            character = text[at]
            at += 1
            if quoted:
                if character != self._quote:
                    field = field + character
                elif at < len(text) and text[at] == self._quote:
                    field = field + character
                    at += 1
                else:
                    quoted = False
            elif character == self._quote and not started:
                quoted = started = True
            elif character == self._delimiter:
                row.append(field)
                field = ''
                started = False
            elif character == '\\n' or character == '\\r':
                continue
            elif character == ' ' and self._skips and not started:
                continue
            else:
                field = field + character
                started = True
        if row or field or started:
            row.append(field)
        return row

def reader(lines, dialect=None, delimiter=',', quotechar='"', skipinitialspace=False, **options):
    return _Reader(lines, '\\t' if dialect == 'excel-tab' else delimiter, quotechar, skipinitialspace)

class _Writer:
    def __init__(self, file, delimiter, quotechar, quoting, lineterminator):
        self._file = file
        self._delimiter = delimiter
        self._quote = quotechar
        self._quoting = quoting
        self._end = lineterminator
    def _field(self, value):
        text = '' if value is None else str(value)
        needs = self._delimiter in text or self._quote in text or '\\n' in text or '\\r' in text
        isText = self._quoting == QUOTE_NONNUMERIC and not isinstance(value, (int, float))
        if needs or isText or self._quoting == QUOTE_ALL:
            return self._quote + text.replace(self._quote, self._quote * 2) + self._quote
        return text
    def writerow(self, row):
        fields = [self._field(value) for value in row]
        return self._file.write(('""' if fields == [''] else self._delimiter.join(fields)) + self._end)
    def writerows(self, rows):
        for row in rows:
            self.writerow(row)

def writer(file, dialect=None, delimiter=',', quotechar='"', quoting=QUOTE_MINIMAL, lineterminator='\\r\\n'):
    return _Writer(file, '\\t' if dialect == 'excel-tab' else delimiter, quotechar, quoting, lineterminator)

class DictReader:
    def __init__(self, lines, fieldnames=None, restkey=None, restval=None, **options):
        self.reader = reader(lines, **options)
        self._names = fieldnames
        self._restkey = restkey
        self._restval = restval
    @property
    def fieldnames(self):
        if self._names is None:
            self._names = next(self.reader, None)
        return self._names
    def __iter__(self):
        return self
    def __next__(self):
        names = self.fieldnames
        row = next(self.reader)
        while row == []:
            row = next(self.reader)
        found = dict(zip(names, row))
        if len(row) > len(names):
            found[self._restkey] = row[len(names):]
        for name in names[len(row):]:
            found[name] = self._restval
        return found

class DictWriter:
    def __init__(self, file, fieldnames, restval='', extrasaction='raise', **options):
        self.writer = writer(file, **options)
        self.fieldnames = fieldnames
        self._restval = restval
        self._raises = extrasaction == 'raise'
    def writeheader(self):
        return self.writer.writerow(self.fieldnames)
    def writerow(self, row):
        wrong = [name for name in row if name not in self.fieldnames]
        if wrong and self._raises:
            raise ValueError('dict contains fields not in fieldnames: ' + ', '.join(repr(name) for name in wrong))
        return self.writer.writerow([row.get(name, self._restval) for name in self.fieldnames])
    def writerows(self, rows):
        for row in rows:
            self.writerow(row)
`;

export const CONFIGPARSER = `
class Error(Exception): pass
class NoSectionError(Error): pass
class NoOptionError(Error): pass

_missing = object()

class SectionProxy:
    def __init__(self, parser, name):
        self._parser = parser
        self.name = name
    def __getitem__(self, key):
        found = self._parser.get(self.name, key, fallback=None)
        if found is None:
            raise KeyError(key)
        return found
    def __setitem__(self, key, value): self._parser.set(self.name, key, value)
    def __contains__(self, key): return self._parser.has_option(self.name, key)
    def __iter__(self): return iter(self._parser.options(self.name))
    def get(self, key, fallback=None): return self._parser.get(self.name, key, fallback=fallback)
    def getint(self, key, fallback=None): return self._parser.getint(self.name, key, fallback=fallback)
    def getfloat(self, key, fallback=None): return self._parser.getfloat(self.name, key, fallback=fallback)
    def getboolean(self, key, fallback=None): return self._parser.getboolean(self.name, key, fallback=fallback)
    def items(self): return self._parser.items(self.name)
    def keys(self): return self._parser.options(self.name)

class ConfigParser:
    def __init__(self, defaults=None, **options):
        self._defaults = dict(defaults or {})
        self._sections = {}
    def read(self, names, encoding=None):
        found = []
        for name in [names] if isinstance(names, str) else names:
            try:
                with open(name) as file:
                    self.read_string(file.read())
                found.append(name)
            except FileNotFoundError:
                pass
        return found
    def read_file(self, file): self.read_string(file.read())
    def read_string(self, text):
        at = None
        last = None
        for line in text.split('\\n'):
            plain = line.strip()
            if not plain or plain[0] in '#;':
                continue
            if plain[0] == '[' and plain[-1] == ']':
                name = plain[1:-1]
                at = self._defaults if name == 'DEFAULT' else self._sections.setdefault(name, {})
                continue
            if line[0] in ' \\t' and last is not None:
                at[last] = at[last] + '\\n' + plain
                continue
            cut = min([plain.find(mark) for mark in '=:' if mark in plain] or [-1])
            last = plain[:cut].strip().lower() if cut >= 0 else plain.lower()
            at[last] = plain[cut + 1:].strip() if cut >= 0 else None
    def read_dict(self, values):
        for name in values:
            self[name] = values[name]
    def sections(self): return list(self._sections)
    def add_section(self, name): self._sections[name] = {}
    def has_section(self, name): return name in self._sections
    def has_option(self, section, key): return key.lower() in self._sections.get(section, {}) or key.lower() in self._defaults
    def remove_section(self, name): return self._sections.pop(name, None) is not None
    def options(self, section): return list({**self._sections[section], **self._defaults})
    def set(self, section, key, value): self._sections[section][key.lower()] = value
    def get(self, section, key, raw=False, fallback=_missing):
        if section != 'DEFAULT' and section not in self._sections:
            if fallback is _missing:
                raise NoSectionError('No section: ' + repr(section))
            return fallback
        values = {**self._defaults, **self._sections.get(section, {})}
        if key.lower() not in values:
            if fallback is _missing:
                raise NoOptionError('No option ' + repr(key) + ' in section: ' + repr(section))
            return fallback
        value = values[key.lower()]
        for name in values:
            if value and '%(' + name + ')s' in value:
                value = value.replace('%(' + name + ')s', values[name])
        return value
    def getint(self, section, key, fallback=_missing): return self._as(int, section, key, fallback)
    def getfloat(self, section, key, fallback=_missing): return self._as(float, section, key, fallback)
    def getboolean(self, section, key, fallback=_missing): return self._as(self._boolean, section, key, fallback)
    def _as(self, kind, section, key, fallback):
        value = self.get(section, key, fallback=fallback)
        return kind(value) if isinstance(value, str) else value
    def _boolean(self, text):
        if text.lower() in ('1', 'yes', 'true', 'on'):
            return True
        if text.lower() in ('0', 'no', 'false', 'off'):
            return False
        raise ValueError('Not a boolean: ' + text)
    def items(self, section): return list({**self._defaults, **self._sections[section]}.items())
    def __getitem__(self, name):
        if name not in self._sections and name != 'DEFAULT':
            raise KeyError(name)
        return SectionProxy(self, name)
    def __setitem__(self, name, values): self._sections[name] = {key.lower(): str(value) for key, value in values.items()}
    def __contains__(self, name): return name in self._sections or name == 'DEFAULT'
    def __iter__(self): return iter(['DEFAULT'] + self.sections())
    def write(self, file, space_around_delimiters=True):
        mark = ' = ' if space_around_delimiters else '='
        parts = ([('DEFAULT', self._defaults)] if self._defaults else []) + list(self._sections.items())
        for name, values in parts:
            file.write('[' + name + ']\\n')
            for key, value in values.items():
                file.write(key + mark + str(value) + '\\n')
            file.write('\\n')

RawConfigParser = ConfigParser
`;

export const TEMPLATE = `
import re as _re

class Template:
    def __init__(self, template):
        self.template = template
    def _fill(self, values, isSafe):
        def one(match):
            name = match.group(1) or match.group(2)
            if name is None:
                return '$'
            if isSafe and name not in values:
                return match.group(0)
            return str(values[name])
        return _re.sub('\\\\$(?:([_a-zA-Z][_a-zA-Z0-9]*)|{([_a-zA-Z][_a-zA-Z0-9]*)}|\\\\$)', one, self.template)
    def substitute(self, mapping=None, **values):
        return self._fill({**(mapping or {}), **values}, False)
    def safe_substitute(self, mapping=None, **values):
        return self._fill({**(mapping or {}), **values}, True)

def capwords(text, sep=None):
    return (sep or ' ').join(word.capitalize() for word in text.split(sep))
`;
