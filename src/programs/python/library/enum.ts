/** enum in Python. Members are made when a subclass of Enum is defined. */

export const ENUM = `
class auto:
    pass

def unique(cls):
    return cls

class Enum:
    def __init_subclass__(cls):
        members = {}
        last = 0
        for base in cls.__bases__:
            members.update(getattr(base, '_members', {}))
        for name, value in list(vars(cls).items()):
            if name.startswith('_') or callable(value) or isinstance(value, (property, staticmethod, classmethod)):
                continue
            if isinstance(value, auto):
                value = cls._next(last)
            last = value if isinstance(value, int) else last
            same = [each for each in members.values() if each._value_ == value]
            if same:
                member = same[0]
            else:
                member = object.__new__(cls)
                member._name_ = name
                member._value_ = value
                if '__init__' in vars(cls):
                    cls.__init__(member, *(value if isinstance(value, tuple) else (value,)))
            members[name] = member
            setattr(cls, name, member)
        cls._members = members
        cls.__members__ = members
    def _next(last):
        return last + 1
    def __class_call__(cls, value):
        for member in cls._members.values():
            if member._value_ == value:
                return member
        raise ValueError(repr(value) + ' is not a valid ' + cls.__name__)
    def __class_getitem__(cls, name):
        return cls._members[name]
    def __class_iter__(cls):
        found = []
        for member in cls._members.values():
            if member not in found:
                found.append(member)
        return iter(found)
    @property
    def name(self): return self._name_
    @property
    def value(self): return self._value_
    def __repr__(self): return '<' + type(self).__name__ + '.' + self._name_ + ': ' + repr(self._value_) + '>'
    def __str__(self): return type(self).__name__ + '.' + self._name_
    def __eq__(self, other): return self is other
    def __hash__(self): return hash(self._name_)

class _Number:
    def __str__(self): return str(self._value_)
    def __int__(self): return self._value_
    def __index__(self): return self._value_
    def __eq__(self, other): return self._value_ == (other._value_ if isinstance(other, Enum) else other)
    def __hash__(self): return hash(self._value_)
    def __lt__(self, other): return self._value_ < (other._value_ if isinstance(other, Enum) else other)
    def __gt__(self, other): return self._value_ > (other._value_ if isinstance(other, Enum) else other)
    def __le__(self, other): return self._value_ <= (other._value_ if isinstance(other, Enum) else other)
    def __ge__(self, other): return self._value_ >= (other._value_ if isinstance(other, Enum) else other)
    def __add__(self, other): return self._value_ + (other._value_ if isinstance(other, Enum) else other)
    def __radd__(self, other): return other + self._value_
    def __sub__(self, other): return self._value_ - (other._value_ if isinstance(other, Enum) else other)

class IntEnum(_Number, Enum): pass

class StrEnum(Enum):
    def __str__(self): return self._value_
    def __eq__(self, other): return self._value_ == (other._value_ if isinstance(other, Enum) else other)
    def __hash__(self): return hash(self._value_)

class Flag(Enum):
    def _next(last):
        return last * 2 or 1
    def __or__(self, other):
        made = object.__new__(type(self))
        made._value_ = self._value_ | other._value_
        made._name_ = '|'.join(name for name, each in type(self)._members.items() if each._value_ & made._value_)
        return made
    def __contains__(self, other): return self._value_ & other._value_ == other._value_
    def __bool__(self): return self._value_ != 0

IntFlag = Flag
`;
