// One chart: lines, steps, bands and bars over a common x, drawn by uPlot, with
// switches for its series, a logarithmic scale, zoom and a readout.
const charts = [];

function element(tag, name, text) {
  const e = document.createElement(tag);
  if (name) e.className = name;
  if (text !== undefined) e.textContent = text;
  return e;
}

function button(text, label, press) {
  const b = element("button", "", text);
  b.type = "button";
  if (label) b.setAttribute("aria-label", label);
  b.addEventListener("click", press);
  return b;
}

class Chart {
  // spec: x, xUnit, unit, groups [{label, color, kind: line|step|band|bars|dots|whiskers, values, low, high, on, alpha, dash, dots, tell}],
  // marks [{value, low, high, label, color, across}], label, height, bounds of x, names of its whole numbers, near: the readout
  // takes the nearest dot. Whiskers have left and right as well.
  constructor(figure, spec) {
    this.plot = figure.querySelector(".plot");
    this.tools = figure.querySelector(".tools");
    this.chips = element("span", "tools chips");
    this.tools.after(this.chips);
    this.width = 0;
    this.log = false;
    this.addTools();
    this.show(spec);
    new ResizeObserver(() => this.fit()).observe(this.plot);
    charts.push(this);
  }

  addTools() {
    this.logButton = button("log", "log scale", () => {
      this.log = !this.log;
      this.draw();
    });
    this.logButton.className = "toggle";
    this.tools.append(element("span", "gap"), this.logButton, button("+", "zoom in", () => this.zoom(0.5)),
      button("−", "zoom out", () => this.zoom(2)), button("all", "show all", () => this.zoom(Infinity)));
  }

  show(spec) {
    const before = this.spec;
    this.spec = spec;
    this.range = before && before.xLabel === spec.xLabel && before.x.at(-1) === spec.x.at(-1) ? this.range : null;
    this.positive = spec.groups.some((g) => this.columns(g).some((c) => c.some((v) => v > 0)));
    this.logButton.hidden = !this.positive;
    if (!this.positive) this.log = false;
    this.chips.replaceChildren(...spec.groups.map((g) => this.chip(g)));
    this.draw();
  }

  chip(g) {
    const chip = button("", "", () => {
      g.on = !g.on;
      chip.setAttribute("aria-pressed", String(g.on));
      this.draw();
    });
    chip.className = "chip";
    chip.setAttribute("aria-pressed", String(g.on));
    const swatch = element("i");
    swatch.style.background = g.alpha ? veil(g.color, g.alpha) : color(g.color);
    g.swatch = swatch;
    chip.append(swatch, g.label);
    return chip;
  }

  // A group has values, or bounds, or both.
  columns(g) {
    return [g.values, g.low, g.high].filter(Boolean);
  }

  zoom(factor) {
    const all = this.bounds(), now = this.range || all;
    const middle = (now[0] + now[1]) / 2, half = ((now[1] - now[0]) / 2) * factor;
    this.range = [Math.max(all[0], middle - half), Math.min(all[1], middle + half)];
    if (this.range[0] === all[0] && this.range[1] === all[1]) this.range = null;
    const shown = this.range || all;
    this.u.setScale("x", { min: shown[0], max: shown[1] });
  }

  bounds() {
    const x = this.spec.x;
    return this.spec.bounds || [x[0], x.at(-1)];
  }

  // The y axis holds what is switched on and the marks; bands that go far beyond
  // the lines, as C-ratios of next to no debt do, are cut.
  extent() {
    let low = Infinity, high = -Infinity, line = -Infinity;
    const [from, to] = this.range || this.bounds();
    for (const g of this.spec.groups.filter((g) => g.on)) {
      for (const c of this.columns(g)) {
        c.forEach((v, i) => {
          if (v === null || Math.abs(v) >= OPEN || (this.log && v <= 0) || this.spec.x[i] < from || this.spec.x[i] > to) return;
          low = Math.min(low, v);
          high = Math.max(high, v);
          if (g.kind !== "band") line = Math.max(line, Math.abs(v));
        });
      }
    }
    if (this.spec.most && line > 0) high = Math.min(high, this.spec.most * line);
    for (const m of this.spec.marks || []) {
      if (m.across && m.value < 2 * high && (m.value > 0 || !this.log)) {
        low = Math.min(low, m.value);
        high = Math.max(high, m.value);
      }
    }
    if (low > high) return this.log ? [0.1, 1] : [0, 1];
    if (this.spec.floor !== undefined && !this.log) low = Math.min(low, this.spec.floor);
    if (this.spec.ceiling !== undefined) return [low, Math.max(high, this.spec.ceiling)];
    if (low === high) return this.log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
    if (this.log) return [low * 0.95, high * 1.05];
    const air = (high - low) * 0.05, words = (this.spec.marks || []).some((m) => m.below && m.value < low + air);
    return [low === this.spec.floor ? low : low - air * (words ? 3 : 1), high + air];
  }

