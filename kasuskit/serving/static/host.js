// Shows anywidgets on the lean page and keeps the line to their kernel.
//
// What Jupyter does with 5 MB of scripts, for one kind of page: the widgets' state stands in the page, so they
// are drawn before there is a connection. When the line is lost, what is on the screen stays. When the kernel is
// gone, the page is asked for again in the background, and the same widgets go on with the new kernel.
// Runs where crypto.randomUUID does not (pages without https), and without syntax newer than 2019.

const WAITS = [500, 1000, 2000, 3300]; // between attempts to connect, in ms; half to one and a half of it
const ANSWER_MS = 8000; // how long an answer to something sent may take
const WAKING_MS = 3000; // and to the first word after a sleep
const SLEEP_MS = 30000; // what counts as a sleep
const PING_MS = 20000; // how often a silent line is tried while the page is seen
const PATIENCE = 3; // after how many attempts a kernel that is there but does not answer is given up

const boot = JSON.parse(document.getElementById("kasuskit-boot").textContent);
const root = document.getElementById("kasuskit");
const notice = document.getElementById("kasuskit-line");
const models = [];

const tell = (name) => document.dispatchEvent(new CustomEvent("kasuskit:" + name));

function randomName() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
}

// ---- what a widget sees of its Python side

class Model {
  constructor(id, state) {
    this.id = id;
    this.state = state;
    this.changed = {};
    this.listeners = new Map();
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.state[name] = value;
    this.changed[name] = value;
  }
  save_changes() {
    if (Object.keys(this.changed).length && line.send(this.id, { method: "update", state: this.changed, buffer_paths: [] })) {
      this.changed = {};
    }
  }
  send(content) {
    line.send(this.id, { method: "custom", content }); // without a line it is dropped: the widget sends again
  }
  on(name, listener) {
    for (const each of name.split(" ")) this.listeners.set(each, (this.listeners.get(each) || []).concat(listener));
  }
  off(name, listener) {
    const names = name ? name.split(" ") : Array.from(this.listeners.keys());
    for (const each of names) {
      this.listeners.set(each, (this.listeners.get(each) || []).filter((other) => listener && other !== listener));
    }
  }
  emit(name, ...values) {
    for (const listener of this.listeners.get(name) || []) listener(...values);
  }
  hear(data) {
    if (data.method === "custom") this.emit("msg:custom", data.content, []);
    if (data.method !== "update") return;
    for (const name of Object.keys(data.state)) this.state[name] = data.state[name];
    for (const name of Object.keys(data.state)) this.emit("change:" + name);
    this.emit("change");
  }
}

// ---- drawing

function style(address) {
  if (!address || document.querySelector('link[rel="stylesheet"][href="' + address + '"]')) return null;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  const loaded = new Promise((done) => (link.onload = link.onerror = done));
  document.head.append(link);
  return loaded;
}

// Where a view belongs: its place in a lesson's text, or the page.
function placeOf(view) {
  return (view.place && document.getElementById("kas-" + view.place)) || root;
}

function draw(view) {
  const model = new Model(view.model_id, view.state);
  model.place = view.place || "";
  models.push(model);
  return render(model, view).catch((error) => {
    console.error(error);
    problem(boot.text.failed, placeOf(view));
  });
}

async function render(model, view) {
  const [module] = await Promise.all([import(view.module), style(view.css)]);
  const widget = typeof module.default === "function" ? await module.default() : module.default;
  const signal = new AbortController().signal;
  if (widget.initialize) await widget.initialize({ model, signal });
  const el = document.createElement("div");
  const place = placeOf(view);
  clear(place);
  place.append(el);
  if (widget.render) await widget.render({ model, el, signal });
}

// Take away what a place says while it waits.
function clear(place) {
  const wait = place.querySelector(":scope > .hint");
  if (wait) wait.remove();
}

function problem(text, place) {
  const words = document.createElement("p");
  words.className = "problem";
  words.setAttribute("role", "alert");
  words.textContent = text;
  clear(place);
  place.append(words);
}

