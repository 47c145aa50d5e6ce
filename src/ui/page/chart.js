// Lines over a common x axis, as SVG: light, dark and printed by the page's own colours. Values are shown
// where one points, or with the arrow keys.

import { draw, make } from "/ui/elements.js";

const kWidth = 460, kHeight = 250, kLeft = 52, kRight = 450, kTop = 12, kBottom = 208;
const kMostPoints = 240;

/// At most `most` points: neighbours are replaced by their mean.
export function thinned(points, most = kMostPoints) {
  if (points.length <= most) return points;
  const result = [];
  for (let i = 0; i < most; ++i) {
    const begin = Math.floor((i * points.length) / most), end = Math.floor(((i + 1) * points.length) / most);
    let x = 0, y = 0;
    for (let j = begin; j < end; ++j) {
      x += points[j][0] / (end - begin);
      y += points[j][1] / (end - begin);
    }
    result.push([x, y]);
  }
  return result;
}

/// 1, 2 or 5 times a power of ten, so that about `count` steps make up `span`.
function niceStep(span, count) {
  const power = 10 ** Math.floor(Math.log10(span / count));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= (span / count) * (1 - 1e-9));
}

function short(value) {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(1).replace(".0e", "e");
  return Number(value.toPrecision(4)).toString();
}

class Axis {
  constructor(values, start, end, lowest, highest) {
    this.from = lowest ?? Math.min(...values);
    this.to = highest ?? Math.max(...values);
    if (this.to - this.from <= Math.abs(this.to) * 1e-9) {
      const room = this.to === 0 ? 1 : Math.abs(this.to) / 2;
      if (lowest === undefined) this.from -= room;
      if (highest === undefined) this.to += room;
    }
    Object.assign(this, { start, end });
  }
  widen(count) {
    const step = niceStep(this.to - this.from, count);
    this.from = Math.floor(this.from / step + 1e-9) * step;
    this.to = Math.ceil(this.to / step - 1e-9) * step;
  }
  place(value) {
    return this.start + ((value - this.from) / (this.to - this.from)) * (this.end - this.start);
  }
  ticks(count, whole = false) {
    const step = Math.max(whole ? 1 : 0, niceStep(this.to - this.from, count));
    const ticks = [];
    for (let value = Math.ceil(this.from / step - 1e-9) * step; value <= this.to + step * 1e-6; value += step)
      ticks.push(Math.abs(value) < step * 1e-6 ? 0 : value);
    return ticks;
  }
}

export class Chart {
  /// { title, xName, lowest, highest } of the y axis; a score says `share`: its values are per cent.
  constructor(options) {
    this.options = options;
    this.svg = draw("svg", { class: "chart", viewBox: `0 0 ${kWidth} ${kHeight}`, role: "img", tabindex: 0 });
    this.legend = make("ul", { class: "legend" });
    this.values = make("p", { class: "values", "aria-live": "polite" });
    this.element = make("figure", { class: "card chart-card" }, make("figcaption", {}, options.title), this.svg, this.legend, this.values);
    this.series = [];
    this.chosen = null;
    this.svg.addEventListener("pointermove", (event) => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.choose(null));
    this.svg.addEventListener("keydown", (event) => this.step(event));
    this.svg.addEventListener("blur", () => this.choose(null));
    this.draw([]);
  }

  /// series: [{ name, points: [[x, y], ...] ascending, dots, line: its colour's number }]; levels: [{ name, y }].
  draw(series, levels = [], marked = null) {
    this.series = series.map((each, i) => ({ line: i, ...each, points: thinned(each.points) })).filter((each) => each.points.length > 0);
    if (this.series.length === 0) {
      this.svg.replaceChildren(draw("text", { class: "tick", "text-anchor": "middle", x: kWidth / 2, y: kHeight / 2 }, "Nothing yet"));
      this.svg.setAttribute("aria-label", `${this.options.title}: nothing yet`);
      return;
    }
    const { options } = this;
    const xs = this.series.flatMap((each) => [each.points[0][0], each.points.at(-1)[0]]);
    const ys = this.series.flatMap((each) => each.points.map((point) => point[1])).concat(levels.map((level) => level.y));
    this.x = new Axis(xs, kLeft, kRight);
    this.y = new Axis(ys, kBottom, kTop, options.lowest, options.highest);
    this.y.widen(5);
    const parts = [this.grid(), this.marks(levels, marked), ...this.series.map((each) => this.line(each))];
    this.cursor = draw("g", { class: "cursor" });
    this.svg.replaceChildren(...parts.flat(), this.cursor);
    this.svg.setAttribute("aria-label", `${options.title}. ${this.spoken()} Arrow keys read the values.`);
    const entry = (style, name) => make("li", {}, draw("svg", { class: "swatch", viewBox: "0 0 28 10", "aria-hidden": "true" },
      draw("path", { class: style, d: "M1 5H27" })), name);
    this.legend.replaceChildren(...this.series.map((each) => entry(`line line${each.line}`, each.name)),
      ...levels.map((level) => entry("mark", `${level.name}: ${this.text(level.y)}`)));
    if (this.chosen !== null) this.choose(this.chosen);
  }

