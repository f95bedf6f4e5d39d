// The NIK explainer: a number beside a record, a verdict, then what each part of the number says.

import { activity } from "./activity.js";
import { button, focusOn, h, setText } from "./tools.js";

const GROUPS = [["area", 0, 6], ["date", 6, 12], ["serial", 12]];
const GROUP_OF_PART = ["area", "area", "area", "date", "date", "date", "serial"];

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
	const explain = button("explain", a.t("explain"));
	const tried = h("div.tried", { role: "status" });
	a.el.append(
		h("h3", a.screen.title), h("p.hint", a.t("hint")), count, bar, place, h("div.row.spread", before, after),
		h("div.own", h("h4", a.t("own")), h("label", { for: a.id("try") }, a.t("try")), h("p.hint", { id: a.id("try-hint") }, a.t("try_hint")), typed, explain, tried),
	);
	const cards = numbers.map(card);

	// The digits in three groups, each with its name; area and date in pairs, as they are read.
	function digits(nik) {
		const pairs = (name, shown) => (name === "serial" ? shown : shown.replace(/..(?=.)/g, "$& "));
		return h("dl.digits", ...GROUPS.map(([name, from, to]) => h(`div.${name}`, h("dt", a.t(name)), h("dd", pairs(name, nik.slice(from, to)) || "–"))));
	}

	function parts(list) {
		const rows = list.map(([name, number, meaning], i) =>
			h(`div.${GROUP_OF_PART[i]}`, h("dt", h("span.number", number), " ", h("span", name)), h("dd", meaning)));
		return h("dl.parts", { "aria-label": a.t("parts") }, ...rows);
	}

	function card(number) {
		const address = `nik/${number.id}`;
		const heading = h("h4", { tabindex: "-1" }, a.t("number_of", { n: number.id, all: numbers.length }));
		const facts = [["sex", a.t(`sex_${number.sex}`)], ["born", number.born], ["place", number.place]];
		const name = a.id(address);
		const verdict = h("div.verdict", { id: a.id(`${address}/verdict`), hidden: true });
		const choices = verdicts.map((each) => {
			const input = h("input", { type: "radio", name, value: each });
			input.addEventListener("change", () => a.put(address, each));
			return { input, label: h("label.choice", input, h("span", a.t(each))) };
		});
		const check = button("check.primary", a.t("check"));
		check.addEventListener("click", () => {
			if (a.value(address)) a.put(`${address}/periksa`, a.value(address));
			else {
				a.say(a.t("choose_first"));
				choices[0].input.focus();
			}
		});
		const node = h(
			"div.card", heading, digits(number.nik),
			h("p", a.t("record")), h("ul.facts", ...facts.map(([key, value]) => h("li", h("span", `${a.t(key)}: ${value}`)))),
			h("fieldset", { "aria-describedby": a.id(`${address}/verdict`) }, h("legend", a.t("ask")), ...choices.map((each) => each.label)),
			check, verdict,
		);
		return { address, number, heading, choices, verdict, node, told: "" };
	}

	function showCard(each) {
		const answer = a.value(each.address);
		for (const { input } of each.choices) input.checked = input.value === answer;
		const asked = answer && a.value(`${each.address}/periksa`) === answer;
		const known = asked && a.view.marks?.[each.number.id];
		const mark = known?.answer === answer ? known : null;
		const wait = a.t(a.offline ? "waits" : "checking");
		const told = mark ? JSON.stringify(mark) : asked ? wait : "";
		if (told === each.told) return;
		const waited = each.told && !each.mark;
		Object.assign(each, { told, mark });
		each.verdict.hidden = !told;
		if (mark) showMark(each, waited);
		else {
			each.verdict.className = "kas-verdict";
			each.verdict.replaceChildren(h("p", wait));
		}
	}

	function showMark({ mark, verdict }, waited) {
		const words = a.t(mark.right ? "right" : "not_yet");
		const differences = mark.parts ? mark.differences || [] : []; // otherwise the problem says the same
		verdict.className = `kas-verdict kas-${mark.right ? "right" : "wrong"}`;
		verdict.replaceChildren(
			h("p.message", h("span.sign", { "aria-hidden": "true" }, mark.right ? "✓" : "✕"), h("span", words)),
			...differences.map((said) => h("p", said)),
			mark.why ? h("p", mark.why) : "",
			mark.parts ? parts(mark.parts) : mark.why ? "" : h("p", mark.problem),
		);
		if (waited) a.say([words, ...differences, mark.why].filter(Boolean).join(" "));
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
		setText(count, a.view.done ? `✓ ${a.t("done")}` : a.t("count", { right, all: numbers.length }));
		before.hidden = at === 0;
		after.hidden = at >= numbers.length - 1;
		cards.forEach(showCard);
		const said = a.pending("coba") ? null : a.view.tried;
		const told = said ? JSON.stringify(said) : a.pending("coba") ? a.t(a.offline ? "waits" : "checking") : "";
		if (told === tried.dataset.told) return;
		tried.dataset.told = told;
		tried.replaceChildren(said?.parts ? parts(said.parts) : h("p", said ? said.problem : told));
		tried.classList.toggle("kas-wrong", Boolean(said?.problem));
	}

	if (numbers.length) {
		at = Math.max(0, numbers.findIndex((number) => !a.view.marks?.[number.id]?.right));
		place.append(cards[at].node);
	} else {
		place.append(h("p", a.t("empty")));
		count.hidden = bar.hidden = true;
	}
	typed.value = a.value("coba");
	return { show };
});
