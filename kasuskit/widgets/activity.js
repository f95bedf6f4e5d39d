// What all activities of a lesson have in common: their answers, the outbox, the words, and what is said of the line.
//
//   export default activity("quiz", (a) => { a.el.append(…); return { show() { … } }; });
//
// show() is called after every change: own answers, what Python says, the connection.

import { Outbox } from "./outbox.js";
import { attempt, button, h, local, random, setText } from "./tools.js";

const SAID_FOR = 700; // ms until a screen reader has taken up what was said

export function activity(kind, make) {
	return { render: (given) => new Activity(kind, given).start(make) };
}

// A name for a region that no other on the page has: of two quizzes of a lesson the second is "... (2)".
function unlike(label, place) {
	const others = [...document.querySelectorAll("section[aria-label]")].filter((node) => !place.contains(node));
	const taken = new Set(others.map((node) => node.getAttribute("aria-label")));
	const name = (n) => (n > 1 ? `${label} (${n})` : label);
	let n = 1;
	while (taken.has(name(n))) n++;
	return name(n);
}

class Activity {
	constructor(kind, { model, el }) {
		this.model = model;
		this.screen = model.get("screen");
		this.hear = this.hear.bind(this);
		this.outbox = this.box(this.screen.draft);
		// answers that were given before this was started afresh elsewhere; they go where they belong
		const earlier = (this.screen.earlier || []).filter((draft) => local.keys(`kasuskit:${draft}:tab:`).length);
		this.late = earlier.map((draft) => this.box(draft));
		this.trouble = {};
		this.adopt(model.get("start") || {});
		this.el = h("div.body");
		this.state = h("p.state", { role: "status" });
		this.live = h("p.unseen", { role: "status" });
		this.root = h(`section.activity.${kind}`, { "aria-label": unlike(this.screen.label || this.screen.title, el) }, this.el, this.state, this.live);
		el.replaceChildren(this.root);
	}

	start(make) {
		this.widget = make(this);
		const stop = new AbortController();
		const on = (node, name, run) => node.addEventListener(name, run, { signal: stop.signal });
		const wake = () => document.hidden || this.boxes.forEach((box) => box.wake());
		on(document, "kasuskit:offline", () => this.setOffline(true));
		on(document, "kasuskit:online", () => this.setOffline(false));
		on(document, "visibilitychange", () => (document.hidden ? this.rest(false) : wake()));
		on(document, "freeze", () => this.rest(false));
		on(document, "resume", wake);
		on(window, "pagehide", () => this.rest(true));
		on(window, "pageshow", wake);
		on(window, "beforeunload", (event) => {
			this.widget.flush?.();
			if (this.boxes.some((box) => box.count && !box.safe)) event.returnValue = true;
		});
		this.model.on("msg:custom", this.hear);
		this.hello();
		this.boxes.forEach((box) => box.send());
		this.show();
		return () => {
			this.widget.flush?.();
			stop.abort();
			this.model.off("msg:custom", this.hear);
			this.boxes.forEach((box) => box.end());
		};
	}

	// --- for the widgets

	// A word of this widget: "{n}" in it stands for values.n.
	t(name, values = {}) {
		const sentence = this.screen.text?.[name] || name;
		return sentence.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
	}

	// The own answer, sent or not.
	value(at) {
		return this.outbox.edits.get(at) ?? this.answers[at] ?? "";
	}

	put(at, value) {
		if (value === this.value(at)) return;
		this.outbox.put("set", at, value);
		this.show();
	}

	// Whether what follows from an answer is not known yet.
	pending(at) {
		return this.outbox.edits.has(at);
	}

	get offline() {
		return Boolean(this.outbox.offline || this.outbox.waiting);
	}

	// All answers are wanted afresh: a new attempt; those given stay in the class.
	again() {
		if (this.outbox.count) this.say(this.t("again_waits"));
		else this.post({ kind: "again" });
	}

	say(text) {
		clearTimeout(this.saying);
		setText(this.live, "");
		this.saying = setTimeout(() => setText(this.live, text), SAID_FOR / 10);
	}

	id(name) {
		this.ids ||= new Map();
		if (!this.ids.has(name)) this.ids.set(name, `kas-${random()}`);
		return this.ids.get(name);
	}

	// A button that reads a node's text aloud; hidden where the device has no Indonesian voice.
	speak(node) {
		return speaker(this, node);
	}

	// --- what is behind them