// What a lesson holds besides widgets: what went wrong in a place, and links to practice.
function fillPlaces() {
  for (const place of Object.keys(boot.problems || {})) problem(boot.problems[place], placeOf({ place }));
  for (const link of document.querySelectorAll("#kasuskit-tasks > [data-place]")) {
    const place = placeOf({ place: link.dataset.place });
    clear(place);
    place.append(link);
  }
  const tasks = document.getElementById("kasuskit-tasks");
  if (tasks) tasks.remove();
}

async function drawAll() {
  if (boot.problem) problem(boot.problem, root);
  else {
    fillPlaces();
    await Promise.all(boot.views.map(draw));
  }
  document.querySelectorAll(".kas-place > .hint").forEach((wait) => wait.remove());
  const wait = document.getElementById("kasuskit-wait");
  if (wait) wait.remove();
  const ribbon = root.querySelector(".kas-top");
  if (ribbon) document.getElementById("kasuskit-ribbon").remove(); // the screen has its own, with its own way out
  const top = ribbon || document.getElementById("kasuskit-ribbon");
  notice.style.top = top.offsetHeight + "px"; // what is said of the line never covers the way out
  tell("drawn");
}

// ---- what is said about the line

let saying = 0;
function say(text, link, soon) {
  clearTimeout(saying);
  notice.textContent = text;
  if (link) {
    const a = document.createElement("a");
    a.href = boot.base;
    a.textContent = link;
    notice.append(" ", a);
  }
  if (soon) saying = setTimeout(() => (notice.textContent = ""), 4000);
}

// ---- the line

const line = {
  socket: null,
  kernel: boot.kernel,
  lost: false, // whether people were told that the line is lost
  attempts: 0,
  until: 0, // the server asked for patience until then
  retry: 0,
  answer: 0,
  busy: false,

  open() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  },

  send(comm_id, data) {
    return this.write({ header: { msg_type: "comm_msg" }, channel: "shell", content: { comm_id, data } });
  },

  write(message) {
    if (!this.open()) return false;
    this.socket.send(JSON.stringify(message));
    if (!this.answer) this.expect();
    return true;
  },

  ping(patience) {
    if (this.write({ header: { msg_type: "ping" } }) && patience) this.expect(patience);
  },

  connect() {
    const scheme = location.protocol === "https:" ? "wss://" : "ws://";
    const socket = new WebSocket(
      scheme + location.host + boot.base + "api/kernels/" + this.kernel + "/channels?session_id=" + randomName()
    );
    this.socket = socket;
    socket.onopen = () => socket === this.socket && this.opened();
    socket.onmessage = (event) => socket === this.socket && this.heard(event.data);
    socket.onclose = () => socket === this.socket && this.drop();
    this.expect();
  },

  expect(patience = ANSWER_MS) {
    clearTimeout(this.answer);
    this.answer = setTimeout(() => this.drop(), patience);
  },

  opened() {
    clearTimeout(this.answer);
    this.answer = 0;
    if (this.lost) say(boot.text.again, "", true);
    this.lost = false;
    tell("online");
  },

  heard(data) {
    clearTimeout(this.answer);
    this.answer = 0;
    this.attempts = 0; // only now: a kernel that hangs lets the line open, and never answers
    const message = JSON.parse(data);
    if (message.header.msg_type !== "comm_msg") return;
    for (const model of models) if (model.id === message.content.comm_id) model.hear(message.content.data);
  },

  drop() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.answer);
    this.answer = 0;
    if (socket) {
      socket.onclose = null;
      socket.close();
    }
    if (!this.lost) {
      this.lost = true;
      say(boot.text.offline);
      tell("offline");
    }
    this.later();
  },

  later() {
    clearTimeout(this.retry);
    const wait = WAITS[Math.min(this.attempts, WAITS.length - 1)];
    this.attempts += 1;
    this.retry = setTimeout(() => this.again(), wait * (0.5 + Math.random())); // thirty phones, not in one instant
  },

  // The server is full or busy, and says how long to wait.
  pause(answer) {
    const asked = parseInt(answer.headers.get("Retry-After"), 10);
    const wait = (asked > 0 ? Math.min(asked, 300) : 5) * 1000;
    this.until = performance.now() + wait;
    say(boot.text.busy);
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.again(), wait * (1 + 0.3 * Math.random()));
  },

  async again() {
    if (this.socket || this.busy || performance.now() < this.until) return;
    clearTimeout(this.retry);
    this.busy = true;
    try {
      const answer = await ask(boot.base + "api/kernels/" + this.kernel);
      const status = answer.status;
      if (isBusy(answer)) this.pause(answer);
      else if (status === 200 && this.attempts < PATIENCE) this.connect();
      else if (status === 403) this.stranger();
      else if (status === 200 || status === 404) await this.renew();
      else this.later();
    } catch (error) {
      this.later();
    } finally {
      this.busy = false;
    }
  },

  // Ask for the page again, and go on with its kernel and its models. Nothing on the screen is touched.
  async renew() {
    const answer = await ask(location.href);
    if (isBusy(answer)) {
      this.pause(answer);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const block = page.getElementById("kasuskit-boot");
    if (!block) {
      if (answer.redirected) this.stranger();
      else this.later();
      return;
    }
    const fresh = JSON.parse(block.textContent);
    const views = models.map((model, i) => viewFor(model, i, fresh.views));
    if (fresh.problem || !views.every(Boolean)) {
      say(fresh.problem || boot.text.failed);
      this.later();
      return;
    }
    if (!views.every((view, i) => sameDraft(models[i].state.screen, view.state.screen))) {
      this.somebodyElse();
      return;
    }
    root.hidden = false;
    this.kernel = fresh.kernel;
    models.forEach((model, i) => {
      model.id = views[i].model_id;
      model.state = views[i].state;
    });
    this.connect();
  },

  stranger() {
    say(boot.text.unknown, boot.text.unknown_link);
  },

  // What was typed here is the first person's: nothing is sent until the page is theirs again.
  somebodyElse() {
    root.hidden = true; // nothing of one person stays on the screen of another; when she is back, so is her page
    say(boot.text.other, boot.text.unknown_link);
  },
};

