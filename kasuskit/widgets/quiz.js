// A quiz, which helps on, or a test, which only asks: one question at a time, five kinds of them.

import { activity } from "./activity.js";
import { Check, signed, Steps } from "./steps.js";
import { button, focusOn, h, setText } from "./tools.js";

const TYPING = 400; // ms of pause after which what is typed is put
const LONG = 26; // letters of a partner that a closed list on a phone would cut off

// --- the kinds of question
// make(q) gives what stands under the question, show(q, value) brings it up to date, read(q) gives the answer,
// rights(q, value, answer) tells by option whether it was right, told(q, reveal) shows the right answer.

const names = (value) => value.split(" ").filter(Boolean);
const textOf = (options, name) => (options.find((each) => each[0] === name) || [name, name])[1];
const listed = (tag, texts) => h(tag, ...texts.map((text) => h("li", text)));

const choices = {
	make(q) {
		const type = q.item.kind === "satu" ? "radio" : "checkbox";
		q.inputs = q.item.options.map(([name]) => h("input", { type, name: q.id("field"), value: name, "aria-describedby": q.id(`remark/${name}`) }));
		q.inputs.forEach((input) => input.addEventListener("change", () => q.put(choices.read(q))));
		return q.inputs.map((input, i) => h("div.option", h("label.choice", input, h("span", q.item.options[i][1]), q.mark(input.value)), q.remark(input.value)));
	},
	show(q, value) {
		for (const input of q.inputs) input.checked = names(value).includes(input.value);
	},
	read: (q) => q.inputs.filter((input) => input.checked).map((input) => input.value).join(" "),
	whole: (q, value) => Boolean(value),
	first: (q) => q.inputs[0],
	rights(q, value, answer) {
		const chosen = names(value);
		const right = names(answer);
		return ([name]) => (right.includes(name) ? true : chosen.includes(name) ? false : undefined);
	},
	told: (q, { answer }) => listed("ul", names(answer).map((name) => textOf(q.item.options, name))),
};

const order = {
	make(q) {
		q.rows = new Map(q.item.options.map(([name, text]) => [name, order.row(q, name, text)]));
		q.list = h("ol.order", ...[...q.rows.values()].map((row) => row.node));
		return [h("p.paper", q.a.t("paper_order")), q.list];
	},
	row(q, name, text) {
		const move = (by, sign, word) => {
			const control = button("move.square", { "aria-label": q.a.t(word, { text }) }, sign);
			control.addEventListener("click", () => order.move(q, name, by, control));
			return control;
		};
		const row = { up: move(-1, "↑", "up"), down: move(1, "↓", "down"), number: h("span.number", { "aria-hidden": "true" }) };
		row.moves = h("span.moves", row.up, row.down);
		row.node = h("li", h("div.line", row.number, h("span.text", text), q.mark(name), row.moves), q.remark(name));
		row.node.dataset.name = name;
		return row;
	},
	move(q, name, by, control) {
		const now = names(order.read(q));
		const at = now.indexOf(name);
		if (!(at + by in now)) return;
		now.splice(at, 1);
		now.splice(at + by, 0, name);
		q.put(now.join(" "));
		focusOn(control); // a node that moves loses the focus
		q.a.say(q.a.t("moved", { text: textOf(q.item.options, name), n: at + by + 1, all: now.length }));
	},
	show(q, value) {
		const now = value ? names(value) : q.item.options.map(([name]) => name);
		if (order.read(q) !== now.join(" ")) q.list.append(...now.map((name) => q.rows.get(name)?.node).filter(Boolean));
		now.forEach((name, i) => {
			const row = q.rows.get(name);
			if (!row) return;
			setText(row.number, `${i + 1}.`);
			row.up.setAttribute("aria-disabled", String(i === 0));
			row.down.setAttribute("aria-disabled", String(i === now.length - 1));
			row.moves.hidden = q.over;
		});
	},
	read: (q) => [...q.list.children].map((node) => node.dataset.name).join(" "),
	whole: (q, value) => Boolean(value),
	first: (q) => q.list.querySelector("button"),
	rights(q, value, answer) {
		const right = names(answer);
		const given = names(value);
		return ([name]) => given.indexOf(name) === right.indexOf(name);
	},
	told: (q, { answer }) => listed("ol", names(answer).map((name) => textOf(q.item.options, name))),
};

