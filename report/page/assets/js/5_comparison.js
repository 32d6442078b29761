// The charts of a comparison: the same figure in both runs, see overlay.go.
function both(before, after) {
  return [...new Set(before.concat(after))].sort((a, b) => a - b);
}

// Values at common times: nothing where a run has no row, or the last value where
// a curve stands until its next point.
function onto(times, t, values, stands) {
  let k = -1;
  return times.map((time) => {
    while (k + 1 < t.length && t[k + 1] <= time) k++;
    return k >= 0 && (stands || t[k] === time) ? values[k] : null;
  });
}

function sideBySide(cell, pair, unit, parts, extra) {
  const times = both(pair.before.t, pair.after.t), stands = extra.kind === "step";
  const group = (run, label, color) => ({
    label, color, kind: extra.kind, on: true, alpha: 0.22, dash: run === pair.before ? [6, 4] : undefined,
    values: onto(times, run.t, run[parts.mid], stands), low: onto(times, run.t, run[parts.low], stands), high: onto(times, run.t, run[parts.high], stands),
  });
  return Object.assign(clock(times, cell.horizon), { unit, marks: [], groups: [group(pair.before, "before", "c7"), group(pair.after, "after", "c1")] }, extra);
}

kinds.overlay = function (figure, cell) {
  const spec = (f) => sideBySide(cell, f, f.unit, { low: "low", mid: "mid", high: "high" },
    { kind: "line", yLabel: f.label, most: f.unit === "ratio" ? 2.5 : 0, label: f.name + " before and after: median, and 5 to 95 % of paths" });
  const chart = new Chart(figure, spec(cell.fans[0]));
  choose(chart.tools, "figure shown through time", cell.fans.map((f) => f.name), (i) => chart.show(spec(cell.fans[i])));
};

kinds.survivals = function (figure, cell) {
  const spec = (s) => sideBySide(cell, s, "ratio", { low: "low", mid: "s", high: "high" },
    { kind: "step", yLabel: "share of paths", floor: 0, ceiling: 1, label: "Share of paths without " + s.title + " so far, before and after" });
  const chart = new Chart(figure, spec(cell.survival[0]));
  choose(chart.tools, "event", cell.survival.map((s) => "no " + s.title), (i) => chart.show(spec(cell.survival[i])));
};
