// The board over the live picture, and its voice. The page sends the whole state each time; what is spoken
// comes numbered, and each browser says each thing once.

const MUTED = "formcheck-live-muted";

export default function ({ parentElement, data }) {
  const board = parentElement.querySelector(".board");
  const memory = (board.memory ??= { said: 0, count: null });
  show(board, data, memory);
  offerMute(board, data);
  for (const each of data.say) {
    if (each.number <= memory.said) continue;
    memory.said = each.number;
    speak(board, each);
  }
}

function show(board, data, memory) {
  board.dataset.phase = data.phase;
  write(board, ".title", data.title);
  write(board, ".more", data.more);
  write(board, ".meter", data.meter);
  write(board, ".countdown", data.countdown ?? "");
  const cue = write(board, ".cue", data.cue);
  cue.hidden = !data.cue;
  const count = board.querySelector(".count");
  count.hidden = data.count === null;
  count.classList.toggle("both", typeof data.count === "string");
  write(board, ".number", data.count ?? "");
  write(board, ".of", data.of ?? "");
  write(board, ".word", data.word ?? "");
  if (!data.ticks && memory.count !== null && data.total > memory.count) {
    count.classList.remove("bump");
    void count.offsetWidth; // starts the animation anew
    count.classList.add("bump");
  }
  memory.count = data.count === null ? null : data.total;
  showChecks(board.querySelector(".checks"), data.checks);
}

function showChecks(list, checks) {
  const now = JSON.stringify(checks);
  if (list.dataset.now === now) return; // an unchanged list is not announced again
  list.dataset.now = now;
  list.replaceChildren(
    ...checks.map(({ label, mark, said }) => {
      const item = document.createElement("li");
      item.className = mark;
      const sign = document.createElement("span");
      sign.className = "sign";
      sign.textContent = { ok: "✓", wrong: "!", wait: "…" }[mark];
      sign.setAttribute("aria-label", said);
      sign.setAttribute("role", "img");
      item.append(sign, label);
      return item;
    }),
  );
}

function write(board, selector, text) {
  const element = board.querySelector(selector);
  if (element.textContent !== String(text)) element.textContent = text;
  return element;
}

function offerMute(board, data) {
  const button = board.querySelector(".voice");
  const label = () => {
    const muted = isMuted();
    button.setAttribute("aria-pressed", String(muted));
    button.setAttribute("aria-label", data.mute);
    button.title = muted ? data.unmute : data.mute;
  };
  button.onclick = () => {
    setMuted(!isMuted());
    if (isMuted()) window.speechSynthesis?.cancel();
    label();
  };
  if (!button.title) label();
}

function speak(board, { text, at_once }) {
  // Screen readers read it from here; muting silences the page's own voice only.
  write(board, ".spoken", text);
  if (isMuted() || !window.speechSynthesis) return;
  if (at_once) window.speechSynthesis.cancel(); // a count that comes late is no count
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = "en-GB";
  utterance.rate = 1.05;
  window.speechSynthesis.speak(utterance);
}

function isMuted() {
  try {
    return localStorage.getItem(MUTED) === "1";
  } catch {
    return globalThis.formcheckMuted === true; // a browser may keep nothing
  }
}

function setMuted(muted) {
  try {
    localStorage.setItem(MUTED, muted ? "1" : "0");
  } catch {
    globalThis.formcheckMuted = muted;
  }
}
