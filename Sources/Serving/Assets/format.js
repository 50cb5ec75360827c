// Numbers, times and names as people read them.

const whole = new Intl.NumberFormat("en");

/** A number with as many digits as are worth reading. */
export function number(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return whole.format(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2).replace("e+", "e");
  return size >= 1000 ? whole.format(Math.round(value)) : Number(value.toPrecision(4)).toString();
}

/** `1 item`, `2 items`. */
export function count(value, noun) {
  return `${whole.format(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Seconds as `12 s`, `3 min 5 s` or `2 h 10 min`. */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 60) return `${total} s`;
  if (total < 3600) return `${Math.floor(total / 60)} min ${total % 60} s`;
  return `${Math.floor(total / 3600)} h ${Math.floor((total % 3600) / 60)} min`;
}

/** A moment in ISO 8601 as day and minute. */
export function moment(text) {
  if (!text) return "–";
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return String(text);
  return date.toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

/** A figure with its interval, where it has one. */
export function figure(value) {
  if (value === null || typeof value !== "object") return number(value);
  if (!Number.isFinite(value.low) || !Number.isFinite(value.high)) return number(value.value);
  return `${number(value.value)} (${number(value.low)} to ${number(value.high)})`;
}

/** A share as per cent. */
export function share(value) {
  return `${(100 * value).toFixed(value < 0.0995 ? 1 : 0)} %`;
}
