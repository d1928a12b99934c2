/** argparse in Python: options, positional arguments, subcommands, help and errors of the command line. */

import { ARGUMENT_KINDS } from "./argument-kinds.ts";

export const ARGPARSE = `${ARGUMENT_KINDS}
class ArgumentParser:
    def __init__(self, prog=None, usage=None, description=None, epilog=None, parents=(), formatter_class=HelpFormatter,
                 add_help=True, allow_abbrev=True, exit_on_error=True):
        self.prog = prog if prog is not None else os.path.basename(sys.argv[0]) or 'python3'
        self.usage = usage
        self.description = description
        self.epilog = epilog
        self.formatter_class = formatter_class
        self._options = []
        self._positionals = []
        self._groups = []
        self._subparsers = None
        self._defaults = {}
        if add_help:
            self.add_argument('-h', '--help', action='help', default=SUPPRESS, help='show this help message and exit')
        for parent in parents:
            self._options = self._options + [each for each in parent._options if each.action != 'help']
            self._positionals = self._positionals + parent._positionals

    def add_argument(self, *flags, action='store', nargs=None, const=None, default=None, type=None, choices=None,
                     required=False, help=None, metavar=None, dest=None, version=None):
        isOption = flags and flags[0].startswith('-')
        if dest is None:
            long = [flag for flag in flags if flag.startswith('--')]
            dest = (long or list(flags))[0].lstrip('-').replace('-', '_') if isOption else flags[0]
        if action == 'store_true' and default is None:
            default = False
        if action == 'store_false' and default is None:
            default = True
        if action == 'version':
            const = version
            default = SUPPRESS
            help = help or "show program's version number and exit"
        made = _Action(list(flags) if isOption else [], dest, action, nargs, const, default, type, choices, required, help, metavar)
        (self._options if isOption else self._positionals).append(made)
        return made

    def add_argument_group(self, title=None, description=None):
        return _Group(self, title)
    def add_mutually_exclusive_group(self, required=False):
        group = _Group(self, exclusive=True, required=required)
        self._groups.append(group)
        return group
    def add_subparsers(self, dest=None, required=False, help=None, title=None, description=None, metavar=None):
        self._subparsers = _Subparsers(self, dest, required, help, title, metavar)
        return self._subparsers
    def set_defaults(self, **values):
        self._defaults.update(values)

    def parse_args(self, args=None, namespace=None):
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error('unrecognized arguments: ' + ' '.join(rest))
        return found

    def parse_known_args(self, args=None, namespace=None):
        words = list(sys.argv[1:] if args is None else args)
        found = Namespace() if namespace is None else namespace
        for each in self._positionals + self._options:
            if each.default is not SUPPRESS and not hasattr(found, each.dest):
                default = each.default
                if isinstance(default, str) and each.type is not None:
                    default = self._value(each, default)
                setattr(found, each.dest, default)
        for name, value in self._defaults.items():
            setattr(found, name, value)
        if self._subparsers is not None and self._subparsers.dest is not None:
            setattr(found, self._subparsers.dest, None)
        self._seen = []
        plain = []
        rest = []
        at = 0
        while at < len(words):
            word = words[at]
            at += 1
            if word == '--':
                plain = plain + words[at:]
                break
            if not word.startswith('-') or word == '-' or self._isNumber(word):
                plain.append(word)
                if self._subparsers is not None and len(plain) > len(self._positionals):
                    return self._sub(plain, words[at:], found)
                continue
            option, value = self._find(word)
            if option is None:
                rest.append(word)
                continue
            at = self._take(option, value, words, at, found)
        self._place(plain, found, rest)
        self._check(found)
        return found, rest

    def _isNumber(self, word):
        return word[1:].replace('.', '', 1).isdigit() and not any(flag == word for each in self._options for flag in each.option_strings)

    def _find(self, word):
        name, equals, value = word.partition('=')
        for each in self._options:
            if name in each.option_strings:
                return each, value if equals else None
        if word.startswith('--'):
            near = [each for each in self._options if any(flag.startswith(name) for flag in each.option_strings)]
            if len(near) == 1:
                return near[0], value if equals else None
            return None, None
        for each in self._options:
            if word[:2] in each.option_strings:
                return each, word[2:]
        return None, None

    def _take(self, option, value, words, at, found):
        self._seen.append(option)
        for group in self._groups:
            if group.exclusive and option in group.members:
                for other in group.members:
                    if other is not option and other in self._seen:
                        self.error('argument ' + option.title() + ': not allowed with argument ' + other.title())
        action = option.action
        if action == 'help':
            self.print_help()
            sys.exit(0)
        if action == 'version':
            print(option.const.replace('%(prog)s', self.prog))
            sys.exit(0)
        if not option.takes_value():
            if value:
                if len(option.option_strings[0]) == 2:
                    words.insert(at, '-' + value)
                else:
                    self.error('argument ' + option.title() + ': ignored explicit argument ' + repr(value))
            if action == 'count':
                setattr(found, option.dest, (getattr(found, option.dest) or 0) + 1)
            elif action == 'append_const':
                setattr(found, option.dest, (getattr(found, option.dest) or []) + [option.const])
            else:
                constant = {'store_true': True, 'store_false': False}.get(action, option.const)
                setattr(found, option.dest, constant)
            return at
        values = [] if value is None else [value]
        limit = {None: 1, '?': 1}.get(option.nargs, option.nargs if isinstance(option.nargs, int) else 10 ** 9)
        while value is None and len(values) < limit and at < len(words) and (not words[at].startswith('-') or words[at] == '-' or self._isNumber(words[at])):
            values.append(words[at])
            at += 1
        if option.nargs is None and not values:
            self.error('argument ' + option.title() + ': expected one argument')
        if option.nargs == '+' and not values:
            self.error('argument ' + option.title() + ': expected at least one argument')
        if isinstance(option.nargs, int) and len(values) != option.nargs:
            self.error('argument ' + option.title() + ': expected ' + str(option.nargs) + ' argument' + ('s' if option.nargs > 1 else ''))
        made = [self._value(option, each) for each in values]
        result = made if option.nargs not in (None, '?') else made[0] if made else option.const
        if action == 'append':
            result = list(getattr(found, option.dest) or []) + [result]
        elif action == 'extend':
            result = list(getattr(found, option.dest) or []) + made
        setattr(found, option.dest, result)
        return at

    def _place(self, plain, found, rest):
        at = 0
        missing = []
        for index, each in enumerate(self._positionals):
            after = self._positionals[index + 1:]
            needed = sum(0 if other.nargs in ('?', '*') else other.nargs if isinstance(other.nargs, int) else 1 for other in after)
            free = len(plain) - at - needed
            if each.nargs is None:
                count = 1
            elif each.nargs == '?':
                count = min(1, max(0, free))
            elif each.nargs in ('*', '+', '...'):
                count = max(0, free)
            else:
                count = each.nargs
            given = plain[at:at + count]
            if len(given) < count or (each.nargs == '+' and not given):
                missing.append(each.shown())
                continue
            at += count
            values = [self._value(each, one) for one in given]
            if each.nargs is None:
                setattr(found, each.dest, values[0])
            elif each.nargs == '?':
                if values:
                    setattr(found, each.dest, values[0])
            elif values or each.default is None:
                setattr(found, each.dest, values)
        self._missing = missing
        for word in plain[at:]:
            rest.append(word)

    def _check(self, found):
        missing = self._missing + [each.title() for each in self._options if each.required and each not in self._seen]
        if self._subparsers is not None and self._subparsers.required:
            missing.append(self._subparsers.dest or self._subparsers.shown())
        if missing:
            self.error('the following arguments are required: ' + ', '.join(missing))
        for group in self._groups:
            if group.required and not any(each in self._seen for each in group.members):
                self.error('one of the arguments ' + ' '.join(each.title() for each in group.members) + ' is required')

    def _sub(self, plain, words, found):
        name = plain.pop()
        chosen = self._subparsers.choices.get(name)
        if chosen is None:
            known = ', '.join(repr(each) for each in self._subparsers.choices)
            self.error('argument ' + (self._subparsers.dest or self._subparsers.shown()) + ': invalid choice: ' + repr(name) + ' (choose from ' + known + ')')
        if self._subparsers.dest is not None:
            setattr(found, self._subparsers.dest, name)
        rest = []
        self._place(plain, found, rest)
        inner, others = chosen.parse_known_args(words)
        for key, value in vars(inner).items():
            setattr(found, key, value)
        return found, rest + others

    def _value(self, action, text):
        value = text
        if action.type is not None:
            try:
                value = action.type(text)
            except ArgumentTypeError as error:
                self.error('argument ' + action.title() + ': ' + str(error))
            except (TypeError, ValueError):
                kind = getattr(action.type, '__name__', repr(action.type))
                self.error('argument ' + action.title() + ': invalid ' + kind + ' value: ' + repr(text))
        if action.choices is not None and value not in action.choices:
            known = ', '.join(repr(each) for each in action.choices)
            self.error('argument ' + action.title() + ': invalid choice: ' + repr(value) + ' (choose from ' + known + ')')
        return value

    def format_usage(self):
        if self.usage is not None:
            return 'usage: ' + self.usage.replace('%(prog)s', self.prog) + '\\n'
        parts = []
        for each in self._options:
            if each.help is SUPPRESS:
                continue
            text = each.option_strings[0] + (' ' + each.arguments() if each.takes_value() else '')
            parts.append(text if each.required else '[' + text + ']')
        for each in self._positionals:
            parts.append(each.arguments())
        if self._subparsers is not None:
            parts.append(self._subparsers.shown() + ' ...')
        line = 'usage: ' + ' '.join([self.prog] + parts)
        if len(line) <= 78:
            return line + '\\n'
        start = 'usage: ' + self.prog
        lines = []
        now = start
        for part in parts:
            if len(now) + 1 + len(part) > 78:
                lines.append(now)
                now = ' ' * len(start)
            now = now + ' ' + part
        return '\\n'.join(lines + [now]) + '\\n'

    def _column(self):
        titles = [each.shown() for each in self._positionals]
        if self._subparsers is not None:
            titles.append(self._subparsers.shown())
        for each in self._options:
            titles.append(', '.join(flag + (' ' + each.arguments() if each.takes_value() else '') for flag in each.option_strings))
        return min(24, max([len(title) for title in titles] or [0]) + 4)

    def _row(self, title, help):
        text = '  ' + title
        column = self._column()
        if not help:
            return text + '\\n'
        words = help.split()
        rows = ['']
        for word in words:
            if rows[-1] and len(rows[-1]) + 1 + len(word) > 78 - column:
                rows.append('')
            rows[-1] = rows[-1] + (' ' if rows[-1] else '') + word
        if len(text) > column - 2:
            return text + '\\n' + ''.join(' ' * column + row + '\\n' for row in rows)
        return text.ljust(column) + rows[0] + '\\n' + ''.join(' ' * column + row + '\\n' for row in rows[1:])

    def _help(self, action):
        if action.help is None:
            return ''
        text = action.help.replace('%(default)s', str(action.default)).replace('%(prog)s', self.prog)
        shows = self.formatter_class is ArgumentDefaultsHelpFormatter and '%(default)s' not in action.help
        isPlain = action.default is SUPPRESS or (not action.option_strings and action.nargs not in ('?', '*'))
        return text + ' (default: ' + str(action.default) + ')' if shows and not isPlain else text

    def format_help(self):
        text = self.format_usage()
        if self.description:
            text = text + '\\n' + self.description + '\\n'
        if self._positionals or self._subparsers is not None:
            text = text + '\\npositional arguments:\\n'
            for each in self._positionals:
                text = text + self._row(each.shown(), self._help(each))
            if self._subparsers is not None:
                text = text + self._row(self._subparsers.shown(), self._subparsers.help)
                for name, help in self._subparsers.helps.items():
                    text = text + self._row('  ' + name, help)
        if self._options:
            text = text + '\\noptions:\\n'
            for each in self._options:
                if each.help is SUPPRESS:
                    continue
                flags = [flag + (' ' + each.arguments() if each.takes_value() else '') for flag in each.option_strings]
                text = text + self._row(', '.join(flags), self._help(each))
        if self.epilog:
            text = text + '\\n' + self.epilog + '\\n'
        return text

    def print_help(self, file=None):
        print(self.format_help(), end='', file=file or sys.stdout)
    def print_usage(self, file=None):
        print(self.format_usage(), end='', file=file or sys.stdout)
    def exit(self, status=0, message=None):
        if message:
            sys.stderr.write(message)
        sys.exit(status)
    def error(self, message):
        sys.stderr.write(self.format_usage() + self.prog + ': error: ' + message + '\\n')
        sys.exit(2)
`;
