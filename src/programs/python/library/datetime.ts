/** `datetime` in Python. All times are in UTC, as the containers' clocks are. */
export const DATETIME = `
import time as _time

class timedelta:
    def __init__(self, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        total = ((weeks * 7 + days) * 86400 + hours * 3600 + minutes * 60 + seconds) * 1000000
        total = int(total + milliseconds * 1000 + microseconds)
        self.total = total
        self.days = total // 86400000000
        self.seconds = total // 1000000 % 86400
        self.microseconds = total % 1000000
    def total_seconds(self):
        return self.total / 1000000
    def __add__(self, other):
        return timedelta(microseconds=self.total + other.total) if isinstance(other, timedelta) else other + self
    def __sub__(self, other):
        return timedelta(microseconds=self.total - other.total)
    def __mul__(self, factor):
        return timedelta(microseconds=self.total * factor)
    def __neg__(self):
        return timedelta(microseconds=-self.total)
    def __eq__(self, other):
        return self.total == other.total
    def __lt__(self, other):
        return self.total < other.total
    def __le__(self, other):
        return self.total <= other.total
    def __gt__(self, other):
        return self.total > other.total
    def __ge__(self, other):
        return self.total >= other.total
    def __str__(self):
        hours, rest = divmod(self.seconds, 3600)
        text = '%d:%02d:%02d' % (hours, rest // 60, rest % 60)
        if self.microseconds:
            text = text + '.%06d' % self.microseconds
        if self.days:
            text = '%d day%s, ' % (self.days, '' if abs(self.days) == 1 else 's') + text
        return text
    def __repr__(self):
        return 'datetime.timedelta(days=%d, seconds=%d)' % (self.days, self.seconds)

class timezone:
    def __init__(self, offset, name=None):
        self.offset = offset
    def __repr__(self):
        return 'datetime.timezone.utc'
    def __str__(self):
        return 'UTC'
timezone.utc = timezone(timedelta(0))
UTC = timezone.utc

def _days(year, month, day):
    year = year - (1 if month <= 2 else 0)
    era = year // 400
    rest = year - era * 400
    at = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + rest * 365 + rest // 4 - rest // 100 + at - 719468

class date:
    def __init__(self, year, month, day):
        self.year = year
        self.month = month
        self.day = day
    @classmethod
    def today(cls):
        now = _time.gmtime()
        return date(now[0], now[1], now[2])
    def _epoch(self):
        return _days(self.year, self.month, self.day) * 86400
    def weekday(self):
        return (_days(self.year, self.month, self.day) + 3) % 7
    def isoweekday(self):
        return self.weekday() + 1
    def strftime(self, pattern):
        return _time.strftime(pattern, _time.gmtime(self._epoch()))
    def isoformat(self):
        return '%04d-%02d-%02d' % (self.year, self.month, self.day)
    def __str__(self):
        return self.isoformat()
    def __repr__(self):
        return 'datetime.date(%d, %d, %d)' % (self.year, self.month, self.day)
    def __add__(self, delta):
        at = _time.gmtime(self._epoch() + delta.days * 86400)
        return date(at[0], at[1], at[2])
    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        return timedelta(seconds=self._epoch() - other._epoch())
    def __eq__(self, other):
        return self._epoch() == other._epoch()
    def __lt__(self, other):
        return self._epoch() < other._epoch()
    def __le__(self, other):
        return self._epoch() <= other._epoch()
    def __gt__(self, other):
        return self._epoch() > other._epoch()
    def __ge__(self, other):
        return self._epoch() >= other._epoch()

class datetime(date):
    def __init__(self, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None):
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
        self.tzinfo = tzinfo
    @classmethod
    def fromtimestamp(cls, seconds, tz=None):
        at = _time.gmtime(seconds)
        return datetime(at[0], at[1], at[2], at[3], at[4], at[5], int(seconds * 1000000) % 1000000, tz)
    @classmethod
    def utcfromtimestamp(cls, seconds):
        return datetime.fromtimestamp(seconds)
    @classmethod
    def now(cls, tz=None):
        return datetime.fromtimestamp(_time.time(), tz)
    @classmethod
    def utcnow(cls):
        return datetime.fromtimestamp(_time.time())
    @classmethod
    def fromisoformat(cls, text):
        head, _, tail = text.replace('T', ' ').partition(' ')
        year, month, day = head.split('-')
        zone = timezone.utc if tail.endswith('Z') or '+' in tail else None
        tail = tail.rstrip('Z').split('+')[0] or '0:0:0'
        parts = tail.split(':')
        second, _, fraction = (parts[2] if len(parts) > 2 else '0').partition('.')
        return datetime(int(year), int(month), int(day), int(parts[0]), int(parts[1]), int(second), int((fraction + '000000')[:6]), zone)
    def _epoch(self):
        return _days(self.year, self.month, self.day) * 86400 + self.hour * 3600 + self.minute * 60 + self.second + self.microsecond / 1000000
    def timestamp(self):
        return float(self._epoch())
    def date(self):
        return date(self.year, self.month, self.day)
    def replace(self, **values):
        made = datetime(self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond, self.tzinfo)
        for name, value in values.items():
            setattr(made, name, value)
        return made
    def astimezone(self, tz=None):
        return self.replace(tzinfo=tz or timezone.utc)
    def strftime(self, pattern):
        pattern = pattern.replace('%f', '%06d' % self.microsecond)
        return _time.strftime(pattern, _time.gmtime(self._epoch()))
    def isoformat(self, sep='T', timespec='auto'):
        text = '%04d-%02d-%02d%s%02d:%02d:%02d' % (self.year, self.month, self.day, sep, self.hour, self.minute, self.second)
        if timespec == 'milliseconds':
            text = text + '.%03d' % (self.microsecond // 1000)
        elif self.microsecond and timespec != 'seconds':
            text = text + '.%06d' % self.microsecond
        return text + ('+00:00' if self.tzinfo else '')
    def __str__(self):
        return self.isoformat(' ')
    def __repr__(self):
        return 'datetime.datetime(%d, %d, %d, %d, %d)' % (self.year, self.month, self.day, self.hour, self.minute)
    def __add__(self, delta):
        return datetime.fromtimestamp(self._epoch() + delta.total_seconds(), self.tzinfo)
    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        return timedelta(microseconds=int((self._epoch() - other._epoch()) * 1000000))
`;