  text(value) {
    return this.options.share ? `${(value * 100).toFixed(1)} %` : short(value);
  }

  spoken() {
    return this.series.map((each) => `${each.name}: ${this.text(each.points[0][1])} at ${this.options.xName} ${short(each.points[0][0])}, ` +
      `${this.text(each.points.at(-1)[1])} at ${short(each.points.at(-1)[0])}.`).join(" ");
  }

  grid() {
    const parts = [];
    for (const value of this.y.ticks(5)) {
      const y = this.y.place(value);
      parts.push(draw("path", { class: "grid", d: `M${kLeft} ${y.toFixed(1)}H${kRight}` }),
        draw("text", { class: "tick", "text-anchor": "end", x: kLeft - 6, y: y + 4 }, this.options.share ? `${Math.round(value * 100)} %` : short(value)));
    }
    const whole = this.series.every((each) => each.points.every((point) => Number.isInteger(point[0]) || each.points.length >= kMostPoints));
    for (const value of this.x.ticks(6, whole))
      parts.push(draw("text", { class: "tick", "text-anchor": "middle", x: this.x.place(value), y: kBottom + 17 }, short(value)));
    parts.push(draw("text", { class: "tick", "text-anchor": "middle", x: (kLeft + kRight) / 2, y: kBottom + 36 }, this.options.xName));
    return parts;
  }

  marks(levels, marked) {
    const parts = [];
    for (const level of levels) {
      parts.push(draw("path", { class: "mark", d: `M${kLeft} ${this.y.place(level.y).toFixed(1)}H${kRight}` }));
    }
    if (marked !== null && marked >= this.x.from && marked <= this.x.to)
      parts.push(draw("path", { class: "mark", d: `M${this.x.place(marked).toFixed(1)} ${kTop}V${kBottom}` }));
    return parts;
  }

  line(each) {
    const place = ([x, y]) => `${this.x.place(x).toFixed(1)},${this.y.place(y).toFixed(1)}`;
    const parts = [draw("polyline", { class: `line line${each.line}`, points: each.points.map(place).join(" ") })];
    if (each.dots || each.points.length === 1) {
      for (const [x, y] of each.points)
        parts.push(draw("circle", { class: `dot${each.line}`, cx: this.x.place(x).toFixed(1), cy: this.y.place(y).toFixed(1), r: 3.5 }));
    }
    return parts;
  }

  point(event) {
    if (this.series.length === 0) return;
    const box = this.svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * kWidth;
    this.choose(this.x.from + ((at - kLeft) / (kRight - kLeft)) * (this.x.to - this.x.from));
  }

  step(event) {
    const places = this.series.length > 0 ? this.series[0].points.map((point) => point[0]) : [];
    if (places.length === 0 || !["ArrowLeft", "ArrowRight", "Home", "End", "Escape"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Escape") {
      this.choose(null);
      return;
    }
    const at = this.chosen === null ? -1 : places.indexOf(this.nearest(this.series[0].points, this.chosen)[0]);
    const next = { ArrowLeft: at < 0 ? places.length - 1 : at - 1, ArrowRight: at + 1, Home: 0, End: places.length - 1 }[event.key];
    this.choose(places[Math.max(0, Math.min(places.length - 1, next))]);
  }

  nearest(points, x) {
    return points.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best));
  }

  /// Shows the values at x, or with null none.
  choose(x) {
    this.chosen = x;
    if (this.series.length === 0) return;
    this.cursor.replaceChildren();
    if (x === null) {
      this.values.textContent = "";
      return;
    }
    const at = this.nearest(this.series[0].points, x)[0];
    this.cursor.append(draw("path", { class: "cursor-line", d: `M${this.x.place(at).toFixed(1)} ${kTop}V${kBottom}` }));
    const found = this.series.map((each) => [each, this.nearest(each.points, at)]);
    for (const [each, point] of found)
      this.cursor.append(draw("circle", { class: `dot${each.line}`, cx: this.x.place(point[0]), cy: this.y.place(point[1]), r: 4.5 }));
    this.values.textContent = `${this.options.xName} ${short(at)}: ${found.map(([each, point]) => `${each.name} ${this.text(point[1])}`).join(", ")}`;
  }
}
