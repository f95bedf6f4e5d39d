// One thing after another, and each checked when the person asks: what quizzes and sorting cards have in common.

import { button, focusOn, h, random, setText } from "./tools.js";

const SIGNS = { open: "–", given: "…", waiting: "…", again: "!", right: "✓", told: "✕" };
const DONE = ["right", "told"];

// Shows one page at a time, with a counter, the progress, and a list of all pages with the state of each.
// state(i): one of SIGNS. The last page, `end`, is no step: a summary, or where to hand in.
export class Steps {
	constructor(a, pages, end, endWord, state) {
		Object.assign(this, { a, pages, end, endWord, state });
		const list = `kas-${random()}`;
		this.heading = h("h4", { tabindex: "-1" });
		this.bar = h("progress", { max: pages.length, "aria-label": a.t("progress") });
		this.toggle = button("list.toggle", { "aria-controls": list, "aria-expanded": "false" }, a.t("list"));
		this.entries = [...pages, end].map((page, i) => this.entry(i));
		this.list = h("ol.list", { id: list, hidden: true }, ...this.entries.map((entry) => entry.node));
		this.before = button("before", a.t("previous"));
		this.after = button("after", a.t("next"));
		pages.forEach((page, i) => page.prepend(h("p.paper", `${i + 1}.`)));
		this.node = h(
			"div.steps", h("div.row.spread", this.heading, this.toggle), this.bar, this.list,
			...pages, end, h("div.row.spread.ways", this.before, this.after),
		);
		this.toggle.addEventListener("click", () => this.open(this.list.hidden));
		this.before.addEventListener("click", () => this.go(this.at - 1));
		this.after.addEventListener("click", () => this.go(this.at + 1));
		this.node.addEventListener("keydown", (event) => {
			if (event.key !== "Escape" || this.list.hidden) return;
			this.open(false);
			focusOn(this.toggle);
		});
		this.at = this.firstOpen();
	}

	entry(i) {
		const sign = h("span.sign", { "aria-hidden": "true" });
		const word = h("span.hint");
		const open = button("go.item", sign, h("span", this.nameOf(i)), word);
		open.addEventListener("click", () => this.go(i));
		return { sign, word, open, node: h("li", open) };
	}

	nameOf(i) {
		return i < this.pages.length ? this.a.t("step", { n: i + 1 }) : this.endWord;
	}

	// The first page that is not done yet; after all of them the end.
	firstOpen(from = 0) {
		const found = this.pages.findIndex((page, i) => i >= from && !DONE.includes(this.state(i)));
		return found < 0 ? this.pages.length : found;
	}

	with(...states) {
		return this.pages.map((page, i) => i).filter((i) => states.includes(this.state(i)));
	}

	// Buttons that lead to some pages, each named.
	links(indices) {
		return h("div.row", ...indices.map((i) => {
			const link = button("go", this.nameOf(i));
			link.addEventListener("click", () => this.go(i));
			return link;
		}));
	}

	open(open) {
		this.list.hidden = !open;
		this.toggle.setAttribute("aria-expanded", String(open));
	}

	go(to) {
		this.at = Math.max(0, Math.min(this.pages.length, to));
		this.open(false);
		this.a.show();
		this.heading.scrollIntoView({ block: "nearest" });
		focusOn(this.heading);
	}

	show() {
		const { a, at, pages } = this;
		const done = this.with(...DONE).length;
		const last = at === pages.length;
		setText(this.heading, last ? this.endWord : a.t("step_of", { n: at + 1, all: pages.length }));
		this.bar.value = done;
		[...pages, this.end].forEach((page, i) => (page.hidden = i !== at));
		this.before.hidden = at === 0;
		this.after.hidden = last;
		this.after.classList.toggle("kas-primary", !last && DONE.includes(this.state(at)));
		this.entries.forEach(({ sign, word, open, node }, i) => {
			const state = i < pages.length ? this.state(i) : "";
			node.classList.toggle("kas-last", !state);
			sign.className = `kas-sign kas-is-${state}`;
			setText(sign, SIGNS[state] || "");
			setText(word, state && a.t(`state_${state}`));
			if (i === at) open.setAttribute("aria-current", "step");
			else open.removeAttribute("aria-current");
		});
	}
}

