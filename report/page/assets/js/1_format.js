// Values for people, as the program's own texts have them.
const OPEN = 9e99; // stands for an infinite value in the data

function significant(x) {
  const size = Math.abs(x);
  if (size === 0) return "0";
  if (size < 1) return String(Number(x.toPrecision(3)));
  return size < 10 ? x.toFixed(2) : x.toFixed(1);
}

function dollars(x) {
  const size = Math.abs(x), sign = x < 0 ? "-" : "";
  for (const [from, name] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
    if (size >= from) return sign + "$" + String(Number((size / from).toPrecision(3))) + name;
  }
  return sign + "$" + String(Number(size.toPrecision(3)));
}

function format(x, unit) {
  if (x === null || x === undefined) return "none";
  if (x >= OPEN) return unit === "ratio" ? "no debt" : "open";
  if (x <= -OPEN) return "open";
  if (unit === "ratio") return significant(100 * x) + " %";
  if (unit === "usd") return dollars(x);
  if (unit === "seconds") return x >= 172800 ? (x / 86400).toFixed(1) + " d" : (x / 3600).toFixed(1) + " h";
  return significant(x);
}

// A change: of ratios in percentage points.
function formatChange(x, unit) {
  if (x === null || x === undefined || Math.abs(x) >= OPEN) return format(x, "");
  return (x > 0 ? "+" : "") + (unit === "ratio" ? significant(100 * x) + " pp" : format(x, unit));
}

// The axis of a ratio counts in per cent.
function tick(x, unit) {
  if (x === null) return "";
  if (unit === "ratio") return String(Number((100 * x).toPrecision(6))) + " %";
  if (unit === "usd") return dollars(x);
  return String(Number(x.toPrecision(6)));
}
