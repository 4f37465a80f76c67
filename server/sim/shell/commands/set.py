"""`set`: the shell's flags."""

from __future__ import annotations

from server.sim.shell.command import Command, Report, Steps
from server.sim.shell.process import Process
from server.sim.shell.syntax import Word

LETTERS = {"e": "errexit", "u": "nounset", "x": "xtrace"}


def run(process: Process, words: list[str]) -> Steps:
    """`-e` ends the session at the first failure, `-u` at an unset variable, `-x` shows commands; `+` switches off."""
    sh = process.shell
    rest = words[1:]
    if not rest:
        return (yield from process.out("".join(f"{k}='{v}'\n" for k, v in sorted(sh.variables.items()))))
    while rest:
        word = rest.pop(0)
        names = [LETTERS.get(c, "") for c in word[1:]]
        if word in ("-o", "+o"):
            names = [rest.pop(0) if rest else ""]
        if word[:1] not in ("-", "+") or not names or any(name not in sh.flags for name in names):
            yield from process.err(f"sh: set: illegal option {word}\n")
            return 2
        for name in names:
            sh.flags[name] = word[0] == "-"
    return 0


def check(words: list[Word], report: Report) -> None:
    """Flags that the session's shell does not have."""
    after_o = False
    for word in words[1:]:
        text = word.text()
        if text is None:
            continue
        known = text in LETTERS.values() if after_o else text[:1] in ("-", "+") and len(text) > 1
        known = known and (after_o or text[1:] == "o" or all(c in LETTERS for c in text[1:]))
        if not known:
            report(word, f'set has no option "{text}" here', f"usage: {COMMAND.usage}")
        after_o = text in ("-o", "+o")


COMMAND = Command(
    run,
    "set [-eux] [+eux] [-o errexit|nounset|xtrace]",
    "Switches the shell's flags.",
    options=None,
    inside=True,
    check=check,
)
