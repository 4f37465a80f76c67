/** Small makers of elements, for panes that are made in the page. */

/**
 * @param {string} tag
 * @param {string} [name] class
 * @param {...(Node | string)} content
 */
export function make(tag, name = "", ...content) {
  const out = document.createElement(tag);
  if (name) out.className = name;
  out.append(...content);
  return out;
}

/** @param {string} text @param {() => void} act */
export function linkTo(text, act) {
  const link = document.createElement("button");
  link.type = "button";
  link.className = "link";
  link.textContent = text;
  link.addEventListener("click", act);
  return link;
}

/** @param {string} text @param {() => void} act @param {string} [name] */
export function button(text, act, name = "btn") {
  const out = linkTo(text, act);
  out.className = name;
  return out;
}

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {(Node | string)[][]} rows
 * @param {number} [numbers] how many columns at the right are numbers
 */
export function table(caption, heads, rows, numbers = 0) {
  const out = document.createElement("table");
  const isNumber = (/** @type {number} */ i) => numbers > 0 && i >= heads.length - numbers;
  out.className = "sheet";
  out.createCaption().textContent = caption;
  const head = heads.length ? out.createTHead().insertRow() : null;
  for (const [i, text] of heads.entries()) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = text;
    if (isNumber(i)) th.className = "n";
    head?.append(th);
  }
  const body = out.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const [i, content] of row.entries()) {
      const cell = line.insertCell();
      cell.append(content);
      if (isNumber(i)) cell.className = "n";
    }
  }
  return out;
}

/** Nodes with a separator between them. @param {(Node | string)[]} parts @param {string} [between] */
export function joined(parts, between = ", ") {
  const out = document.createElement("span");
  for (const [i, part] of parts.entries()) {
    if (i) out.append(between);
    out.append(part);
  }
  return out;
}

/** A sentence from the server, with what it has in backticks as code. @param {string} text @returns {(Node | string)[]} */
export function prose(text) {
  return text.split("`").map((part, i) => (i % 2 ? make("code", "", part) : part));
}
