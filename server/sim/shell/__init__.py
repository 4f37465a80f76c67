"""The session's shell: a subset of POSIX sh whose commands run as simulated tasks.

`parse` turns a script into a tree and reports all faults before time starts; `session` and `action_task` are the
bodies of the two shell tasks that every run has. The grammar stands in `docs/session.md`.
"""