// A check of one answer: a hint first, the answer after another try. At `${at}/periksa` stands "1 b": the try, the answer.
// read(): the answer, blank while something is lacking. keep(): puts it. lacking(), lacks(): where and what is lacking.
// answerIn(mark): what to show of the right answer.
export class Check {
	constructor(a, at, own) {
		Object.assign(this, { a, at: `${at}/periksa`, name: `mark/${at}`, ...own });
		this.verdict = h("div.verdict", { id: `kas-${random()}`, tabindex: "-1", hidden: true });
		this.ask = button("check.primary", a.t("check"));
		this.reveal = button("reveal.quiet", a.t("reveal"));
		this.buttons = h("div.row", this.ask, this.reveal);
		this.node = h("div.check", this.verdict, this.buttons);
		this.ask.addEventListener("click", () => this.check());
		this.reveal.addEventListener("click", () => this.put(2, this.read() || this.checked));
	}

	get asked() {
		return this.a.value(this.at);
	}

	// the answer that was checked
	get checked() {
		return this.asked.slice(2);
	}

	// What was told of the last check, or nothing yet.
	get mark() {
		const mark = this.a.view[this.name];
		return mark?.of === this.asked ? mark : null;
	}

	get over() {
		return Boolean(this.mark?.reveal);
	}

	get state() {
		if (this.mark) return this.mark.right ? "right" : this.over ? "told" : "again";
		return this.asked ? "waiting" : this.read() ? "given" : "open";
	}

	check() {
		const answer = this.read();
		if (!answer) return this.stop("lacks");
		if (this.mark && this.checked === answer) return this.stop("same");
		this.put(this.mark ? 2 : Number(this.asked[0] || 1), answer); // a try counts once its hint was seen
	}

	put(tries, answer) {
		this.stopped = "";
		this.wanted = true;
		this.keep();
		this.a.put(this.at, `${tries} ${answer}`);
		if (this.a.offline) this.a.say(this.a.t("waits"));
	}

	// Nothing to check: says so beside the answer, and goes there.
	stop(why) {
		this.stopped = why;
		this.a.show();
		const words = why === "lacks" ? this.lacks() : this.a.t(why);
		this.a.say(words);
		if (why === "lacks") focusOn(this.lacking(), "center");
	}

	again() {
		this.stopped = "";
		this.a.put(this.at, "");
	}

	show() {
		const { a, mark } = this;
		if (this.stopped === "lacks" && this.read()) this.stopped = "";
		if (this.stopped === "same" && this.read() !== this.checked) this.stopped = "";
		setText(this.ask, a.t(this.asked ? "check_again" : "check"));
		this.buttons.hidden = this.over;
		this.reveal.hidden = !mark || this.over;
		const told = this.stopped || (mark ? mark.of : this.asked && (a.offline ? "waits" : "checking"));
		if (told === this.told) return;
		this.told = told;
		this.verdict.hidden = !told;
		this.verdict.replaceChildren(...(told ? this.words(told) : []));
		if (!this.wanted || !mark || this.stopped) return;
		this.wanted = false;
		const here = this.node.contains(document.activeElement) || document.activeElement === document.body;
		if (here) focusOn(this.verdict, "nearest");
		else a.say(this.verdict.textContent);
	}

	words(told) {
		const { a, mark } = this;
		const sure = mark && !this.stopped;
		const kind = !sure ? (this.stopped ? "again" : "waiting") : this.state;
		this.verdict.className = `kas-verdict kas-${{ right: "right", told: "wrong", again: "warning" }[kind] || "info"}`;
		const text = sure ? mark.message : told === "lacks" ? this.lacks() : a.t(told);
		const lines = [h("p.message", h("span.sign", { "aria-hidden": "true" }, SIGNS[kind]), h("span", text))];
		if (!sure || !mark.reveal) return lines;
		const { explanation, source } = mark.reveal;
		if (!mark.right) lines.push(h("div.answer", h("p", h("strong", a.t("answer_is"))), this.answerIn(mark)));
		lines.push(h("p", explanation));
		if (source) lines.push(h("p.hint", a.t("source", { source })));
		return lines;
	}
}

// A sign for what was right or wrong, also in words: put into `holder`.
export function signed(a, holder, right) {
	const key = right === undefined ? "" : String(right);
	if (holder.dataset.right === key) return;
	holder.dataset.right = key;
	holder.className = `kas-mark ${key ? `kas-${right ? "right" : "wrong"}` : ""}`;
	if (!key) return holder.replaceChildren();
	const sign = h("span.sign", { "aria-hidden": "true" }, right ? "✓" : "✕");
	holder.replaceChildren(sign, h("span.unseen", a.t(right ? "choice_right" : "choice_wrong")));
}
