/** Actions, namespaces and groups of argparse, in Python. */

export const ARGUMENT_KINDS = `
import sys, os

SUPPRESS = '==SUPPRESS=='
REMAINDER = '...'
OPTIONAL = '?'
ZERO_OR_MORE = '*'
ONE_OR_MORE = '+'

class ArgumentTypeError(Exception): pass
class ArgumentError(Exception): pass
class HelpFormatter: pass
class RawDescriptionHelpFormatter(HelpFormatter): pass
class RawTextHelpFormatter(HelpFormatter): pass
class ArgumentDefaultsHelpFormatter(HelpFormatter): pass

class Namespace:
    def __init__(self, **values):
        for name in values:
            setattr(self, name, values[name])
    def __repr__(self):
        return 'Namespace(' + ', '.join(name + '=' + repr(value) for name, value in vars(self).items()) + ')'
    def __eq__(self, other):
        return vars(self) == vars(other)
    def __contains__(self, name):
        return name in vars(self)

class _Action:
    def __init__(self, flags, dest, action, nargs, const, default, type, choices, required, help, metavar):
        self.option_strings = flags
        self.dest = dest
        self.action = action
        self.nargs = nargs
        self.const = const
        self.default = default
        self.type = type
        self.choices = choices
        self.required = required
        self.help = help
        self.metavar = metavar
    def takes_value(self):
        return self.action in ('store', 'append', 'extend')
    def shown(self):
        if self.metavar is not None:
            return self.metavar
        if self.choices is not None:
            return '{' + ','.join(str(each) for each in self.choices) + '}'
        return self.dest.upper() if self.option_strings else self.dest
    def arguments(self):
        name = self.shown()
        if self.nargs == '?':
            return '[' + name + ']'
        if self.nargs == '*':
            return '[' + name + ' ...]'
        if self.nargs == '+':
            return name + ' [' + name + ' ...]'
        if isinstance(self.nargs, int):
            return ' '.join([name] * self.nargs)
        return name
    def title(self):
        return '/'.join(self.option_strings) if self.option_strings else self.shown()

class _Subparsers:
    def __init__(self, parser, dest, required, help, title, metavar):
        self.parser = parser
        self.dest = dest
        self.required = required
        self.help = help
        self.title = title
        self.metavar = metavar
        self.choices = {}
        self.helps = {}
    def add_parser(self, name, help=None, aliases=(), **options):
        before = ' '.join(each.shown() for each in self.parser._positionals)
        made = ArgumentParser(prog=' '.join(part for part in (self.parser.prog, before, name) if part), **options)
        for each in (name,) + tuple(aliases):
            self.choices[each] = made
        if help is not None:
            self.helps[name] = help
        return made
    def shown(self):
        return self.metavar or '{' + ','.join(self.choices) + '}'

class _Group:
    def __init__(self, parser, title=None, exclusive=False, required=False):
        self.parser = parser
        self.title = title
        self.exclusive = exclusive
        self.required = required
        self.members = []
    def add_argument(self, *flags, **options):
        made = self.parser.add_argument(*flags, **options)
        self.members.append(made)
        return made
`;
