// The NIK explainer: a number beside a record, a verdict, then what each part of the number says.

import { activity } from "./activity.js";
import { button, focusOn, h, setText } from "./tools.js";

const GROUPS = [["area", 0, 6], ["date", 6, 12], ["serial", 12]];

export default activity("nik", (a) => {
	const { numbers, verdicts } = a.screen;
	let at = 0;
	const count = h("p.hint", { role: "status" });
	const bar = h("progress", { max: numbers.length, "aria-label": a.t("progress") });
	const place = h("div.place");
	const step = (by, word) => {
		const control = button("step", a.t(word));
		control.addEventListener("click", () => go(at + by));
		return control;
	};
	const before = step(-1, "previous");
	const after = step(1, "next");
	const typed = h("input.input", { id: a.id("try"), inputmode: "numeric", autocomplete: "off", maxlength: "24", "aria-describedby": a.id("try-hint") });
	const explain = button("explain.primary", a.t("explain"));
	const tried = h("div.tried", { role: "status" });
	a.el.append(
		h("h3", a.screen.title), h("p.hint", a.t("hint")), count, bar, place, h("div.row.spread", before, after),
		h("div.own", h("h4", a.t("own")), h("label", { for: a.id("try") }, a.t("try")), h("p.hint", { id: a.id("try-hint") }, a.t("try_hint")), typed, explain, tried),
	);
	const cards = numbers.map(card);

	// The digits in three groups, each with its name.
	function digits(nik) {
		return h("dl.digits", ...GROUPS.map(([name, from, to]) => h(`div.${name}`, h("dt", a.t(name)), h("dd", nik.slice(from, to) || "–"))));
	}

	function table(parts) {
		const rows = parts.map(([name, number, meaning]) => h("tr", h("th", { scope: "row" }, name), h("td.number", number), h("td", meaning)));
		const heads = ["part", "number", "meaning"].map((name) => h("th", { scope: "col" }, a.t(name)));
		return h("table", h("caption.unseen", a.t("parts")), h("thead", h("tr", ...heads)), h("tbody", ...rows));
	}

	function card(number) {
		const address = `nik/${number.id}`;
		const heading = h("h4", { tabindex: "-1" }, a.t("number_of", { n: number.id, all: numbers.length }));
		const facts = [["sex", a.t(`sex_${number.sex}`)], ["born", number.born], ["place", number.place]];
		const name = a.id(address);
		const verdict = h("div.verdict", { id: a.id(`${address}/verdict`), hidden: "" });
		const choices = verdicts.map((each) => {
			const input = h("input", { type: "radio", name, value: each });
			input.addEventListener("change", () => a.put(address, each));
			return { input, label: h("label.choice", input, h("span", a.t(each))) };
		});
		const check = button("check.primary", a.t("check"));
		check.addEventListener("click", () => {
			if (!a.value(address)) {
				a.say(a.t("choose_first"));
				choices[0].input.focus();
				return;
			}
			a.put(`${address}/periksa`, String(Number(a.value(`${address}/periksa`) || 0) + 1));
		});
		const node = h(
			"div.card", heading, digits(number.nik),
			h("p", a.t("record")), h("ul.facts", ...facts.map(([key, value]) => h("li", `${a.t(key)}: ${value}`))),
			h("fieldset", { "aria-describedby": a.id(`${address}/verdict`) }, h("legend", a.t("ask")), ...choices.map((each) => each.label)),
			check, verdict,
		);
		return { address, number, heading, choices, check, verdict, node, told: "" };
	}

	function showCard(each) {
		const answer = a.value(each.address);
		for (const { input } of each.choices) input.checked = input.value === answer;
		const mark = a.view.marks?.[each.number.id];
		const current = mark && mark.answer === answer ? mark : null;
		const waiting = a.pending(`${each.address}/periksa`);
		const told = current ? JSON.stringify(current) : waiting ? "waiting" : "";
		if (told === each.told) return;
		each.told = told;
		each.verdict.hidden = !told;
		if (!told) return;
		if (!current) {
			each.verdict.replaceChildren(h("p", a.t(a.offline ? "waits" : "checking")));
			return;
		}
		each.verdict.className = `kas-verdict kas-${current.right ? "right" : "wrong"}`;
		const words = a.t(current.right ? "right" : "not_yet");
		each.verdict.replaceChildren(
			h("p.message", h("span.sign", { "aria-hidden": "true" }, current.right ? "✓" : "✕"), h("span", words)),
			...(current.differences || []).map((text) => h("p", text)),
			current.why ? h("p", current.why) : "",
			current.parts ? table(current.parts) : h("p", current.problem),
		);
		a.say([words, ...(current.differences || []), current.why].filter(Boolean).join(" "));
	}

	function go(to) {
		at = Math.max(0, Math.min(numbers.length - 1, to));
		place.replaceChildren(cards[at].node);
		show();
		focusOn(cards[at].heading, "nearest");
	}

	explain.addEventListener("click", () => typed.value.trim() && a.put("coba", typed.value.trim()));
	typed.addEventListener("keydown", (event) => event.key === "Enter" && explain.click());

	function show() {
		const right = a.view.right || 0;
		bar.value = right;
		setText(count, a.t("count", { right, all: numbers.length }));
		before.hidden = at === 0;
		after.hidden = at === numbers.length - 1;
		cards.forEach(showCard);
		const said = a.view.tried;
		const told = said ? JSON.stringify(said) : "";
		if (told === tried.dataset.told) return;
		tried.dataset.told = told;
		tried.replaceChildren(said?.parts ? table(said.parts) : said ? h("p.wrong", said.problem) : "");
	}

	if (numbers.length) {
		const open = numbers.findIndex((number) => !a.view.marks?.[number.id]?.right);
		at = Math.max(0, open);
		place.append(cards[at].node);
	} else place.append(h("p", a.t("empty")));
	if (!typed.value) typed.value = a.value("coba");
	return { show };
});
