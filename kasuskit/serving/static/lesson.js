// What makes a lesson's text easier to read: a voice that reads a section aloud, and the place where one was.

const lesson = document.querySelector("main.lesson");
const words = document.body.dataset;

// ---- reading aloud, where this device has an Indonesian voice; never by itself

function voice() {
  const voices = window.speechSynthesis ? window.speechSynthesis.getVoices() : [];
  return voices.find((each) => /^id\b/i.test(each.lang)) || null;
}

// The text of a section: from its heading to the next, without the things to do.
function textOf(heading) {
  const parts = [];
  for (let node = heading; node && (node === heading || !/^H[12]$/.test(node.tagName)); node = node.nextElementSibling) {
    if (!node.matches(".kas-place, .onward, .speak, noscript")) parts.push(node);
  }
  const lines = (node) => {
    const inner = node.querySelectorAll("li, tr, p");
    return inner.length ? Array.from(inner, (each) => each.textContent) : [node.textContent];
  };
  const said = parts.map(lines).reduce((all, some) => all.concat(some), []);
  return said.map((line) => line.replace(/\s+/g, " ").trim()).filter(Boolean);
}

let talking = null;

function hush() {
  window.speechSynthesis.cancel();
  if (talking) talking.textContent = words.speak;
  talking = null;
}

function speak(button, heading) {
  const again = talking === button;
  hush();
  if (again) return;
  talking = button;
  button.textContent = words.stop;
  const lines = textOf(heading); // line by line: some voices fall silent in long texts
  lines.forEach((line, i) => {
    const said = new SpeechSynthesisUtterance(line);
    Object.assign(said, { voice: voice(), lang: "id-ID", rate: 0.95 });
    if (i === lines.length - 1) said.onend = () => talking === button && hush();
    said.onerror = () => talking === button && hush();
    window.speechSynthesis.speak(said);
  });
}

function offer() {
  if (!voice() || lesson.querySelector(".speak")) return;
  for (const heading of lesson.querySelectorAll(":scope > h1, :scope > h2")) {
    heading.id = heading.id || "judul-" + Math.random().toString(36).slice(2);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet speak";
    button.textContent = words.speak;
    button.setAttribute("aria-describedby", heading.id);
    button.addEventListener("click", () => speak(button, heading));
    heading.after(button);
  }
}

if (window.speechSynthesis) {
  offer();
  window.speechSynthesis.addEventListener("voiceschanged", offer); // they are loaded late
  window.addEventListener("pagehide", hush);
}

// ---- parts of two things to do that are called the same ("Sebelum kejadian") are told apart by a number

function number() {
  const seen = new Map();
  for (const each of lesson.querySelectorAll(".kas-place :is(section, nav)[aria-label]")) {
    const label = each.getAttribute("aria-label");
    seen.set(label, (seen.get(label) || []).concat(each));
  }
  seen.forEach((alike, label) => {
    if (alike.length > 1) alike.forEach((each, i) => each.setAttribute("aria-label", label + " (" + (i + 1) + ")"));
  });
}

// ---- where one was on the page

const key = "kasuskit:tempat:" + location.pathname;

function remembered() {
  try {
    return Number(sessionStorage.getItem(key)) || 0;
  } catch (error) {
    return 0; // the browser keeps nothing
  }
}

function remember() {
  try {
    sessionStorage.setItem(key, String(Math.round(window.scrollY)));
  } catch (error) {
    // the browser keeps nothing: one begins at the top
  }
}

// The things to do make the page longer: only when they are drawn is the place where it was.
document.addEventListener("kasuskit:drawn", () => {
  number();
  const place = remembered();
  if (place && !location.hash && window.scrollY < 1) window.scrollTo(0, place);
});
window.addEventListener("pagehide", remember);
document.addEventListener("visibilitychange", () => document.hidden && remember());
