"""The session's commands, one file each: a `COMMAND` and the generator that runs it."""
