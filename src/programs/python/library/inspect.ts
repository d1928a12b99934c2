/** inspect: the questions about kinds of functions and values. */

export const INSPECT = `
from _inspect import iscoroutinefunction, isgeneratorfunction, isasyncgenfunction

def iscoroutine(value):
    return type(value).__name__ in ('coroutine', 'coroutine_wrapper')
def isgenerator(value):
    return type(value).__name__ == 'generator'
def isasyncgen(value):
    return type(value).__name__ == 'async_generator'
def isawaitable(value):
    return iscoroutine(value) or hasattr(value, '__await__')
def isfunction(value):
    return type(value).__name__ == 'function'
def ismethod(value):
    return type(value).__name__ == 'method'
def isclass(value):
    return isinstance(value, type)
def ismodule(value):
    return type(value).__name__ == 'module'
`;
