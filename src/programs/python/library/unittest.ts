/** unittest in Python: cases, suites, the loader and the runner of texts. Fixtures of modules do not exist. */

export const UNITTEST = `
import re, sys, time
from _traceback import format_without as _format_without

class SkipTest(Exception): pass

def skip(reason):
    def decorate(thing):
        thing.__unittest_skip__ = reason
        return thing
    return decorate

def skipIf(condition, reason=''):
    return skip(reason) if condition else lambda thing: thing

def skipUnless(condition, reason=''):
    return skipIf(not condition, reason)

def expectedFailure(function):
    function.__unittest_expecting_failure__ = True
    return function

class _Raises:
    def __init__(self, case, types, pattern):
        self._case = case
        self._types = types
        self._pattern = pattern
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        if kind is None:
            types = self._types if isinstance(self._types, tuple) else (self._types,)
            self._case.fail(' or '.join([each.__name__ for each in types]) + ' not raised')
        if not issubclass(kind, self._types):
            return False
        self.exception = value
        if self._pattern is not None and not re.search(self._pattern, str(value)):
            self._case.fail('"' + str(self._pattern) + '" does not match "' + str(value) + '"')
        return True

class _SubTest:
    def __init__(self, case, message, values):
        self._case = case
        self._title = ('[' + message + '] ' if message else '') + '(' + ', '.join([name + '=' + repr(values[name]) for name in values]) + ')'
    def __enter__(self):
        return self
    def __exit__(self, kind, value, traceback):
        if kind is None or not issubclass(kind, Exception):
            return False
        self._case._report(value, str(self._case) + ' ' + self._title)
        self._case._sub_failed = True
        return True

class TestCase:
    failureException = AssertionError
    maxDiff = 640
    def __init__(self, methodName='runTest'):
        self._testMethodName = methodName
        self._cleanups = []
        self._sub_failed = False
    @classmethod
    def setUpClass(cls): pass
    @classmethod
    def tearDownClass(cls): pass
    def setUp(self): pass
    def tearDown(self): pass
    def id(self):
        return type(self).__module__ + '.' + type(self).__name__ + '.' + self._testMethodName
    def __str__(self):
        return self._testMethodName + ' (' + self.id() + ')'
    def shortDescription(self):
        return None
    def countTestCases(self):
        return 1
    def addCleanup(self, function, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))
    def doCleanups(self):
        while self._cleanups:
            function, args, kwargs = self._cleanups.pop()
            function(*args, **kwargs)
    def skipTest(self, reason):
        raise SkipTest(reason)
    def subTest(self, msg=None, **values):
        return _SubTest(self, msg, values)
    def _report(self, error, title=None):
        text = _format_without(error, __file__)
        if isinstance(error, self.failureException):
            self._result._failed(title or str(self), self, text)
        else:
            self._result._erred(title or str(self), self, text)
    def run(self, result=None):
        result = result if result is not None else TestResult()
        self._result = result
        method = getattr(self, self._testMethodName)
        function = vars(type(self)).get(self._testMethodName, method)
        result.startTest(self)
        reason = getattr(type(self), '__unittest_skip__', getattr(function, '__unittest_skip__', None))
        if reason is not None:
            result.addSkip(self, reason)
            return result
        expects = getattr(function, '__unittest_expecting_failure__', False)
        ended = False
        try:
            self.setUp()
            try:
                self._call(method)
                ended = not self._sub_failed
            finally:
                self.tearDown()
        except SkipTest as error:
            result.addSkip(self, str(error))
            ended = False
        except Exception as error:
            ended = False
            if expects:
                result.addExpectedFailure(self, error)
            else:
                self._report(error)
        else:
            if expects:
                ended = False
                result.addUnexpectedSuccess(self)
        try:
            self.doCleanups()
        except Exception as error:
            ended = False
            self._report(error)
        if ended:
            result.addSuccess(self)
        return result
    def _call(self, method):
        method()
    __call__ = run
    def fail(self, msg=None):
        raise self.failureException(msg)
    def _check(self, holds, standard, msg):
        if not holds:
            self.fail(standard if msg is None else standard + ' : ' + str(msg))
    def assertTrue(self, value, msg=None):
        self._check(value, repr(value) + ' is not true', msg)
    def assertFalse(self, value, msg=None):
        self._check(not value, repr(value) + ' is not false', msg)
    def assertEqual(self, first, second, msg=None):
        self._check(first == second, self._unequal(first, second), msg)
    def _unequal(self, first, second):
        standard = repr(first) + ' != ' + repr(second)
        if type(first) is not type(second):
            return standard
        if isinstance(first, str) and '\\n' not in first + second:
            return standard + '\\n' + _difference(first, second)
        return standard
    def assertNotEqual(self, first, second, msg=None):
        self._check(first != second, repr(first) + ' == ' + repr(second), msg)
    assertListEqual = assertTupleEqual = assertDictEqual = assertSetEqual = assertSequenceEqual = assertEqual
    assertMultiLineEqual = assertEqual
    def assertIs(self, first, second, msg=None):
        self._check(first is second, repr(first) + ' is not ' + repr(second), msg)
    def assertIsNot(self, first, second, msg=None):
        self._check(first is not second, 'unexpectedly identical: ' + repr(first), msg)
    def assertIsNone(self, value, msg=None):
        self._check(value is None, repr(value) + ' is not None', msg)
    def assertIsNotNone(self, value, msg=None):
        self._check(value is not None, 'unexpectedly None', msg)
    def assertIn(self, member, container, msg=None):
        self._check(member in container, repr(member) + ' not found in ' + repr(container), msg)
    def assertNotIn(self, member, container, msg=None):
        self._check(member not in container, repr(member) + ' unexpectedly found in ' + repr(container), msg)
    def assertIsInstance(self, value, kind, msg=None):
        self._check(isinstance(value, kind), repr(value) + ' is not an instance of ' + repr(kind), msg)
    def assertNotIsInstance(self, value, kind, msg=None):
        self._check(not isinstance(value, kind), repr(value) + ' is an instance of ' + repr(kind), msg)
    def assertGreater(self, a, b, msg=None):
        self._check(a > b, repr(a) + ' not greater than ' + repr(b), msg)
    def assertGreaterEqual(self, a, b, msg=None):
        self._check(a >= b, repr(a) + ' not greater than or equal to ' + repr(b), msg)
    def assertLess(self, a, b, msg=None):
        self._check(a < b, repr(a) + ' not less than ' + repr(b), msg)
    def assertLessEqual(self, a, b, msg=None):
        self._check(a <= b, repr(a) + ' not less than or equal to ' + repr(b), msg)
    def assertAlmostEqual(self, first, second, places=7, msg=None, delta=None):
        if first == second:
            return
        apart = abs(first - second)
        if delta is not None:
            self._check(apart <= delta, repr(first) + ' != ' + repr(second) + ' within ' + repr(delta) + ' delta (' + repr(apart) + ' difference)', msg)
        else:
            self._check(round(apart, places) == 0, repr(first) + ' != ' + repr(second) + ' within ' + str(places) + ' places (' + repr(apart) + ' difference)', msg)
    def assertNotAlmostEqual(self, first, second, places=7, msg=None):
        self._check(round(abs(first - second), places) != 0, repr(first) + ' == ' + repr(second) + ' within ' + str(places) + ' places', msg)
    def assertCountEqual(self, first, second, msg=None):
        rest = list(second)
        same = len(list(first)) == len(rest)
        for item in first:
            if item in rest:
                rest.remove(item)
            else:
                same = False
        self._check(same and not rest, 'Element counts were not equal:', msg)
    def assertRegex(self, text, pattern, msg=None):
        self._check(re.search(pattern, text), "Regex didn't match: " + repr(pattern) + ' not found in ' + repr(text), msg)
    def assertNotRegex(self, text, pattern, msg=None):
        self._check(not re.search(pattern, text), 'Regex matched: ' + repr(pattern) + ' matches in ' + repr(text), msg)
    def assertRaises(self, types, *args, **kwargs):
        return self._raising(_Raises(self, types, None), args, kwargs)
    def assertRaisesRegex(self, types, pattern, *args, **kwargs):
        return self._raising(_Raises(self, types, pattern), args, kwargs)
    def _raising(self, context, args, kwargs):
        if not args:
            return context
        with context:
            args[0](*args[1:], **kwargs)

def _difference(old, new):
    # Texts of one length that are alike are shown with marks below their differences.
    marks = ''
    same = [a == b for a, b in zip(old, new)]
    if len(old) == len(new) and (sum(same) + 1) / (len(old) + 1) >= 0.75:
        marks = '? ' + ''.join([' ' if each else '^' for each in same]).rstrip() + '\\n'
    return '- ' + old + '\\n' + marks + '+ ' + new + '\\n' + marks


class IsolatedAsyncioTestCase(TestCase):
    async def asyncSetUp(self): pass
    async def asyncTearDown(self): pass
    def _call(self, method):
        import asyncio
        async def steps():
            await self.asyncSetUp()
            try:
                made = method()
                if hasattr(made, '__await__'):
                    await made
            finally:
                await self.asyncTearDown()
        asyncio.run(steps())
`;
