/** secrets, uuid and binascii in Python. */

export const SECRETS = `
import os, random
from hmac import compare_digest

def token_bytes(nbytes=None):
    return os.urandom(32 if nbytes is None else nbytes)
def token_hex(nbytes=None):
    return token_bytes(nbytes).hex()
def token_urlsafe(nbytes=None):
    import base64
    return base64.urlsafe_b64encode(token_bytes(nbytes)).decode().rstrip('=')
def randbelow(limit):
    if limit <= 0:
        raise ValueError('Upper bound must be positive.')
    return random.randrange(limit)
def choice(items):
    return random.choice(items)
def randbits(k):
    return random.randrange(2 ** k)
`;

export const BINASCII = `
import base64
class Error(ValueError): pass
def hexlify(data):
    return data.hex().encode()
def unhexlify(data):
    text = data if isinstance(data, str) else data.decode()
    if len(text) % 2:
        raise Error('Odd-length string')
    return bytes.fromhex(text)
b2a_hex, a2b_hex = hexlify, unhexlify
def b2a_base64(data, newline=True):
    return base64.b64encode(data) + (b'\\n' if newline else b'')
def a2b_base64(data):
    return base64.b64decode(data)
def crc32(data, value=0):
    crc = value ^ 0xffffffff
    for byte in data:
        crc = crc ^ byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xedb88320 if crc & 1 else 0)
    return crc ^ 0xffffffff
`;

export const UUID = `
import hashlib, os, time

class UUID:
    def __init__(self, hex=None, bytes=None, int=None, version=None):
        if hex is not None:
            digits = hex.replace('urn:', '').replace('uuid:', '').strip('{}').replace('-', '')
            if len(digits) != 32:
                raise ValueError('badly formed hexadecimal UUID string')
            int = _parse(digits, 16)
        elif bytes is not None:
            int = _parse(bytes.hex(), 16)
        if version is not None:
            int = int & ~(0xc000 << 48) | 0x8000 << 48
            int = int & ~(0xf000 << 64) | version << 76
        self.int = int
    @property
    def hex(self): return '%032x' % self.int
    @property
    def bytes(self): return bytes.fromhex(self.hex)
    @property
    def version(self): return self.int >> 76 & 15 if self.int >> 62 & 3 == 2 else None
    @property
    def urn(self): return 'urn:uuid:' + str(self)
    def __str__(self):
        digits = self.hex
        return digits[:8] + '-' + digits[8:12] + '-' + digits[12:16] + '-' + digits[16:20] + '-' + digits[20:]
    def __repr__(self): return "UUID('" + str(self) + "')"
    def __int__(self): return self.int
    def __eq__(self, other): return isinstance(other, UUID) and self.int == other.int
    def __lt__(self, other): return self.int < other.int
    def __hash__(self): return hash(self.int)

_parse = int

def uuid1(node=None, clock_seq=None):
    ticks = time.time_ns() // 100 + 0x01b21dd213814000
    rest = os.urandom(8).hex()
    head = '%08x%04x%04x' % (ticks & 0xffffffff, ticks >> 32 & 0xffff, ticks >> 48 & 0x0fff)
    return UUID(hex=head + rest, version=1)
def uuid4():
    return UUID(bytes=os.urandom(16), version=4)
def _named(digest, namespace, name, version):
    return UUID(bytes=digest(namespace.bytes + name.encode()).digest()[:16], version=version)
def uuid3(namespace, name): return _named(hashlib.md5, namespace, name, 3)
def uuid5(namespace, name): return _named(hashlib.sha1, namespace, name, 5)

NAMESPACE_DNS = UUID('6ba7b810-9dad-11d1-80b4-00c04fd430c8')
NAMESPACE_URL = UUID('6ba7b811-9dad-11d1-80b4-00c04fd430c8')
NAMESPACE_OID = UUID('6ba7b812-9dad-11d1-80b4-00c04fd430c8')
NAMESPACE_X500 = UUID('6ba7b814-9dad-11d1-80b4-00c04fd430c8')
`;