const pairs = {
	make(q) {
		const { options, partners } = q.item;
		const letters = partners.map((each, i) => String.fromCharCode(65 + i));
		const long = partners.some(([, text]) => text.length > LONG);
		const legend = h(long ? "ul.partners" : "ul.partners.paper", ...partners.map(([, text], i) => h("li", h("strong", `${letters[i]}. `), text)));
		q.selects = options.map(([name]) => {
			const offered = partners.map(([partner, text], i) => h("option", { value: partner }, long ? `${letters[i]}. ${text}` : text));
			const select = h("select.input", { id: q.id(name), "aria-describedby": q.id(`remark/${name}`) }, h("option", { value: "" }, q.a.t("choose")), ...offered);
			select.dataset.name = name;
			select.addEventListener("change", () => q.put(pairs.read(q)));
			return select;
		});
		const rows = options.map(([name, text], i) => h("div.pair", h("label", { for: q.id(name) }, text), h("div.line", q.selects[i], q.mark(name)), q.remark(name)));
		return [legend, ...rows];
	},
	show(q, value) {
		const given = new Map(names(value).map((pair) => pair.split("=")));
		for (const select of q.selects) select.value = given.get(select.dataset.name) || "";
	},
	read: (q) => q.selects.filter((select) => select.value).map((select) => `${select.dataset.name}=${select.value}`).join(" "),
	whole: (q, value) => names(value).length === q.item.options.length,
	first: (q) => q.selects.find((select) => !select.value) || q.selects[0],
	rights(q, value, answer) {
		const both = names(answer).filter((pair) => names(value).includes(pair));
		return ([name]) => both.some((pair) => pair.split("=")[0] === name);
	},
	told(q, { answer }) {
		const pair = (each) => each.split("=");
		return listed("ul", names(answer).map(pair).map(([left, right]) => `${textOf(q.item.options, left)} → ${textOf(q.item.partners, right)}`));
	},
};

const short = {
	make(q) {
		q.input = h("input.input", { id: q.id("field"), type: "text", maxlength: "200", autocomplete: "off", autocapitalize: "off", "aria-describedby": q.id("remark/") });
		q.input.addEventListener("input", () => {
			clearTimeout(q.typing);
			q.typing = setTimeout(() => q.flush(), TYPING);
		});
		q.input.addEventListener("change", () => q.flush());
		q.input.addEventListener("keydown", (event) => event.key === "Enter" && q.check?.check());
		return [h("label", { for: q.id("field") }, q.a.t("your_answer")), h("div.line", q.input, q.mark("")), q.remark("")];
	},
	show(q, value) {
		if (!q.input.matches(":focus") && q.input.value !== value) q.input.value = value;
	},
	read: (q) => q.input.value.replace(/[\p{C}\p{Z}]+/gu, " ").trim(),
	whole: (q, value) => Boolean(value),
	first: (q) => q.input,
	rights: (q) => () => q.check.mark.right,
	told: (q, { expected }) => h("p", expected),
};

const kinds = { satu: choices, beberapa: choices, urutan: order, pasangan: pairs, isian: short };

// --- one question

class Question {
	constructor(a, item) {
		Object.assign(this, { a, item, kind: kinds[item.kind], marks: new Map(), remarks: new Map() });
		if (!a.screen.test) {
			const lacks = () => a.t(item.kind === "pasangan" ? "lacks_pairs" : item.kind === "isian" ? "lacks_text" : "lacks");
			const answerIn = (mark) => this.kind.told(this, mark.reveal);
			const keep = () => this.put(this.kind.read(this));
			this.check = new Check(a, item.id, { read: () => this.read(), keep, lacking: () => this.kind.first(this), lacks, answerIn });
		}
		const inside = this.kind.make(this);
		const described = [this.id("hint"), this.check?.verdict.id].filter(Boolean).join(" ");
		this.field = h("fieldset", { "aria-describedby": described }, h("legend", item.text), h("p.hint", { id: this.id("hint") }, a.t(`hint_${item.kind}`)), ...inside);
		// an order that nobody touched is no answer: the person says that it is hers
		this.keep = item.kind === "urutan" && a.screen.test ? button("keep", a.t("keep_order")) : null;
		this.keep?.addEventListener("click", () => {
			this.put(order.read(this));
			focusOn(order.first(this));
			a.say(a.t("kept"));
		});
		const texts = [item.text, ...[...item.options, ...(item.partners || [])].map(([, text]) => text)];
		const spoken = { textContent: texts.map((text) => text.replace(/([^.?!])$/, "$1.")).join(" ") }; // all that reading aloud asks of a node
		this.node = h("div.page", h("div.row.speaking", a.speak(spoken)), this.field, this.keep, this.check?.node);
	}

	id(name) {
		return this.a.id(`${this.item.id}/${name}`);
	}

	mark(name) {
		this.marks.set(name, h("span.mark"));
		return this.marks.get(name);
	}

	remark(name) {
		this.remarks.set(name, h("p.remark", { id: this.id(`remark/${name}`), hidden: true }));
		return this.remarks.get(name);
	}

	get value() {
		return this.a.value(this.item.id);
	}

	// The answer to check: what stands there, once it is whole.
	read() {
		const value = this.kind.read(this);
		return this.kind.whole(this, value) ? value : "";
	}

	get over() {
		return this.check ? this.check.over : Boolean(this.a.value("selesai"));
	}

	get state() {
		if (!this.check) return this.kind.whole(this, this.value) ? "given" : "open";
		return this.check.state === "given" && !this.value ? "open" : this.check.state;
	}

	put(value) {
		if (this.a.screen.test && value) this.a.put("bentuk", this.a.screen.form);
		this.a.put(this.item.id, value);
	}

	flush() {
		clearTimeout(this.typing);
		if (this.kind === short && !this.over) this.put(short.read(this));
	}

