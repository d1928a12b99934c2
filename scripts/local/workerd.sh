#!/bin/sh
# Starts workerd so that it never outlives its starter: after a kill -9 of that, an orphan would keep the port.
# The watcher leaves workerd's pipes alone, or the starter would wait for their end.
(
  while kill -0 "$PPID" 2>/dev/null && kill -0 $$ 2>/dev/null; do sleep 1; done
  kill -9 $$ 2>/dev/null
) </dev/null >/dev/null 2>&1 3>&- &
exec "$SANDBAR_WORKERD" "$@"
