// The curves that run with the video: a click on a curve or a repetition moves the video there.
// The video is the page's own element; it is looked up anew each time, since the page may draw it again.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 124, TOP = 18, BOTTOM = 18, LEFT = 34, RIGHT = 10;
const SHAPES = {
  good: (x, y) => `M${x - 5},${y}a5,5 0 1,0 10,0a5,5 0 1,0 -10,0`,
  caution: (x, y) => `M${x},${y - 6}l6,11h-12z`,
  fail: (x, y) => `M${x - 5},${y - 5}h10v10h-10z`,
  none: (x, y) => `M${x},${y - 6}l6,6l-6,6l-6,-6z`,
};

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".replay");
  root.replaceChildren();
  root.classList.toggle("dark", isDark(getComputedStyle(root).getPropertyValue("--st-background-color")));
  const stage = { data, until: null, plots: [] };
  stage.video = () => document.querySelector(`.st-key-${data.video} video`);
  if (data.reps.length) root.append(repetitions(stage));
  root.append(slider(stage));
  for (const track of data.tracks) root.append(plot(stage, track));
  if (data.pair.length === 2) root.append(sideBySide(stage));
  const resized = new ResizeObserver(() => stage.plots.forEach((each) => each.draw()));
  resized.observe(root);
  let shown = null, next = 0;
  const follow = () => {
    const video = stage.video();
    if (video) {
      if (stage.until !== null && video.currentTime >= stage.until) {
        video.pause();
        stage.until = null;
      }
      if (video.currentTime !== shown) show(stage, (shown = video.currentTime));
    }
    next = requestAnimationFrame(follow);
  };
  next = requestAnimationFrame(follow);
  return () => {
    cancelAnimationFrame(next);
    resized.disconnect();
  };
}

