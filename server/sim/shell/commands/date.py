"""`date`: the machine's clock, which starts at a fixed time."""

from __future__ import annotations

from server.sim.shell.command import Command, Steps
from server.sim.shell.process import Process

BOOT_DAYS = 20_089  # since 1970: every simulated machine boots on Wednesday, 1 January 2025, 00:00 UTC
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")


def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day since 1970."""
    era_day = days + 719_468
    era, doe = divmod(era_day, 146_097)
    yoe = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def clock(t_ns: int, form: str) -> str:
    """A time since boot in strftime's format."""
    seconds = BOOT_DAYS * 86_400 + t_ns // 1_000_000_000
    days, rest = divmod(seconds, 86_400)
    year, month, day = civil(days)
    hour, minute, second = rest // 3600, rest // 60 % 60, rest % 60
    values = {
        "s": str(seconds),
        "N": f"{t_ns % 1_000_000_000:09d}",
        "Y": str(year),
        "m": f"{month:02d}",
        "d": f"{day:02d}",
        "e": f"{day:2d}",
        "H": f"{hour:02d}",
        "M": f"{minute:02d}",
        "S": f"{second:02d}",
        "y": f"{year % 100:02d}",
        "F": f"{year}-{month:02d}-{day:02d}",
        "T": f"{hour:02d}:{minute:02d}:{second:02d}",
        "R": f"{hour:02d}:{minute:02d}",
        "a": DAYS[days % 7],
        "b": MONTHS[month - 1],
        "h": MONTHS[month - 1],
        "Z": "UTC",
        "z": "+0000",
        "n": "\n",
        "t": "\t",
        "%": "%",
        "j": f"{days - (civil_day(year)):03d}",
        "u": str((days + 3) % 7 + 1),
    }
    out = []
    at = 0
    while at < len(form):
        c = form[at]
        if c == "%" and form[at + 1 : at + 2] in values and form[at + 1 : at + 2]:
            out.append(values[form[at + 1]])
            at += 1
        else:
            out.append(c)
        at += 1
    return "".join(out)


def civil_day(year: int) -> int:
    """The day before 1 January of a year, since 1970."""
    before = year - 1
    return 365 * (year - 1970) + before // 4 - before // 100 + before // 400 - 477 - 1


def run(process: Process, words: list[str]) -> Steps:
    """The time now, in a format if `+FORMAT` is given."""
    options = yield from process.options(words[1:])
    if options is None:
        return 1
    form = "%a %b %e %H:%M:%S %Z %Y"
    for operand in options.operands:
        if not operand.startswith("+"):
            return (yield from process.complain(f"invalid date '{operand}'"))
        form = operand[1:]
    yield from process.spend(process.k.cost("syscall"))
    return (yield from process.out(clock(process.k.cx.now, form) + "\n"))


COMMAND = Command(
    run,
    "date [+FORMAT]",
    "Says the time; the machine boots on 1 January 2025, 00:00 UTC.",
    options="u",
    operands=(0, 1),
)