const isBusy = (answer) => answer.status === 429 || answer.status === 503;

// The view with which a model goes on: of the same place, and there at the same turn.
function viewFor(model, i, fresh) {
  const turn = models.slice(0, i).filter((each) => each.place === model.place).length;
  return fresh.filter((view) => (view.place || "") === model.place)[turn];
}

// Whether a page belongs to the same person: to the attempt that is on the screen, or to one begun after it.
function sameDraft(shown, fresh) {
  const draft = (shown || {}).draft;
  const now = fresh || {};
  return now.draft === draft || (now.earlier || []).includes(draft);
}

async function ask(address) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), 30000);
  try {
    return await fetch(address, { cache: "no-store", credentials: "same-origin", signal: control.signal });
  } finally {
    clearTimeout(timer);
  }
}

// Two clocks: one is set by people, the other stands still while some phones sleep.
let seen = [Date.now(), performance.now()];
function slept() {
  const last = seen;
  seen = [Date.now(), performance.now()];
  return Math.max(Math.abs(seen[0] - last[0]), seen[1] - last[1]) > SLEEP_MS;
}

function wake(suspect) {
  if (document.visibilityState === "hidden") return;
  const patience = slept() || suspect ? WAKING_MS : 0;
  if (line.open()) line.ping(patience); // a phone that slept may hold a line that is dead
  else line.again();
}

await drawAll();
if (!boot.problem && boot.kernel && models.length) {
  line.connect();
  window.addEventListener("online", () => setTimeout(wake, Math.random() * 800, true));
  window.addEventListener("offline", () => line.ping());
  window.addEventListener("pageshow", () => wake());
  document.addEventListener("resume", () => wake(true));
  document.addEventListener("visibilitychange", () => wake());
  setInterval(() => document.visibilityState === "visible" && line.open() && line.ping(slept() ? WAKING_MS : 0), PING_MS);
}
