/**
 * The dictionary that SPDY/3 compresses headers with: names and values with their lengths, and texts.
 * Source: SPDY protocol, draft 3.1, section 2.6.10.1
 */
import { bytesOf } from "../../../lib/bytes.ts";

/** `_` stands for a blank. */
const WORDS = (
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges " +
  "age allow authorization cache-control connection content-base content-encoding content-language " +
  "content-length content-location content-md5 content-range content-type date etag expect expires from " +
  "host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location " +
  "max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer " +
  "transfer-encoding upgrade user-agent vary via warning www-authenticate method get status 200_OK version " +
  "HTTP/1.1 url public set-cookie keep-alive origin"
).split(" ");

const TEXTS =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Author" +
  "itative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 No" +
  "t Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Au" +
  "g Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg," +
  "image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,def" +
  "late,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

/** 1,423 bytes, with the checksum e3c6a7c2. */
export const DICTIONARY: Uint8Array<ArrayBuffer> = bytesOf(
  WORDS.map((word) => `\0\0\0${String.fromCharCode(word.length)}${word.replace("_", " ")}`).join("") + TEXTS,
);
