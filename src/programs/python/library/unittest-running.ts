/** The part of unittest that finds tests, runs them and prints the result. */

export const UNITTEST_RUNNING = `
class TestResult:
    def __init__(self, stream=None, descriptions=None, verbosity=None):
        self.failures = []
        self.errors = []
        self.skipped = []
        self.expectedFailures = []
        self.unexpectedSuccesses = []
        self.testsRun = 0
        self.shouldStop = False
        self.failfast = False
        self._titles = []
    def startTest(self, test):
        self.testsRun += 1
    def addSuccess(self, test): pass
    def addSkip(self, test, reason):
        self.skipped.append((test, reason))
    def addExpectedFailure(self, test, error):
        self.expectedFailures.append((test, str(error)))
    def addUnexpectedSuccess(self, test):
        self.unexpectedSuccesses.append(test)
    def stop(self):
        self.shouldStop = True
    def _failed(self, title, test, text):
        self.failures.append((test, text))
        self._titles.append(('FAIL', title, text))
        self.shouldStop = self.shouldStop or self.failfast
    def _erred(self, title, test, text):
        self.errors.append((test, text))
        self._titles.append(('ERROR', title, text))
        self.shouldStop = self.shouldStop or self.failfast
    def wasSuccessful(self):
        return not (self.failures or self.errors or self.unexpectedSuccesses)

class TextTestResult(TestResult):
    def __init__(self, stream, descriptions, verbosity):
        super().__init__()
        self._stream = stream
        self._shows_names = verbosity > 1
        self._shows_dots = verbosity == 1
    def _mark(self, dot, word):
        if self._shows_names:
            self._stream.write(word + '\\n')
        elif self._shows_dots:
            self._stream.write(dot)
    def startTest(self, test):
        super().startTest(test)
        if self._shows_names:
            self._stream.write(str(test) + ' ... ')
    def addSuccess(self, test):
        self._mark('.', 'ok')
    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._mark('s', 'skipped ' + repr(reason))
    def addExpectedFailure(self, test, error):
        super().addExpectedFailure(test, error)
        self._mark('x', 'expected failure')
    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._mark('u', 'unexpected success')
    def _failed(self, title, test, text):
        super()._failed(title, test, text)
        self._mark('F', 'FAIL')
    def _erred(self, title, test, text):
        super()._erred(title, test, text)
        self._mark('E', 'ERROR')

class TestSuite:
    def __init__(self, tests=()):
        self._tests = list(tests)
    def addTest(self, test):
        self._tests.append(test)
    def addTests(self, tests):
        for test in tests:
            self.addTest(test)
    def countTestCases(self):
        return sum([test.countTestCases() for test in self._tests])
    def __iter__(self):
        return iter(self._tests)
    def run(self, result):
        known = None
        for test in self._tests:
            if result.shouldStop:
                break
            if isinstance(test, TestSuite):
                test.run(result)
                continue
            if type(test) is not known:
                if known is not None:
                    known.tearDownClass()
                known = type(test)
                known.setUpClass()
            test.run(result)
        if known is not None:
            known.tearDownClass()
        return result
    __call__ = run

class TestLoader:
    testMethodPrefix = 'test'
    def getTestCaseNames(self, cls):
        names = set()
        for base in cls.__mro__:
            names.update([name for name in vars(base) if name.startswith(self.testMethodPrefix) and callable(vars(base)[name])])
        return sorted(names)
    def loadTestsFromTestCase(self, cls):
        return TestSuite([cls(name) for name in self.getTestCaseNames(cls)])
    def loadTestsFromModule(self, module):
        found = [vars(module)[name] for name in sorted(vars(module))]
        classes = [each for each in found if isinstance(each, type) and issubclass(each, TestCase) and each not in (TestCase, IsolatedAsyncioTestCase)]
        return TestSuite([self.loadTestsFromTestCase(each) for each in classes])
    def loadTestsFromName(self, name, module=None):
        parts = name.split('.')
        if module is None:
            module = __import__(parts.pop(0))
        found = module
        owner = None
        for part in parts:
            owner, found = found, getattr(found, part)
        if found is module:
            return self.loadTestsFromModule(module)
        return self.loadTestsFromTestCase(found) if isinstance(found, type) else TestSuite([owner(parts[-1])])
    def discover(self, start_dir, pattern='test*.py', top_level_dir=None):
        import fnmatch, os
        sys.path.insert(0, start_dir)
        names = [name for name in sorted(os.listdir(start_dir)) if fnmatch.fnmatch(name, pattern)]
        return TestSuite([self.loadTestsFromName(name[:-3]) for name in names])

defaultTestLoader = TestLoader()

class TextTestRunner:
    def __init__(self, stream=None, descriptions=True, verbosity=1, failfast=False, buffer=False):
        self.stream = stream or sys.stderr
        self.verbosity = verbosity
        self.failfast = failfast
    def run(self, test):
        result = TextTestResult(self.stream, True, self.verbosity)
        result.failfast = self.failfast
        start = time.perf_counter()
        test.run(result)
        took = time.perf_counter() - start
        if self.verbosity > 0:
            self.stream.write('\\n')
        for kind in ('ERROR', 'FAIL'):
            for each, title, text in result._titles:
                if each == kind:
                    self.stream.write('=' * 70 + '\\n' + kind + ': ' + title + '\\n' + '-' * 70 + '\\n' + text + '\\n')
        count = result.testsRun
        self.stream.write('-' * 70 + '\\nRan ' + str(count) + ' test' + ('' if count == 1 else 's') + ' in ' + '%.3f' % took + 's\\n\\n')
        counts = [('failures', result.failures), ('errors', result.errors), ('skipped', result.skipped),
                  ('expected failures', result.expectedFailures), ('unexpected successes', result.unexpectedSuccesses)]
        shown = ', '.join([name + '=' + str(len(each)) for name, each in counts if each])
        verdict = 'OK' if result.wasSuccessful() else 'FAILED'
        self.stream.write(verdict + (' (' + shown + ')' if shown else '') + '\\n')
        return result

class _Program:
    def __init__(self, module='__main__', defaultTest=None, argv=None, testRunner=None, testLoader=defaultTestLoader, exit=True, verbosity=1, failfast=None):
        words = (argv or sys.argv)[1:]
        names = [word for word in words if not word.startswith('-')]
        verbosity = 2 if '-v' in words or '--verbose' in words else 0 if '-q' in words else verbosity
        runner = testRunner or TextTestRunner(verbosity=verbosity, failfast=bool(failfast) or '-f' in words)
        self.result = runner.run(self._tests(module, names, testLoader))
        if exit:
            sys.exit(0 if self.result.wasSuccessful() else 1)
    def _tests(self, module, names, loader):
        if module is None:
            if not names or names[0] == 'discover':
                return loader.discover(names[1] if len(names) > 1 else '.')
            return TestSuite([loader.loadTestsFromName(name[:-3] if name.endswith('.py') else name) for name in names])
        module = __import__(module) if isinstance(module, str) else module
        if names:
            return TestSuite([loader.loadTestsFromName(name, module) for name in names])
        return loader.loadTestsFromModule(module)

main = _Program
`;