// The page's colour as `#rrggbb` or `rgb(…)`: dark if its brightness is below a half.
function isDark(colour) {
  const parts = colour.trim().startsWith("#")
    ? [1, 3, 5].map((at) => parseInt(colour.trim().slice(at, at + 2), 16))
    : (colour.match(/\d+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
  return parts.reduce((sum, part) => sum + part, 0) < 384;
}

function seek(stage, time, { until = null } = {}) {
  const video = stage.video();
  stage.until = until;
  show(stage, time);
  if (!video) return;
  video.currentTime = time;
  if (until === null) video.pause();
  else video.play();
}

function show(stage, time) {
  stage.slider.value = time;
  stage.slider.setAttribute("aria-valuetext", stage.data.words.at.replace("{}", time.toFixed(1)));
  for (const each of stage.plots) each.point(time);
  for (const [button, rep] of stage.buttons ?? [])
    button.setAttribute("aria-current", time >= rep.start && time <= rep.end);
}

function repetitions(stage) {
  const row = element("div", "reps");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", stage.data.words.reps);
  stage.buttons = stage.data.reps.map((rep) => {
    const button = element("button", rep.valid ? "" : "invalid", rep.name);
    button.type = "button";
    button.title = rep.title;
    button.onclick = () => seek(stage, rep.start, { until: rep.end });
    row.append(button);
    return [button, rep];
  });
  return row;
}

function slider(stage) {
  const input = element("input", "moment");
  Object.assign(input, { type: "range", min: stage.data.start, max: stage.data.end, step: 0.05 });
  input.setAttribute("aria-label", stage.data.words.moment);
  input.oninput = () => seek(stage, Number(input.value));
  stage.slider = input;
  return input;
}

// One measure over time.
function plot(stage, track) {
  const { start, end } = stage.data;
  const figure = element("figure");
  const head = element("figcaption");
  const now = element("output", "now");
  head.append(element("span", "", track.title), now);
  const svg = draw("svg", { height: HEIGHT, role: "img", "aria-label": track.says });
  // Beside the curve and not on it: no word lies over a mark.
  const key = element("p", "key");
  key.append(...track.limits.map(({ grade, words }) => element("span", grade, words)));
  figure.append(head, ...(track.limits.length ? [key] : []), svg);
  const [low, high] = track.range;
  const y = (value) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  let width = 0, cursor = null;
  const x = (time) => LEFT + ((time - start) / (end - start)) * (width - LEFT - RIGHT);
  svg.onclick = (event) => {
    const at = event.clientX - svg.getBoundingClientRect().left;
    const time = start + ((at - LEFT) / (width - LEFT - RIGHT)) * (end - start);
    seek(stage, Math.min(Math.max(time, start), end));
  };
  stage.plots.push({
    draw() {
      width = figure.clientWidth;
      if (!width) return;
      svg.setAttribute("width", width);
      svg.replaceChildren(...columns(stage.data.reps, x), ...limits(track, y, width), ...axes(track, stage.data, x, y));
      svg.append(...curve(track, x, y), ...marks(track, x, y));
      cursor = draw("path", { class: "cursor" });
      svg.append(cursor);
      this.point(Number(stage.slider.value));
    },
    point(time) {
      if (cursor) cursor.setAttribute("d", `M${x(time)},${TOP - 4}V${HEIGHT - BOTTOM}`);
      now.value = valueAt(track, time);
    },
  });
  return figure;
}

function valueAt(track, time) {
  let best = 0;
  while (best + 1 < track.times.length && track.times[best + 1] <= time) best += 1;
  const value = track.values[best], sd = track.sds[best];
  if (value === null || sd === null || Math.abs(track.times[best] - time) > 0.3) return "–";
  return `${value.toFixed(0).replace("-", "−")} ± ${Math.max(sd, 1).toFixed(0)}${track.unit}`;
}

function columns(reps, x) {
  return reps.flatMap((rep) => {
    const box = draw("rect", {
      class: rep.valid ? "rep" : "rep invalid",
      x: x(rep.start), y: TOP, width: Math.max(x(rep.end) - x(rep.start), 1), height: HEIGHT - TOP - BOTTOM,
    });
    return [box, text(rep.number, { x: x(rep.turn), y: TOP - 5, "text-anchor": "middle" })];
  });
}

function limits(track, y, width) {
  return track.limits.map(({ value, grade }) =>
    draw("path", { class: `limit ${grade}`, d: `M${LEFT},${y(value)}H${width - RIGHT}` }));
}

function axes(track, { start, end }, x, y) {
  const [low, high] = track.range, made = [];
  const step = niceStep((high - low) / 2.5);
  for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
    const words = `${Math.round(value)}`.replace("-", "−");
    made.push(text(words, { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }));
  }
  const seconds = niceStep((end - start) / 5);
  for (let time = Math.ceil(start / seconds) * seconds; time <= end; time += seconds)
    made.push(text(`${+time.toFixed(1)} s`, { x: x(time), y: HEIGHT - 4, "text-anchor": "middle" }));
  return made;
}

// The largest step of 1, 2 or 5 times a power of ten that is no larger.
function niceStep(largest) {
  const power = 10 ** Math.floor(Math.log10(Math.max(largest, 0.1)));
  return [5, 2, 1].map((factor) => factor * power).find((step) => step <= largest) ?? power;
}

// Gaps in what was measured stay gaps.
function curve(track, x, y) {
  const runs = [[]];
  track.times.forEach((time, i) => {
    const value = track.values[i], sd = track.sds[i] ?? 0;
    if (value === null) runs.push([]);
    else runs.at(-1).push([x(time), y(value), y(value + sd), y(value - sd)]);
  });
  return runs.filter((run) => run.length > 1).flatMap((run) => {
    const along = (points, k) => points.map((each) => `${each[0].toFixed(1)},${each[k].toFixed(1)}`).join("L");
    const band = `M${along(run, 2)}L${along(run.slice().reverse(), 3)}Z`;
    return [draw("path", { class: "band", d: band }), draw("path", { class: "curve", d: `M${along(run, 1)}` })];
  });
}

function marks(track, x, y) {
  return track.marks.flatMap(({ time, value, sd, grade }) => {
    const at = x(time), shape = grade ?? "none";
    return [
      draw("path", { class: `error ${shape}`, d: `M${at},${y(value - sd)}V${y(value + sd)}` }),
      draw("path", { class: `mark ${shape}`, d: SHAPES[shape](at, y(value)) }),
    ];
  });
}

// Two repetitions of the same video, each over and over, once somebody starts them.
function sideBySide(stage) {
  const box = element("section", "pair");
  box.append(element("h3", "", stage.data.words.pair));
  const shown = element("div", "clips");
  const players = stage.data.pair.map((rep) => {
    const figure = element("figure"), video = element("video");
    Object.assign(video, { muted: true, playsInline: true, preload: "auto", ariaLabel: rep.caption });
    video.setAttribute("aria-label", rep.caption);
    // The still picture is the turn; played, it starts at the beginning.
    video.onloadedmetadata = () => (video.currentTime = rep.turn);
    video.ontimeupdate = () => {
      if (!video.paused && video.currentTime >= rep.end) video.currentTime = rep.start;
    };
    figure.append(video, element("figcaption", "", rep.caption));
    shown.append(figure);
    return [video, rep];
  });
  const button = element("button", "", stage.data.words.play);
  button.type = "button";
  let playing = false;
  button.onclick = () => {
    playing = !playing;
    button.textContent = playing ? stage.data.words.pause : stage.data.words.play;
    for (const [video, rep] of players) {
      video.currentTime = playing ? rep.start : rep.turn;
      if (playing) video.play();
      else video.pause();
    }
  };
  const load = () => {
    const source = stage.video()?.currentSrc;
    if (source) players.forEach(([video]) => (video.src = source));
    else if (box.isConnected) setTimeout(load, 200);
  };
  setTimeout(load);
  box.append(shown, button);
  return box;
}

function element(name, style = "", words = "") {
  const made = document.createElement(name);
  if (style) made.className = style;
  if (words) made.textContent = words;
  return made;
}

function draw(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function text(words, attributes) {
  const made = draw("text", attributes);
  made.textContent = words;
  return made;
}
