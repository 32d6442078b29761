// The charts of a study: figures of points, see studydata.go.
const POINTS = ["other points", "on the front", "recommended", "present parameters"];
const POINT_COLORS = ["c7", "c1", "c3", "ink"];

// places gives the points from the lowest to the highest of some values.
function places(values) {
  return values.map((v, i) => i).filter((i) => values[i] !== null && Math.abs(values[i]) < OPEN).sort((a, b) => values[a] - values[b]);
}

function padded(values, share) {
  const finite = values.filter((v) => v !== null && Math.abs(v) < OPEN);
  const low = Math.min(...finite), high = Math.max(...finite), air = (high - low) * share || Math.abs(high) * 0.01 || 1;
  return [low - air, high + air];
}

function frontSpec(cell, across, up) {
  const x = cell.figures[across], y = cell.figures[up], order = places(x.v);
  const by = (list) => order.map((i) => list[i]);
  const level = (i) => cell.labels[order[i]];
  const groups = POINTS.map((label, k) => ({
    label, color: POINT_COLORS[k], kind: "dots", on: true, size: k > 1 ? 11 : 8,
    values: order.map((i) => (cell.class[i] === k ? y.v[i] : null)),
    tell: (i) => format(y.v[order[i]], y.unit) + " (" + format(y.low[order[i]], y.unit) + " to " + format(y.high[order[i]], y.unit) + ")",
  })).filter((g) => g.values.some((v) => v !== null));
  groups.unshift({ label: "intervals", color: "c7", kind: "whiskers", on: order.length <= 40, middle: by(y.v), low: by(y.low), high: by(y.high), left: by(x.low), right: by(x.high) });
  return {
    x: by(x.v), xUnit: x.unit, xLabel: x.title, unit: y.unit, yLabel: y.title, groups, marks: [], near: true, height: 360,
    bounds: padded(by(x.v).concat(order.length <= 40 ? by(x.low).concat(by(x.high)) : []), 0.04),
    label: y.title + " against " + x.title + ", a dot a point",
    where: (i) => level(i) + ": " + x.title + " " + format(x.v[order[i]], x.unit) + ", " + y.title,
  };
}

kinds.front = function (figure, cell) {
  const titles = cell.figures.map((f) => f.title);
  let across = cell.risk, up = cell.gain;
  const chart = new Chart(figure, frontSpec(cell, across, up));
  const show = () => chart.show(frontSpec(cell, across, up));
  choose(chart.tools, "figure across", titles.map((t) => "across: " + t), (i) => { across = i; show(); }, across);
  choose(chart.tools, "figure upwards", titles.map((t) => "up: " + t), (i) => { up = i; show(); }, up);
};

// Points that differ from the present ones on no axis but some; all points of the
// design instead, for means over the others.
function within(cell, axes) {
  return cell.labels.map((_, i) => i).filter((i) => cell.axes.every((a, k) => axes.includes(k) || a.x[i] === a.x[0]));
}

// A line: the value, or the mean over the points at the same place, with its
// interval, or the range of those points.
function lineOf(cell, f, axis, points, xs, change, mean) {
  const at = new Map(xs.map((x) => [x, []]));
  for (const i of points) at.get(cell.axes[axis].x[i]).push(i);
  const v = change ? f.d : f.v, low = change ? f.dlow : f.low, high = change ? f.dhigh : f.high;
  const usable = (list) => list.filter((i) => v[i] !== null && Math.abs(v[i]) < OPEN);
  const each = (of) => xs.map((x) => { const list = usable(at.get(x)); return list.length ? of(list) : null; });
  const most = (list, g) => g(...list.map((i) => v[i]));
  if (!mean) return { values: each((l) => v[l[0]]), low: each((l) => low[l[0]]), high: each((l) => high[l[0]]) };
  return { values: each((l) => l.reduce((s, i) => s + v[i], 0) / l.length), low: each((l) => most(l, Math.min)), high: each((l) => most(l, Math.max)) };
}

function sliceSpec(cell, pick, axis, split, change, mean) {
  const f = cell.figures[pick], a = cell.axes[axis], b = split < 0 ? null : cell.axes[split];
  let points = within(cell, split < 0 ? [axis] : [axis, split]);
  if (mean) points = cell.labels.map((_, i) => i).filter((i) => i > 0);
  const xs = [...new Set(points.map((i) => a.x[i]))].sort((p, q) => p - q);
  const levels = b ? [...new Set(points.map((i) => b.x[i]))].sort((p, q) => p - q) : [null];
  const name = (axis, x) => (axis.names ? axis.names[x] : tick(x, axis.unit));
  const groups = levels.map((level, k) => Object.assign({
    label: b ? b.name + " " + name(b, level) : mean ? "mean, and range over the design" : "estimate, and its interval", kind: "line", dots: true, on: true,
    color: PALETTE[k % PALETTE.length], dash: k >= PALETTE.length ? [5, 3] : undefined, alpha: levels.length > 2 ? 0.1 : 0.2,
  }, lineOf(cell, f, axis, points.filter((i) => !b || b.x[i] === level), xs, change, mean)));
  for (const g of groups) g.tell = (i) => (change ? formatChange : format)(g.values[i], f.unit) + " (" + (change ? formatChange : format)(g.low[i], f.unit) + " to " + (change ? formatChange : format)(g.high[i], f.unit) + ")";
  const marks = [{ value: a.x[0], label: "present", color: "c7" }];
  if (change) marks.push({ value: 0, label: "no change", color: "c7", across: true });
  return {
    x: xs, xUnit: a.unit, xLabel: a.name, unit: f.unit, yLabel: change ? "change" : f.title, groups, marks, names: a.names, bounds: padded(xs, 0.04),
    label: f.title + " along " + a.name, where: (i) => a.name + " " + name(a, xs[i]), height: 320,
  };
}

kinds.slice = function (figure, cell) {
  const picker = figure.closest("section").querySelector("select[data-pick]");
  const alone = cell.axes.findIndex((_, k) => within(cell, [k]).length > 1), names = cell.axes.map((a) => a.name);
  let axis = Math.max(0, alone), split = -1, change = false, mean = alone < 0;
  const spec = () => sliceSpec(cell, Number(picker.value), axis, split === axis ? -1 : split, change, mean);
  const chart = new Chart(figure, spec()), show = () => chart.show(spec());
  picker.addEventListener("change", show);
  choose(chart.tools, "value or change", ["value", "change against present"], (i) => { change = i === 1; show(); });
  choose(chart.tools, "other parameters", ["others as at present", "mean over the others"], (i) => { mean = i === 1; show(); }, mean ? 1 : 0);
  if (names.length > 1) choose(chart.tools, "a line for each value of", ["one line"].concat(names.map((n) => "lines by " + n)), (i) => { split = i - 1; show(); });
  choose(chart.tools, "parameter along which", names.map((n) => "along " + n), (i) => { axis = i; show(); }, axis);
};