  // What uPlot gets: no value where there is none, far outside where it is infinite.
  drawable(values, top) {
    return values.map((v) => {
      if (v === null || (this.log && v <= 0)) return null;
      return Math.abs(v) > 20 * top ? Math.sign(v) * 20 * top : v;
    });
  }

  draw() {
    const s = this.spec, [low, high] = this.extent(), top = Math.max(Math.abs(low), Math.abs(high));
    const data = [s.x], series = [{}], bands = [];
    for (const g of s.groups) {
      g.swatch.style.background = g.alpha ? veil(g.color, g.alpha) : color(g.color);
      for (const c of this.columns(g)) {
        data.push(this.drawable(c, top));
        series.push(this.seriesOf(g, c !== g.values));
      }
      if (g.low && g.kind !== "whiskers") bands.push({ series: [data.length - 1, data.length - 2], fill: veil(g.color, g.alpha || 0.22) });
    }
    if (this.u) this.u.destroy();
    this.logButton.setAttribute("aria-pressed", String(this.log));
    this.width = this.paper || Math.max(200, Math.floor(this.plot.clientWidth));
    this.u = new uPlot(this.options(series, bands, low, high), data, this.plot);
    this.u.root.setAttribute("role", "img");
    this.u.root.setAttribute("aria-label", s.label);
    if (this.range) this.u.setScale("x", { min: this.range[0], max: this.range[1] });
  }

  seriesOf(g, bound) {
    const base = { show: g.on, points: { show: false }, stroke: bound ? "transparent" : color(g.color), width: bound ? 0 : 2, dash: g.dash, spanGaps: true };
    if (g.dots && !bound) base.points = { show: true, size: 7, fill: color(g.color) };
    if (g.kind === "dots") return Object.assign(base, { paths: () => null, width: 1, points: { show: true, size: g.size || 8, fill: color(g.color), stroke: color("paper") } });
    if (g.kind === "step") return Object.assign(base, { paths: uPlot.paths.stepped({ align: 1 }) });
    if (g.kind === "bars") return Object.assign(base, { width: 0, fill: veil(g.color, 0.75), paths: uPlot.paths.bars({ size: [0.92, Infinity], align: 1 }) });
    return base;
  }

