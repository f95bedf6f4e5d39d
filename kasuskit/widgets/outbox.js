// What is not saved yet: kept in the browser, sent again until the kernel has it.

import { ROW, attempt, local, random, session } from "./tools.js";

const PATIENCE = [4000, 8000, 15000, 30000]; // ms to wait for "saved" before sending again
const BEAT = 10000; // how often a tab that holds answers shows that it lives
const DEAD = 3; // looks without a new beat: that tab is gone, and another sends what it left
const BATCH = 200;
const MOST = 150000; // bytes of answers in one message, if it is more than one

// The answers of one attempt. Several tabs may send the same items, the kernel takes each (tab, n) once; so an item
// that another tab may have taken over is never changed.
export class Outbox {
	constructor(draft, post, told, acked = {}) {
		Object.assign(this, { draft, post, told, prefix: `kasuskit:${draft || random()}:`, sent: 0, fixed: 0, tries: 0, beats: {} });
		// The tab's name lies in sessionStorage while the tab sleeps or is left, and is taken out when it goes on: a
		// duplicated tab gets a copy of sessionStorage, and two tabs must not number their items under one name.
		const kept = session.get(`${this.prefix}name`) || {};
		session.drop(`${this.prefix}name`);
		const left = local.get(this.keyOf(kept.tab));
		const items = left?.items || [];
		this.n = Math.max(kept.n || 0, ...items.map((item) => item.n));
		this.queues = new Map(); // the other tabs' items, if any, were left by tabs that are gone
		if (!kept.tab || (kept.asleep && left?.beat !== 0) || acked[kept.tab] > this.n) this.rename();
		else this.queues.set((this.tab = kept.tab), items);
		this.keep();
		this.adopt();
		this.overlay();
		this.pulse = setInterval(() => {
			if (this.items.length) this.keep();
			if (this.adopt()) this.send();
		}, BEAT);
	}

	get items() {
		return this.queues.get(this.tab);
	}

	get count() {
		return [...this.queues.values()].flat().length;
	}

	keyOf(tab) {
		return `${this.prefix}tab:${tab}`;
	}

	rename() {
		if (this.tab && !this.count) this.queues.clear();
		Object.assign(this, { tab: random(), n: 0, sent: 0, fixed: 0 });
		this.queues.set(this.tab, []);
	}

	// Before the page is left or sleeps; it may never wake.
	rest(closing) {
		if (this.closing || (this.resting && !this.free)) return;
		Object.assign(this, { resting: true, closing, fixed: this.n });
		session.set(`${this.prefix}name`, { tab: this.tab, n: this.n, asleep: !closing });
		this.write(0);
	}

	wake() {
		if (!this.resting) return;
		if (!this.free) this.rename();
		this.resting = this.closing = false;
		session.drop(`${this.prefix}name`);
		this.keep();
		this.send();
	}

	keep() {
		if (!this.resting || this.free) this.write(this.resting ? 0 : random());
	}

	// beat 0: whoever finds it may send it, and a copy of this tab may go on under its name
	write(beat) {
		const key = this.keyOf(this.tab);
		this.safe = local.set(key, { beat, items: this.items });
		if (!this.items.length && (this.closing || !this.resting)) local.drop(key);
	}

	get free() {
		return local.get(this.keyOf(this.tab))?.beat === 0;
	}

	// Not by the clock, which people and phones set back: a tab lives while its beat changes before our eyes.
	adopt() {
		let found = false;
		for (const key of local.keys(this.keyOf(""))) {
			const tab = key.slice(this.keyOf("").length);
			const { beat, items = [] } = local.get(key) || {};
			if (this.queues.has(tab) || !items.length) continue;
			const seen = this.beats[tab]?.beat === beat ? this.beats[tab] : { beat, times: 0 };
			this.beats[tab] = seen;
			if (beat !== 0 && seen.times++ < DEAD) continue;
			this.queues.set(tab, items);
			found = true;
		}
		if (found) this.overlay();
		return found;
	}

	// was: what the person saw there before
	put(op, at, value = "", was) {
		const last = this.items[this.items.length - 1];
		const again = op === "set" && last?.op === op && last.at === at && last.n > this.fixed;
		if (again) last.value = value;
		else this.items.push({ n: ++this.n, op, at, value, was });
		this.keep();
		this.overlay();
		if (this.waiting && this.timer && performance.now() - this.sentAt < PATIENCE[0]) this.told();
		else this.send();
	}

	// Always from the oldest on: the kernel answers with the last n it knows, so a gap would pass for saved.
	send() {
		if (this.barred) return;
		this.sentAt = performance.now();
		for (const [tab, items] of this.queues) {
			if (!items.length) continue;
			const batch = portion(items);
			if (tab === this.tab) this.fixed = Math.max(this.fixed, (this.sent = batch[batch.length - 1].n));
			this.post({ kind: "answers", draft: this.draft, tab, items: batch });
		}
		this.watch();
	}

	watch() {
		this.timer = clearTimeout(this.timer);
		this.told();
		if (!this.count || this.barred) return;
		this.timer = setTimeout(() => {
			this.tries = Math.min(this.tries + 1, PATIENCE.length - 1);
			this.waiting = true;
			this.send();
		}, PATIENCE[this.tries]);
	}

	saved(acked) {
		let more = false;
		for (const [tab, items] of [...this.queues]) {
			const n = acked[tab] || 0;
			const left = items.filter((item) => item.n > n);
			if (left.length < items.length && left.length && (tab !== this.tab || left[0].n > this.sent)) more = true;
			if (left.length || tab === this.tab) this.queues.set(tab, left);
			else {
				this.queues.delete(tab);
				local.drop(this.keyOf(tab));
			}
		}
		this.n = Math.max(this.n, acked[this.tab] || 0);
		this.tries = 0;
		this.waiting = this.offline = false;
		this.keep();
		this.overlay();
		if (more) this.send();
		else this.watch();
	}

	// What the unsaved items say, for showing them over what the kernel says.
	overlay() {
		this.edits = new Map();
		this.moves = [];
		for (const { op, at, value } of [...this.queues.values()].flat()) {
			const [, list, key] = op === "add" ? [at, at, value] : ROW.exec(at) || [];
			if (op === "set") this.edits.set(at, value);
			else this.moves.push({ op, list, key: Number(key) });
		}
	}

	end() {
		clearTimeout(this.timer);
		clearInterval(this.pulse);
		this.rest(true);
	}
}

function portion(items) {
	let size = 0;
	const end = items.findIndex((item, i) => {
		size += new TextEncoder().encode(JSON.stringify(item)).length;
		return i && (i >= BATCH || size > MOST);
	});
	return items.slice(0, end < 0 ? BATCH : end);
}
