"""The lanes as one SVG picture on the folded axis, light or dark as its reader's screen is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from server.trace.causes import CAUSES, CODES
from server.trace.durations import duration
from server.trace.fold import Axis
from server.trace.infer import explained
from server.trace.lanes import ORDER_SYSTEM
from server.trace.recording import Recording
from server.trace.rows import STATES, Lane
from server.trace.stats import Stats
from server.trace.timeline import Timeline

HEAD, WIDTH, ROW, MARGIN = 168, 1180, 22, 14
TOP = 58
SPANS_MAX = 20_000
_CHAR = 5.9  # of the small font, in pixels, a little more than it is
_GROUPS = {"cpu": "CPUS", "timer": "TIMERS", "task": "TASKS"}
_CONTROL = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LEGEND = {
    "running": "running",
    "task": "task",
    "runnable": "runnable",
    "sleeping": "sleeping",
    "blocked": "blocked",
    "queued": "on the worklist",
    "held": "inactive",
    "armed": "timer",
    "hardirq": "irq",
    "softirq": "softirq",
    "cancelled": "cancelled",
    "open": "left open by Linux",
}
_STYLE = """
svg{--panel:#fff;--line:#ebebe6;--ink:#1b1d1f;--ink2:#4d5257;--ink3:#686d72;--running:#0b6b49;--sleeping:#5fa98c;
--runnable:#b36b00;--blocked:#c8472b;--held:#94598a;--irq:#2a2d31;--task:#5b6b96;--timer:#0b5cad;background:var(--panel)}
@media(prefers-color-scheme:dark){svg{--panel:#191c1f;--line:#2f3439;--ink:#e9ebec;--ink2:#b4babf;--ink3:#8f979e;
--running:#5fdcae;--sleeping:#3f8a6e;--runnable:#f0b429;--blocked:#f07f66;--held:#c79ac0;--irq:#d9dcdf;--task:#8ea0d0;
--timer:#76b7f2}}
text{font:11px ui-monospace,Menlo,Consolas,monospace;fill:var(--ink2)}.n{font:12px system-ui,sans-serif;fill:var(--ink)}
.g{font:600 10.5px system-ui,sans-serif;letter-spacing:.05em;fill:var(--ink3)}.t{font:600 13px system-ui,sans-serif;
fill:var(--ink)}.l{font:10.5px system-ui,sans-serif;fill:var(--ink);paint-order:stroke;stroke:var(--panel);
stroke-width:3px}.running{fill:var(--running)}.task{fill:var(--task)}.runnable{fill:var(--runnable)}.sleeping{
fill:var(--sleeping)}.blocked{fill:var(--blocked)}.hardirq,.softirq{fill:var(--irq)}.held{fill:url(#h);
stroke:var(--held)}.queued{fill:var(--panel);stroke:var(--runnable);stroke-dasharray:3 2}.armed{stroke:var(--timer);
stroke-width:1.5;stroke-dasharray:2 3}.cancelled{stroke:var(--ink);stroke-width:1.5}.cut{stroke:var(--panel);
stroke-width:4;fill:none}.r{stroke:var(--line)}
.p{stroke:var(--blocked);stroke-width:1.5}.open{fill:none;stroke:var(--ink);stroke-dasharray:1.5 2.5}
"""


def write(recording: Recording, at_ns: int = -1) -> Iterator[bytes]:
    """One file, without anything from elsewhere; with the playhead at `at_ns` since boot, where it is given."""
    recording = explained(recording)
    timeline = Timeline(recording)
    timeline.feed()
    yield "".join(_Picture(timeline, at_ns).parts()).encode()


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "") -> str:
    words = escape(_CONTROL.sub("·", text))
    kind = f' class="{css}"' if css else ""
    end = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}{end}>{words}</text>\n'


class _Picture:
    def __init__(self, timeline: Timeline, at_ns: int = -1) -> None:
        self.timeline = timeline
        self.at_ns = at_ns
        self.rows = timeline.rows
        self.recording = timeline.recording
        self.lanes = self.rows.current_lanes()
        spans = self.rows.spans
        self.by_lane: dict[int, list[int]] = {}
        for span in range(min(len(spans), SPANS_MAX)):
            lane = self.lanes.get(spans.lane[span])
            if lane and lane.order < ORDER_SYSTEM and STATES[spans.state[span]] != "idle":
                self.by_lane.setdefault(spans.lane[span], []).append(span)
        shown = [span for members in self.by_lane.values() for span in members]
        times = [spans.start[s] for s in shown] + [self._end(s) for s in shown]
        self.axis = Axis(times, WIDTH - HEAD)
        self.states: set[str] = set()
        self.labels: list[str] = []  # above the cuts
        self.chips = self._chips()
        self.open = self.recording.opens.by_span() if self.recording.opens else {}

    def _chips(self) -> dict[int, str]:
        """What each waiting span waits for; where there are several causes, for the longest."""
        waits, longest, chips = self.rows.waits, dict[int, int](), dict[int, str]()
        for wait, span in enumerate(waits.span):
            end = waits.end[wait] if waits.end[wait] >= 0 else self.timeline.t_ns
            length = end - waits.start[wait]
            if length > longest.get(span, -1):
                longest[span], chips[span] = length, CAUSES[CODES[waits.cause[wait]]].chip
        return chips

    def _end(self, span: int) -> int:
        end = self.rows.spans.end[span]
        return end if end >= 0 else self.timeline.t_ns

    def _x(self, t_ns: int) -> float:
        return HEAD + self.axis.x(t_ns)

    def parts(self) -> Iterator[str]:
        """The file, from its head to its end."""
        body, height = self._lanes()
        width = HEAD + self.axis.width + 2 * MARGIN
        header = self.recording.header
        yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height + 44}" width="{width:.0f}">\n'
        yield f"<title>{escape(header.module)}: what ran where, and what waited</title>\n<style>{_STYLE}</style>\n"
        yield '<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        yield '<rect width="2.6" height="6" style="fill:var(--held)"/></pattern></defs>\n'
        kind = "simulated" if header.time_base == "simulated" else "measured on"
        yield _text(MARGIN, 22, header.module or "trace", "t")
        yield _text(HEAD, 22, f"{kind} {header.kernel} · {Stats(self.timeline).summary()}")
        yield from self._ruler(height)
        yield from body
        yield from self._cuts(height)
        yield from self.labels
        yield from self._playhead(height)
        yield from self._legend(height + 28)
        yield "</svg>\n"

    def _ruler(self, height: float) -> Iterator[str]:
        """Times in ms where a stretch of activity begins, as far as there is room."""
        free, origin_ns = float(HEAD), self.recording.origin()
        starts = [self.axis.knots[0], *(cut.end_ns for cut in self.axis.cuts)]
        for i, t_ns in enumerate(starts):
            x = self._x(t_ns)
            label = f"{round((t_ns - origin_ns) / 1e6):,}" + (" ms" if i == 0 else "")
            if x >= free:
                yield f'<path class="r" d="M{x:.1f} {TOP - 14}V{height}"/>' + _text(x + 3, TOP - 18, label)
                free = x + 7 * len(label) + 10

    def _playhead(self, height: float) -> Iterator[str]:
        if self.at_ns >= 0:
            x = min(max(self._x(self.at_ns), HEAD), HEAD + self.axis.width)
            label = duration(max(self.at_ns - self.recording.origin(), 0))
            last = x > HEAD + self.axis.width - 80  # there is no room for it on the right
            yield f'<path class="p" d="M{x:.1f} {TOP - 12}V{height}"/>'
            yield _text(x - 4 if last else x + 4, height + 2, label, "l", "end" if last else "")

    def _cuts(self, height: float) -> Iterator[str]:
        for cut in self.axis.cuts:
            x = HEAD + cut.x + cut.width / 2
            zigzag = "".join(f"l{-4 if i % 2 else 4} 11" for i in range(int((height - TOP) // 11)))
            yield f'<path class="cut" d="M{x - 2:.1f} {TOP}{zigzag}"/>'
            label = duration(cut.end_ns - cut.start_ns)
            if cut.width > len(label) * _CHAR:
                yield _text(x, TOP - 4, label, anchor="middle")

    def _lanes(self) -> tuple[list[str], float]:
        out: list[str] = []
        y = float(TOP)
        children: dict[int, list[Lane]] = {}
        for lane in self.lanes.values():
            children.setdefault(lane.parent, []).append(lane)
        group = ""
        for lane in sorted(children.get(-1, []), key=lambda n: (n.order, n.id)):
            below = sorted(children.get(lane.id, []), key=lambda n: (n.order, n.id))
            below = [child for child in below if child.id in self.by_lane]
            if lane.kind == "pool" and below:
                self.labels.append(_text(MARGIN, y + 16, f"{lane.name} · {lane.sub}".upper(), "g"))
                y += ROW
            elif lane.kind != "pool" and lane.id in self.by_lane:
                below = [lane]
                if _GROUPS[lane.kind] != group:
                    group = _GROUPS[lane.kind]
                    self.labels.append(_text(MARGIN, y + 16, group, "g"))
                    y += ROW
            for child in below:
                out += self._lane(child, y)
                y += ROW
        return out, y + 6

    def _lane(self, lane: Lane, y: float) -> Iterator[str]:
        name = "inactive" if lane.kind == "held" else lane.name
        yield _text(MARGIN, y + 15, name, "n") + _text(
            HEAD - 8, y + 15, lane.sub if lane.pid >= 0 else "", anchor="end"
        )
        yield f'<path class="r" d="M0 {y + ROW:.1f}H{HEAD + self.axis.width + 2 * MARGIN:.0f}"/>\n'
        free = 0.0
        for span in self.by_lane.get(lane.id, []):
            x, end = self._x(self.rows.spans.start[span]), self._x(self._end(span))
            width = max(end - x, 2.0)
            yield self._bar(lane, span, x, y, width)
            label = self._label(lane, span)
            if label and x + 3 >= free and len(label) * _CHAR < width:
                self.labels.append(_text(x + 3, y + (15 if self._is_tall(span) else 10), label, "l"))
                free = x + len(label) * _CHAR

    def _is_tall(self, span: int) -> bool:
        return STATES[self.rows.spans.state[span]] not in ("sleeping", "blocked", "armed")

    def _bar(self, lane: Lane, span: int, x: float, y: float, width: float) -> str:
        spans = self.rows.spans
        state = STATES[spans.state[span]]
        if state == "running" and spans.item[span] < 0 and lane.kind != "worker":
            state = "task"
        self.states.add(state)
        title = f"<title>{escape(_CONTROL.sub('·', self._told(span)))}</title>"
        if state == "armed":
            return f'<path class="armed" d="M{x:.1f} {y + 13}h{width:.1f}m0 -8v14">{title}</path>\n'
        if state == "cancelled":
            return f'<path class="cancelled" d="M{x - 4:.1f} {y + 6}l8 9m0 -9l-8 9">{title}</path>\n'
        top, height = {"sleeping": (12, 6), "blocked": (12, 6), "queued": (5, 12), "held": (6, 11)}.get(state, (3, 16))
        box = f'x="{x:.1f}" y="{y + top}" width="{width:.1f}" height="{height}"'
        bar = f'<rect class="{state}" {box}>{title}</rect>\n'
        if span not in self.open:
            return bar
        self.states.add("open")
        return f'{bar}<rect class="open" x="{x - 2:.1f}" y="{y + 1}" width="{width + 4:.1f}" height="20"/>\n'

    def _name(self, span: int) -> str:
        item, task = self.rows.spans.item[span], self.rows.spans.task[span]
        if item >= 0:
            return self.recording.objects[self.rows.items.object[item]].name
        return self.recording.tasks[task].comm if task >= 0 else ""

    def _told(self, span: int) -> str:
        spans = self.rows.spans
        length = duration(self._end(span) - spans.start[span])
        chip = f": {self.chips[span]}" if span in self.chips else ""
        left = "".join(f"\n{fact.text}" for fact in self.open.get(span, ()))
        return f"{self._name(span)} {STATES[spans.state[span]]} {length}{chip}".strip() + left

    def _label(self, lane: Lane, span: int) -> str:
        """The item first, then what it does."""
        state = STATES[self.rows.spans.state[span]]
        if state in ("hardirq", "softirq", "cancelled") or (lane.kind == "worker" and self.rows.spans.item[span] < 0):
            return ""
        chip = self.chips.get(span, "")
        return f"{self._name(span)} · {chip}" if chip and state != "running" else self._name(span)

    def _legend(self, y: float) -> Iterator[str]:
        x = float(MARGIN)
        for state, words in _LEGEND.items():
            if state not in self.states:
                continue
            if state in ("armed", "cancelled"):
                yield f'<path class="{state}" d="M{x} {y - 4}h14"/>'
            else:
                yield f'<rect class="{state}" x="{x}" y="{y - 9}" width="14" height="9"/>'
            yield _text(x + 19, y, words)
            x += 32 + 7 * len(words)