	clear() {
		this.check.again();
		this.put("");
		if (this.input) this.input.value = "";
	}

	show() {
		const { kind, check } = this;
		this.field.disabled = this.over;
		kind.show(this, this.value);
		if (this.keep) this.keep.hidden = Boolean(this.value) || this.over;
		if (!check) return;
		const mark = check.mark;
		const right = mark?.reveal ? kind.rights(this, check.checked, mark.reveal.answer) : () => undefined;
		for (const [name, node] of this.marks) signed(this.a, node, right([name]));
		for (const [name, node] of this.remarks) {
			node.hidden = !mark?.remarks[name];
			setText(node, mark?.remarks[name] || "");
		}
		check.show();
	}
}

// --- the end of a quiz: what to look at again

function summary(a, questions, steps) {
	const node = h("div.end");
	return {
		node,
		show() {
			const { length } = questions;
			const right = steps().with("right").length;
			const wrong = steps().with("told");
			const open = steps().pages.map((page, i) => i).filter((i) => !["right", "told"].includes(questions[i].state));
			const told = [right, wrong, open].join("/");
			if (told === node.dataset.told) return;
			node.dataset.told = told;
			const word = open.length ? "sum_open" : wrong.length ? "sum_some" : "sum_all";
			const lines = [h("p.score", a.t("score", { right, all: length })), h("p", a.t(word))];
			if (open.length) lines.push(h("p", a.t("not_done")), steps().links(open));
			if (wrong.length) lines.push(h("p", a.t("look_again")), aims(wrong.map((i) => questions[i].item.aim)), steps().links(wrong), retry(wrong));
			node.replaceChildren(...lines);
		},
	};

	function aims(found) {
		const line = ([text, section]) => h("li", text, section && h("span.hint", ` ${a.t("in_section", { section })}`));
		return h("ul.aims", ...[...new Set(found)].map((aim) => a.screen.aims[aim]).filter(Boolean).map(line));
	}

	function retry(wrong) {
		const control = button("retry.primary", a.t("retry"));
		control.addEventListener("click", () => {
			wrong.forEach((i) => questions[i].clear());
			steps().go(wrong[0]);
		});
		return control;
	}
}

// --- the end of a test: hand it in, once more asked when questions are open

function handing(a, questions, steps) {
	const count = h("p.score");
	const missing = h("div.missing");
	const hand = button("hand.primary", a.t("hand_in"));
	const question = h("p.message", { tabindex: "-1" });
	const yes = button("yes.primary", a.t("hand_in_yes"));
	const no = button("no", a.t("hand_in_no"));
	const sure = h("div.card", { hidden: true }, question, h("div.row", yes, no));
	const node = h("div.end", count, missing, h("p", a.t("hand_in_hint")), hand, sure);
	const open = () => steps().with("open");
	const finish = () => {
		questions.forEach((each) => each.flush());
		a.put("bentuk", a.screen.form);
		a.put("selesai", "1");
	};
	hand.addEventListener("click", () => {
		if (!open().length) return finish();
		setText(question, a.t("hand_in_sure", { n: open().length, which: open().map((i) => i + 1).join(", ") }));
		hand.hidden = !(sure.hidden = false);
		focusOn(question, "nearest");
	});
	yes.addEventListener("click", finish);
	no.addEventListener("click", () => {
		hand.hidden = !(sure.hidden = true);
		steps().go(open()[0] ?? 0);
	});
	return {
		node,
		show() {
			const left = open();
			setText(count, a.t("answered", { n: questions.length - left.length, all: questions.length }));
			if (missing.dataset.told === String(left)) return;
			missing.dataset.told = String(left);
			missing.replaceChildren(...(left.length ? [h("p", a.t("not_answered")), steps().links(left)] : []));
		},
	};
}

export default activity("quiz", (a) => {
	const { items, test } = a.screen;
	const questions = items.map((item) => new Question(a, item));
	const end = (test ? handing : summary)(a, questions, () => steps);
	const steps = new Steps(a, questions.map((each) => each.node), end.node, a.t(test ? "hand_in" : "end"), (i) => questions[i].state);
	const thanks = h("h4", { tabindex: "-1" }, a.t("thanks"));
	const waits = h("p.warning", a.t("handed_waits"));
	const after = h("div.thanks", { hidden: true }, thanks, h("p", test && a.t(`thanks_${test}`)), waits);
	const intro = h("p.hint", a.t(test ? "intro_test" : "intro"));
	a.el.append(h("h3", a.screen.title), intro, steps.node, after);

	return {
		show() {
			questions.forEach((each) => each.show());
			end.show();
			steps.show();
			intro.hidden = steps.at > 0;
			const handed = Boolean(test && a.value("selesai"));
			waits.hidden = !a.pending("selesai") || !a.offline;
			if (handed === !after.hidden) return;
			const here = steps.node.contains(document.activeElement);
			steps.node.classList.toggle("kas-handed", handed);
			after.hidden = !handed;
			if (handed && here) focusOn(thanks, "nearest");
		},
		flush: () => questions.forEach((each) => each.flush()),
	};
});
