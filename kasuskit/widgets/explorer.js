// The form explorer: find a question, and see what it asks, why, an example, and what often goes wrong.

import { activity } from "./activity.js";
import { button, focusOn, h, matches, setText } from "./tools.js";

export default activity("explorer", (a) => {
	const { sections } = a.screen;
	const items = new Map();
	sections.forEach((section) => section.items.forEach((item) => items.set(item.n, { item, section })));
	const search = h("input.input", { type: "search", id: a.id("search"), autocomplete: "off", enterkeyhint: "search" });
	const choose = h("select.input", { id: a.id("section") }, h("option", { value: "" }, a.t("all")));
	for (const section of sections) choose.append(h("option", { value: section.n }, section.l));
	const found = h("p.hint", { role: "status" });
	const list = h("ul.list");
	const rows = [...items.values()].map(({ item, section }) => row(item, section));
	const back = button("back", a.t("back"));
	const card = h("div.card", { hidden: "" });
	const browse = h(
		"div.browse", h("p.hint", a.t("hint")),
		h("label", { for: a.id("search") }, a.t("search")), search,
		h("label", { for: a.id("section") }, a.t("section")), choose,
		found, list,
	);
	a.el.append(h("h3", a.screen.title), browse, card);
	choose.parentNode.toggleAttribute("data-one", sections.length < 2);
	list.append(...rows.map((each) => each.node));

	function row(item, section) {
		const seen = h("span.seen", "");
		const open = button("open.item", h("span", item.l), seen);
		open.addEventListener("click", () => show(item.n));
		const words = [item.l, item.h, item.why, item.mistake].filter(Boolean).join(" ");
		return { item, section, words, seen, open, node: h("li", open) };
	}

	function filter() {
		let count = 0;
		for (const each of rows) {
			const fits = (!choose.value || choose.value === each.section.n) && (!search.value.trim() || matches(each.words, search.value));
			each.node.hidden = !fits;
			count += fits;
		}
		setText(found, count ? a.t("found", { n: count }) : a.t("none"));
	}

	const part = (name, ...kids) => h(`div.part.${name}`, h("h5", a.t(name)), ...kids);
	const paragraph = (text) => h("p", text);

	// What there is to know of a question.
	function show(name) {
		const { item, section } = items.get(name);
		a.put(`buka/${name}`, "1");
		const heading = h("h4", { tabindex: "-1" }, item.l);
		const text = h(
			"div.text", h("p.hint", section.l), heading,
			h("p.hint", [item.kind, item.must && a.t("must")].filter(Boolean).join(" · ")),
			item.h && part("how", paragraph(item.h)),
			item.why && part("why", paragraph(item.why)),
			item.example && part("example", paragraph(item.example)),
			item.mistake && part("mistake", paragraph(item.mistake)),
			item.choices && part("choices", h("ul", ...item.choices.map((each) => h("li", each)), item.more && h("li", a.t("more", { n: item.more })))),
			item.checks && part("checks", h("ul", ...item.checks.map((each) => h("li", each)))),
		);
		const names = rows.filter((each) => !each.node.hidden).map((each) => each.item.n);
		const at = names.indexOf(name);
		const step = (to, word) => {
			const control = button("step", a.t(word));
			control.addEventListener("click", () => show(names[to]));
			return names[to] ? control : null;
		};
		card.replaceChildren(h("div.row.spread", back, a.speak(text)), text, h("div.row.spread", step(at - 1, "previous") || h("span"), step(at + 1, "next")));
		card.hidden = false;
		browse.hidden = true;
		focusOn(heading, "nearest");
	}

	back.addEventListener("click", () => {
		const opened = rows.find((each) => each.item.l === card.querySelector("h4").textContent);
		card.hidden = true;
		browse.hidden = false;
		focusOn((opened || rows[0]).open, "nearest");
	});
	search.addEventListener("input", filter);
	choose.addEventListener("change", filter);
	filter();

	return {
		show() {
			for (const each of rows) setText(each.seen, a.value(`buka/${each.item.n}`) ? ` ✓ ${a.t("seen")}` : "");
		},
	};
});
