// Sorting cards: one situation at a time, classed in one or more ways, and an overview with reasons at the end.

import { activity } from "./activity.js";
import { Check, signed, Steps } from "./steps.js";
import { button, h, setText } from "./tools.js";

const BETWEEN = ";";
const names = (value) => value.split(" ").filter(Boolean);
const words = (dimension, value) => names(value).map((name) => dimension.choices.find((each) => each[0] === name)?.[1] || name).join(", ");

class Card {
	constructor(a, card) {
		Object.assign(this, { a, card });
		const { dimensions } = a.screen;
		const text = h("p.vignette", { id: this.id("text") }, card.text);
		this.groups = dimensions.map((dimension) => this.group(dimension));
		this.check = new Check(a, card.id, {
			read: () => this.read(),
			keep: () => undefined,
			lacking: () => this.lacking().inputs[0],
			lacks: () => a.t("lacks_some"),
			answerIn: () => this.right(),
		});
		this.node = h("div.page", h("div.card", text, a.speak(text)), ...this.groups.map((group) => group.field), this.check.node);
	}

	id(name) {
		return this.a.id(`${this.card.id}/${name}`);
	}

	group(dimension) {
		const at = `${this.card.id}/${dimension.name}`;
		const type = dimension.several ? "checkbox" : "radio";
		const marks = new Map();
		const inputs = dimension.choices.map(([value]) => h("input", { type, name: this.id(dimension.name), value }));
		const chips = inputs.map((input, i) => {
			marks.set(input.value, h("span.mark"));
			return h("label.choice.chip", input, h("span", dimension.choices[i][1]), marks.get(input.value));
		});
		const said = h("p.message", { id: this.id(`${dimension.name}/said`), hidden: true });
		const legend = h("legend", dimension.label, dimension.several && h("span.hint", ` ${this.a.t("several")}`));
		const field = h("fieldset", { "aria-describedby": `${this.id("text")} ${said.id}` }, legend, h("div.chips", ...chips), said);
		const group = { at, dimension, inputs, marks, said, field };
		field.addEventListener("change", () => this.a.put(at, this.chosen(group)));
		return group;
	}

	chosen(group) {
		return group.inputs.filter((input) => input.checked).map((input) => input.value).join(" ");
	}

	lacking() {
		return this.groups.find((group) => !this.chosen(group)) || this.groups[0];
	}

	// All that was chosen, blank while something is lacking.
	read() {
		const given = this.groups.map((group) => this.chosen(group));
		return given.every(Boolean) ? given.join(BETWEEN) : "";
	}

	get state() {
		return this.check.state;
	}

	// What was chosen when the card was checked, by dimension.
	checked(group) {
		return this.check.checked.split(BETWEEN)[this.groups.indexOf(group)] || "";
	}

	classes(group) {
		return this.check.mark?.classes[group.dimension.name] || "";
	}

	right() {
		return h("ul", ...this.groups.map((group) => h("li", `${group.dimension.label.replace(/[?:. ]+$/, "")}: ${words(group.dimension, this.classes(group))}`)));
	}

	clear() {
		this.check.again();
		for (const { at } of this.groups) this.a.put(at, "");
	}

	show() {
		this.check.show();
		const { mark, over } = this.check;
		for (const group of this.groups) {
			const value = this.a.value(group.at);
			group.field.disabled = over;
			for (const input of group.inputs) input.checked = names(value).includes(input.value);
			this.say(group, mark);
			const right = names(this.classes(group));
			const given = names(this.checked(group));
			for (const [name, node] of group.marks) {
				signed(this.a, node, !over ? undefined : right.includes(name) ? true : given.includes(name) ? false : undefined);
			}
		}
	}

	// Beside each dimension: how it stands, or that it is lacking.
	say(group, mark) {
		const { dimension, said } = group;
		const lacks = this.check.stopped === "lacks" && !this.chosen(group);
		const verdict = lacks ? "lacks" : mark?.verdicts[dimension.name] || "";
		if (said.dataset.told === verdict) return;
		said.dataset.told = verdict;
		said.hidden = !verdict;
		const right = verdict === "right";
		said.className = `kas-message kas-${right ? "right" : "warning"}`;
		const sign = h("span.sign", { "aria-hidden": "true" }, right ? "✓" : "!");
		said.replaceChildren(...(verdict ? [sign, h("span", lacks ? this.a.t("lacks", { label: dimension.label }) : mark.messages[dimension.name])] : []));
	}
}

// What was chosen, what is right and why, card by card; on a phone each row stands as a block.
function overview(a, cards) {
	const heads = ["card", "chosen", "right_is", "why"];
	const cell = (i, tag, ...kids) => h(tag, { role: tag === "th" ? "rowheader" : "cell", "data-head": a.t(heads[i]) }, ...kids);
	const lines = (card, read) => h("ul", ...card.groups.map((group) => h("li", `${group.dimension.label.replace(/[?:. ]+$/, "")}: ${words(group.dimension, read(group)) || "–"}`)));
	const row = (card, i) => {
		const { mark } = card.check;
		const sign = h("span.mark");
		signed(a, sign, mark.right);
		return h(
			"tr", { role: "row" },
			cell(0, "th", sign, h("span", `${i + 1}. ${card.card.text}`)),
			cell(1, "td", lines(card, (group) => card.checked(group))),
			cell(2, "td", lines(card, (group) => card.classes(group))),
			cell(3, "td", h("p", mark.reveal.explanation), mark.reveal.source && h("p.hint", a.t("source", { source: mark.reveal.source }))),
		);
	};
	const head = h("tr", { role: "row" }, ...heads.map((name) => h("th", { role: "columnheader", scope: "col" }, a.t(name))));
	const rows = cards.map((card, i) => (card.check.over ? row(card, i) : null)).filter(Boolean);
	return h("table", { role: "table" }, h("caption", a.t("overview")), h("thead", { role: "rowgroup" }, head), h("tbody", { role: "rowgroup" }, ...rows));
}

export default activity("cards", (a) => {
	const cards = a.screen.cards.map((card) => new Card(a, card));
	const end = h("div.end");
	const steps = new Steps(a, cards.map((card) => card.node), end, a.t("end"), (i) => cards[i].state);
	const intro = h("p.hint", a.t("intro"));
	a.el.append(h("h3", a.screen.title), intro, steps.node);

	function retry(wrong) {
		const control = button("retry.primary", a.t("retry"));
		control.addEventListener("click", () => {
			wrong.forEach((i) => cards[i].clear());
			steps.go(wrong[0]);
		});
		return control;
	}

	function showEnd() {
		const wrong = steps.with("told");
		const right = steps.with("right").length;
		const open = cards.map((card, i) => i).filter((i) => !["right", "told"].includes(cards[i].state));
		const told = [right, wrong, open].join("/");
		if (told === end.dataset.told) return;
		end.dataset.told = told;
		const lines = [h("p.score", a.t("score", { right, all: cards.length })), h("p", a.t(open.length ? "sum_open" : wrong.length ? "sum_some" : "sum_all"))];
		if (open.length) lines.push(h("p", a.t("not_done")), steps.links(open));
		if (wrong.length) lines.push(retry(wrong));
		if (open.length < cards.length) lines.push(overview(a, cards));
		end.replaceChildren(...lines);
	}

	return {
		show() {
			cards.forEach((card) => card.show());
			showEnd();
			steps.show();
			intro.hidden = steps.at > 0;
		},
	};
});
