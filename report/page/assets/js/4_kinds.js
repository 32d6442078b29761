// What each figure of the page shows.
const PERCENTS = [1, 5, 10, 25, 50, 75, 90, 95, 99];
const PALETTE = ["c1", "c2", "c3", "c4", "c5", "c6", "c7"];

// Time in days, or in hours where there are few of them.
function clock(seconds, horizon) {
  const hours = horizon < 3 * 86400;
  return {
    x: seconds.map((s) => s / (hours ? 3600 : 86400)), xUnit: "", xLabel: hours ? "hour" : "day",
    where: (i) => (hours ? "hour " : "day ") + Number((seconds[i] / (hours ? 3600 : 86400)).toFixed(2)),
  };
}

function fanSpec(cell, fan, title, marks) {
  const of = fan.over || "paths";
  const band = (low, high, alpha, on) => ({
    label: PERCENTS[low] + "–" + PERCENTS[high] + " % of " + of, color: "c1", alpha, kind: "band", on, low: fan.q[low], high: fan.q[high]
  });
  const groups = [band(0, 8, 0.18, true), band(1, 7, 0.28, true), band(2, 6, 0.36, false), band(3, 5, 0.45, true),
    { label: "median", color: "ink", kind: "line", on: true, values: fan.q[4] }];
  if (fan.mean) groups.push({ label: "mean", color: "c2", kind: "line", on: false, values: fan.mean, dash: [6, 4] });
  return Object.assign(clock(fan.t, cell.horizon), { groups, marks, unit: fan.unit, most: fan.unit === "ratio" ? 2.5 : 0, label: title + ", quantiles over " + of + " through time", yLabel: fan.label });
}

function ratioMarks(vault) {
  const marks = [];
  if (vault.liquidation) marks.push({ value: vault.liquidation, label: "liquidation " + format(vault.liquidation, "ratio"), color: "c2", across: true, below: true });
  if (vault.issuance) marks.push({ value: vault.issuance, label: "issuance " + format(vault.issuance, "ratio"), color: "c3", across: true });
  return marks;
}

function choose(tools, label, names, pick, first = 0) {
  const select = element("select");
  select.setAttribute("aria-label", label);
  names.forEach((name, i) => {
    const option = element("option", "", name);
    option.value = i;
    select.append(option);
  });
  select.value = first;
  select.addEventListener("change", () => pick(Number(select.value)));
  tools.prepend(select);
  if (names.length < 2) select.hidden = true;
}

const kinds = {
  // The C-ratio of a vault through time: over paths, over positions, over debt.
  vault(figure, cell, index) {
    const vault = cell.vaults[index], marks = ratioMarks(vault);
    const views = vault.views.map((v) => fanSpec(cell, v, "C-ratio of " + vault.name, marks));
    const chart = new Chart(figure, views[0]);
    choose(chart.tools, "whose C-ratio in " + vault.name, vault.views.map((v) => v.name), (i) => chart.show(views[i]));
  },

  // The distribution of C-ratios in a vault at one time.
  ratios(figure, cell, index) {
    const vault = cell.vaults[index], h = vault.histogram, input = figure.querySelector("input"), output = figure.querySelector("output");
    const marks = ratioMarks(vault).map((m) => Object.assign({}, m, { across: false }));
    const groups = [
      { label: "share of debt", color: "c1", kind: "bars", on: true },
      { label: "share of positions", color: "c2", kind: "step", on: true },
    ];
    const at = (i) => {
      groups[0].values = h.debt[i].concat(null);
      groups[1].values = h.positions[i].concat(h.positions[i].at(-1));
      const time = format(h.t[i], "seconds");
      output.textContent = time + ", " + h.n[i].toLocaleString("en") + " positions with debt, " + h.free[i].toLocaleString("en") + " without";
      input.setAttribute("aria-valuetext", time);
      return {
        x: h.edges, xUnit: "ratio", xLabel: "C-ratio", unit: "ratio", yLabel: "share", groups, marks, floor: 0,
        label: "Distribution of C-ratios in " + vault.name + " after " + time,
        where: (k) => format(h.edges[k], "ratio") + (k + 1 < h.edges.length - 1 ? " to " + format(h.edges[k + 1], "ratio") : " and more"),
      };
    };
    input.max = h.t.length - 1;
    input.value = h.t.length - 1;
    const chart = new Chart(figure, at(h.t.length - 1));
    input.addEventListener("input", () => chart.show(at(Number(input.value))));
  },

  survival(figure, cell) {
    const times = [...new Set(cell.survival.flatMap((s) => s.t).concat(0, cell.horizon))].sort((a, b) => a - b);
    // Each curve stands until its next point.
    const spread = (s, values) => {
      let k = 0;
      return times.map((t) => {
        while (k + 1 < s.t.length && s.t[k + 1] <= t) k++;
        return values[k];
      });
    };
    const groups = cell.survival.map((s, i) => ({
      label: "no " + s.title, color: PALETTE[i % PALETTE.length], kind: "step", on: true,
      values: spread(s, s.s), low: spread(s, s.low), high: spread(s, s.high),
    }));
    new Chart(figure, Object.assign(clock(times, cell.horizon), { groups, unit: "ratio", yLabel: "share of paths", floor: 0, ceiling: 1, label: "Share of paths without an event so far" }));
  },

  timeline(figure, cell) {
    const days = cell.horizon / 86400, parts = cell.timeline[0].rate.length;
    const times = Array.from({ length: parts + 1 }, (_, i) => (i * cell.horizon) / parts);
    const groups = cell.timeline.map((k, i) => ({
      label: k.title, color: PALETTE[i % PALETTE.length], dash: i >= PALETTE.length ? [5, 3] : undefined, kind: "step", on: k.on, values: k.rate.concat(k.rate.at(-1)),
    }));
    new Chart(figure, Object.assign(clock(times, cell.horizon), { groups, unit: "", yLabel: "events a path and day", floor: 0, label: "Events a path and day over " + days + " days" }));
  },

  spread(figure, cell) {
    const spec = (d) => ({
      x: d.edges, xUnit: d.unit, xLabel: d.title, unit: "ratio", yLabel: "share of paths", floor: 0, label: "Distribution over paths of " + d.title,
      groups: [{ label: "share of paths", color: "c1", kind: "bars", on: true, values: d.shares.concat(null) }],
      marks: d.marks.map((m, i) => Object.assign({ color: ["ink", "c5", "c2"][i % 3] }, m)),
      where: (i) => (i + 1 < d.edges.length ? format(d.edges[i], d.unit) + " to " + format(d.edges[i + 1], d.unit) : ""),
    });
    const chart = new Chart(figure, spec(cell.spreads[0]));
    choose(chart.tools, "figure whose distribution is shown", cell.spreads.map((d) => d.title), (i) => chart.show(spec(cell.spreads[i])));
  },

  explorer(figure, cell) {
    const spec = (f) => fanSpec(cell, f, f.name, []);
    const chart = new Chart(figure, spec(cell.fans[0]));
    choose(chart.tools, "figure shown through time", cell.fans.map((f) => f.name), (i) => chart.show(spec(cell.fans[i])));
  },
};