  options(series, bands, low, high) {
    const s = this.spec, axis = { stroke: color("ink"), grid: { stroke: color("rule"), width: 1 }, ticks: { stroke: color("rule"), width: 1 }, font: "12px system-ui, sans-serif", labelFont: "12px system-ui, sans-serif" };
    const narrow = this.width < 420;
    return {
      width: this.width, height: s.height || 280, series, bands, legend: { show: false }, padding: [8, 22, 0, 0],
      scales: { x: { time: false, range: (u, a, b) => s.bounds || (a === b ? [a - 0.5, b + 0.5] : [a, b]) }, y: { distr: this.log ? 3 : 1, range: () => [low, high] } },
      axes: [
        Object.assign({}, axis, { label: s.xLabel, labelSize: 20, size: 34, space: narrow ? 56 : 64, values: (u, v) => v.map((x) => (s.names ? s.names[x] || "" : tick(x, s.xUnit))) }),
        Object.assign({}, axis, { size: (u, v) => 22 + 7 * Math.max(3, ...(v || []).map((t) => t.length)), label: narrow ? undefined : s.yLabel, labelSize: 20, values: (u, v) => v.map((y) => tick(y, s.unit)) }),
      ],
      cursor: { drag: { x: true, y: false }, y: false, points: { show: false } },
      hooks: {
        setCursor: [(u) => this.read(u)],
        setSelect: [(u) => { if (u.select.width > 0) this.range = [u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")]; }],
        draw: [(u) => this.drawMarks(u)],
        ready: [(u) => u.over.addEventListener("dblclick", () => { this.range = null; })],
      },
    };
  }

  drawMarks(u) {
    const ctx = u.ctx, box = u.bbox, ratio = uPlot.pxRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.width, box.height);
    ctx.clip();
    ctx.font = 12 * ratio + "px system-ui, sans-serif";
    ctx.lineJoin = "round";
    for (const g of this.spec.groups) if (g.on && g.kind === "whiskers") this.drawWhiskers(u, g);
    let row = 0;
    for (const m of this.spec.marks || []) {
      if (m.value === null || (this.log && m.across && m.value <= 0)) continue;
      const scale = u.scales[m.across ? "y" : "x"];
      if (m.value < scale.min || m.value > scale.max) continue;
      if (m.across) this.drawAcross(u, m);
      else this.drawUpright(u, m, row++);
    }
    ctx.restore();
  }

  drawWhiskers(u, g) {
    const ctx = u.ctx, at = (v, scale) => u.valToPos(v, scale, true), open = (v, instead) => (v === null || Math.abs(v) >= OPEN ? instead : v);
    ctx.strokeStyle = veil(g.color, 0.55);
    ctx.lineWidth = uPlot.pxRatio;
    ctx.beginPath();
    this.spec.x.forEach((x, i) => {
      const y = g.middle[i];
      if (y === null || (this.log && !(y > 0))) return;
      const low = open(g.low[i], y);
      ctx.moveTo(at(x, "x"), this.log && !(low > 0) ? u.bbox.top + u.bbox.height : at(low, "y"));
      ctx.lineTo(at(x, "x"), at(open(g.high[i], y), "y"));
      ctx.moveTo(at(open(g.left[i], x), "x"), at(y, "y"));
      ctx.lineTo(at(open(g.right[i], x), "x"), at(y, "y"));
    });
    ctx.stroke();
  }

  rule(u, m, x1, y1, x2, y2) {
    const ctx = u.ctx, ratio = uPlot.pxRatio;
    ctx.strokeStyle = color(m.color);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
    ctx.setLineDash([]);
  }

  // Words stand out from what is below them.
  words(u, m, x, y, align) {
    const ctx = u.ctx;
    ctx.textAlign = align;
    ctx.strokeStyle = color("paper");
    ctx.lineWidth = 4 * uPlot.pxRatio;
    ctx.strokeText(m.label, x, y);
    ctx.fillStyle = color(m.color);
    ctx.fillText(m.label, x, y);
  }

  drawAcross(u, m) {
    const box = u.bbox, ratio = uPlot.pxRatio, y = u.valToPos(m.value, "y", true);
    this.rule(u, m, box.left, y, box.left + box.width, y);
    this.words(u, m, box.left + 6 * ratio, y + (m.below ? 14 : -5) * ratio, "left");
  }

  drawUpright(u, m, row) {
    const ctx = u.ctx, box = u.bbox, ratio = uPlot.pxRatio, x = u.valToPos(m.value, "x", true);
    this.rule(u, m, x, box.top, x, box.top + box.height);
    if (m.low !== undefined && m.low !== null) {
      const edge = (v) => Math.max(box.left, Math.min(box.left + box.width, u.valToPos(v, "x", true)));
      ctx.globalAlpha = 0.18;
      ctx.fillStyle = color(m.color);
      ctx.fillRect(edge(m.low), box.top, edge(m.high) - edge(m.low), box.height);
      ctx.globalAlpha = 1;
    }
    const right = x > box.left + box.width * 0.55;
    this.words(u, m, x + (right ? -6 : 6) * ratio, box.top + (14 + 16 * row) * ratio, right ? "right" : "left");
  }

  told(g, i) {
    if (g.tell) return g.tell(i);
    const unit = this.spec.unit, span = g.low && format(g.low[i], unit) + " to " + format(g.high[i], unit);
    if (!g.values) return span;
    return format(g.values[i], unit) + (span ? " (" + span + ")" : "");
  }

  read(u) {
    const i = this.spec.near ? this.nearest(u) : u.cursor.idx;
    if (this.tip) this.tip.remove();
    this.tip = null;
    if (i === null || i === undefined || u.cursor.left < 0) return;
    const s = this.spec, tip = element("div", "tip");
    tip.append(element("b", "", s.where ? s.where(i) : s.xLabel + " " + tick(s.x[i], s.xUnit)));
    for (const g of s.groups.filter((g) => g.on && g.kind !== "whiskers" && (!g.values || g.values[i] !== null))) {
      const line = element("div"), swatch = element("i");
      swatch.style.background = g.alpha ? veil(g.color, g.alpha) : color(g.color);
      line.append(swatch, g.label + ": " + this.told(g, i));
      tip.append(line);
    }
    this.tip = tip;
    this.plot.append(tip);
    const left = u.cursor.left + u.over.offsetLeft, space = this.plot.clientWidth - tip.offsetWidth;
    tip.style.left = Math.max(0, Math.min(space, left > this.plot.clientWidth / 2 ? left - tip.offsetWidth - 12 : left + 12)) + "px";
    tip.style.top = "12px";
  }

  // nearest finds the dot next to the cursor.
  nearest(u) {
    let best = null, least = Infinity;
    for (const g of this.spec.groups.filter((g) => g.on && g.kind === "dots")) {
      g.values.forEach((y, i) => {
        if (y === null || (this.log && y <= 0)) return;
        const far = Math.hypot(u.valToPos(this.spec.x[i], "x") - u.cursor.left, u.valToPos(y, "y") - u.cursor.top);
        if (far < least) [best, least] = [i, far];
      });
    }
    return best;
  }

  // print sets a width for paper, and gives it back with 0.
  print(width) {
    this.paper = width;
    this.draw();
  }

  fit() {
    const w = Math.max(200, Math.floor(this.plot.clientWidth));
    if (this.paper || this.plot.clientWidth === 0 || w === this.width) return;
    const narrow = w < 420 !== this.width < 420;
    this.width = w;
    if (narrow) this.draw();
    else this.u.setSize({ width: w, height: this.spec.height || 280 });
  }
}