	box(draft) {
		const start = this.model.get("start") || {};
		return new Outbox(draft || "", (said) => this.post(said), () => this.status(), start.acked);
	}

	get boxes() {
		return [this.outbox, ...this.late];
	}

	post(said) {
		attempt(() => this.model.send(said)); // a closed comm: the outbox tries again
	}

	hello() {
		this.post({ kind: "hello", tab: this.outbox.tab });
	}

	adopt({ answers = {}, view = {}, rev = 0 }) {
		this.answers = { ...answers };
		this.view = { ...view };
		this.rev = rev;
	}

	show() {
		this.widget?.show();
		this.status();
	}

	rest(closing) {
		this.widget.flush?.();
		for (const box of this.boxes) {
			if (box.count) box.send();
			box.rest(closing);
		}
	}

	setOffline(offline) {
		for (const box of this.boxes) Object.assign(box, { offline, waiting: offline, tries: 0 });
		if (!offline) {
			this.hello();
			this.boxes.forEach((box) => box.send());
		}
		this.show();
	}

	status() {
		if (!this.state) return;
		const count = this.boxes.reduce((sum, box) => sum + box.count, 0);
		const safe = this.boxes.every((box) => box.safe);
		let kind = count || Object.keys(this.answers).length ? "saved" : "ready";
		if (count) kind = !this.offline ? "saving" : safe ? "waiting" : "unsafe";
		else if (this.offline) kind = "offline";
		setText(this.state, [kind !== "ready" && this.t(`status_${kind}`, { n: count }), this.trouble.words].filter(Boolean).join(" "));
		this.state.className = `kas-state kas-${kind}`;
	}

	hear(said) {
		this[`hear_${said?.kind}`]?.(said);
	}

	hear_state(said) {
		const moved = said.draft !== undefined && said.draft !== this.outbox.draft;
		if (moved) {
			// started afresh: what is not sent yet belongs to the attempt before, and goes there
			if (this.outbox.count) this.late.push(this.outbox);
			else this.outbox.end();
			this.outbox = this.box(said.draft);
		}
		this.adopt(said);
		this.outbox.saved(said.acked || {});
		if (moved) this.widget.restarted?.();
		this.show();
	}

	hear_saved({ tab, n, rev, draft, answers = {}, view = {}, refused = [] }) {
		const old = this.late.find((box) => box.draft === draft);
		if (old) {
			old.saved({ [tab]: n });
			this.late = this.late.filter((box) => box.count || box.end());
			this.status();
			return;
		}
		if (draft !== undefined && draft !== this.outbox.draft) {
			this.hello();
			return;
		}
		for (const [map, changed] of [[this.answers, answers], [this.view, view]]) {
			for (const [name, value] of Object.entries(changed)) {
				if (value === null) delete map[name];
				else map[name] = value;
			}
		}
		const missed = rev > this.rev + 1 || rev < this.rev;
		this.rev = rev;
		this.trouble = refused.length ? { words: `${refused[0].text} ${refused[0].do}` } : {};
		this.outbox.saved({ [tab]: n });
		if (missed) this.hello();
		this.show();
	}

	hear_refused(said) {
		const box = this.boxes.find((each) => each.queues.has(said.tab));
		if (said.tab && !box) return;
		this.trouble = { words: `${said.text} ${said.do}` };
		if (box) Object.assign(box, { waiting: true, barred: said.code === "W407" }); // another person's, or another class's
		this.show();
	}
}

// --- reading aloud

function voice() {
	const voices = attempt(() => window.speechSynthesis.getVoices(), []);
	return voices.find((each) => /^id\b/i.test(each.lang)) || null;
}

function speaker(a, node) {
	const control = button("speak.quiet", a.t("speak"));
	const offer = () => (control.hidden = !voice());
	attempt(() => window.speechSynthesis.addEventListener("voiceschanged", offer)); // they are loaded late
	offer();
	control.addEventListener("click", () => {
		const talking = control.getAttribute("aria-pressed") === "true";
		window.speechSynthesis.cancel();
		if (talking) return;
		const said = new SpeechSynthesisUtterance(node.textContent);
		Object.assign(said, { voice: voice(), lang: "id-ID", rate: 0.95 });
		said.onend = said.onerror = () => {
			control.setAttribute("aria-pressed", "false");
			setText(control, a.t("speak"));
		};
		window.speechSynthesis.speak(said);
		control.setAttribute("aria-pressed", "true");
		setText(control, a.t("speak_stop"));
	});
	control.setAttribute("aria-pressed", "false");
	return control;
}
