/** Lanes by drag and drop, within their group, with mouse or pen; the menu of a lane and Alt with the arrows do the same. */

const FROM_PX = 5;

/** The lanes of a head's group, in order. @param {HTMLElement} head @returns {HTMLElement[]} */
export function siblings(head) {
  const all = /** @type {HTMLElement[]} */ ([...(head.parentElement?.querySelectorAll(".lane") ?? [])]);
  return all.filter((lane) => lane.dataset.group === head.dataset.group);
}

/**
 * @param {HTMLElement} root the lane heads
 * @param {(head: HTMLElement, by: number) => void} move
 */
export function bindLaneDrag(root, move) {
  const mark = document.createElement("i");
  mark.className = "drop";
  mark.hidden = true;
  root.after(mark);
  root.addEventListener("pointerdown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const head = /** @type {HTMLElement | null} */ (target.closest(".lane"));
    if (!head || target.closest(".more") || event.button !== 0 || event.pointerType === "touch") return;
    const lanes = siblings(head);
    const own = lanes.indexOf(head);
    const top = root.getBoundingClientRect().top;
    let to = -1;
    const moved = (/** @type {PointerEvent} */ e) => {
      if (to < 0 && Math.abs(e.clientY - event.clientY) < FROM_PX) return;
      const y = e.clientY - top;
      to = lanes.filter((lane) => y > lane.offsetTop + lane.offsetHeight / 2).length;
      const last = lanes[lanes.length - 1];
      mark.style.top = `${to < lanes.length ? lanes[to].offsetTop : last.offsetTop + last.offsetHeight}px`;
      mark.hidden = false;
      root.classList.add("dragging");
    };
    const end = (/** @type {PointerEvent} */ e) => {
      stop.abort();
      mark.hidden = true;
      root.classList.remove("dragging");
      if (to < 0 || e.type !== "pointerup") return;
      const by = to > own ? to - 1 - own : to - own;
      if (by) move(head, by);
    };
    const stop = new AbortController();
    const { signal } = stop;
    window.addEventListener("pointermove", moved, { signal });
    window.addEventListener("pointerup", end, { signal });
    window.addEventListener("pointercancel", end, { signal });
    window.addEventListener(
      "keydown",
      (e) => {
        if (e.key !== "Escape") return;
        e.preventDefault();
        to = -1;
        end(/** @type {any} */ (e));
      },
      { signal, capture: true },
    );
  });
}
