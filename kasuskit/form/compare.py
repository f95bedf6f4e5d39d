"""Compare two forms: what was added, removed, renamed or changed, and what of it hurts answers already given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kasuskit.form.definition import Check, Choice, FormNode, Question, Repeat
from kasuskit.form.form import Form

LOST, UNFIT, RECHECK = "lost", "unfit", "recheck"
"""What a change does to answers already given: ``LOST`` they are no longer found under their name; ``UNFIT`` some are
no longer among what can be answered; ``RECHECK`` some may be missing, hidden or refused now."""

_TEXTS = {
    "label": "label", "hint": "hint", "guidance": "guidance_hint", "required_message": "required_message",
    "constraint_message": "constraint_message",
}  # fmt: skip
_FORMULAS = {
    "relevant": RECHECK, "required": RECHECK, "constraint": RECHECK, "choice_filter": RECHECK, "calculation": "",
    "default": "", "appearance": "",
}  # fmt: skip
_CHECK_COLUMNS = {"when": "when", "severity": "severity", "moment": "moment", "detail": "temuan", "source": "sumber"}
_WIDER = (("integer", "decimal"), ("select_one", "select_multiple"))  # every answer of the first is one of the second


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two forms.

    Parameters
    ----------
    what : str
        ``form``, ``question``, ``group``, ``repeat``, ``choice`` or ``check``.
    change : str
        ``added``, ``removed``, ``renamed``, ``moved``, or the property that differs (``type``, ``list``, ``label``,
        ``relevant`` …).
    name : str
        Of the question or check; of a choice, ``list/choice``. The old name where it was renamed.
    section : str
        Name of the section it stands in (of the newer form where both have it); blank outside ``survey``.
    before, after : str
        What the older and the newer form hold there; blank for nothing.
    harm : str
        ``"lost"``, ``"unfit"``, ``"recheck"``, or blank when answers already given stay as they are.
    lang : str
        The language of a text that differs; blank otherwise.
    """

    what: str
    change: str
    name: str
    section: str = ""
    before: str = ""
    after: str = ""
    harm: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences from an older form to a newer one, in the order of the newer."""

    before: Form
    after: Form
    changes: tuple[Change, ...]

    @property
    def harmful(self) -> tuple[Change, ...]:
        """The changes that may hurt answers already given."""
        return tuple(change for change in self.changes if change.harm)


def compare_forms(before: Form, after: Form) -> Comparison:
    """Return what changed from one form to another.

    Questions, choices and checks are matched by name. A question that is gone while a new one of the same kind has
    the same label is told as renamed, which hurts as much: answers are kept by name.
    """
    changes = [*_form(before, after), *_nodes(before, after), *_lists(before, after), *_checks(before, after)]
    return Comparison(before, after, tuple(changes))


def _form(before: Form, after: Form) -> Iterator[Change]:
    for name in ("id", "title", "version"):
        old, new = str(getattr(before, name)), str(getattr(after, name))
        if old != new:
            yield Change("form", name, after.id, before=old, after=new)
    if before.languages != after.languages:
        yield Change("form", "languages", after.id, before=" ".join(before.languages), after=" ".join(after.languages))


# questions --------------------------------------------------------------------------------------------------


def _nodes(before: Form, after: Form) -> Iterator[Change]:
    gone = [node for node in before.nodes.values() if node.name not in after.nodes]
    new = [node for node in after.nodes.values() if node.name not in before.nodes]
    renamed = _renamed(gone, new)
    for node in gone:
        if node.name not in renamed:
            yield _gone(before, node)
    old_names = {name: old for old, name in renamed.items()}
    for node in after.nodes.values():
        old = before.nodes.get(old_names.get(node.name, node.name))
        if old is None:
            harm = RECHECK if isinstance(node, Question) and node.asked and node.required else ""
            yield Change(_what(node), "added", node.name, after.section_of(node.name), "", _shown(node), harm)
            continue
        if old.name != node.name:
            section = after.section_of(node.name)
            yield Change(_what(old), "renamed", old.name, section, old.name, node.name, _loss(old))
        yield from _node(before, after, old, node, renamed)


def _gone(form: Form, node: FormNode) -> Change:
    return Change(_what(node), "removed", node.name, form.section_of(node.name), _shown(node), harm=_loss(node))


def _what(node: FormNode) -> str:
    return "question" if isinstance(node, Question) else "repeat" if isinstance(node, Repeat) else "group"


def _loss(node: FormNode) -> str:
    """Return the harm of taking a node's name away: only what people answered can be lost."""
    return LOST if isinstance(node, Repeat) or (isinstance(node, Question) and node.asked) else ""


def _shown(node: FormNode) -> str:
    return next(iter(node.label.values()), "") or (node.calculation if isinstance(node, Question) else "")


def _renamed(gone: list[FormNode], new: list[FormNode]) -> Mapping[str, str]:
    """Return the newer name for each name that seems to have been given another: same kind, same label, no rival."""
    out: dict[str, str] = {}
    for node in gone:
        alike = [each for each in new if _alike(node, each)]
        rivals = [each for each in gone if alike and _alike(each, alike[0])]
        if len(alike) == 1 and len(rivals) == 1:
            out[node.name] = alike[0].name
    return out


def _alike(old: FormNode, new: FormNode) -> bool:
    if _what(old) != _what(new) or (isinstance(old, Question) and old.type != new.type):
        return False
    if old.label:
        return any(_squeezed(text) == _squeezed(new.label.get(lang, "")) for lang, text in old.label.items())
    formula = old.calculation if isinstance(old, Question) else ""
    return bool(formula) and isinstance(new, Question) and not new.label and new.calculation == formula


def _squeezed(text: str) -> str:
    return " ".join(text.casefold().split())


def _node(before: Form, after: Form, old: FormNode, new: FormNode, renamed: Mapping[str, str]) -> Iterator[Change]:
    section = after.section_of(new.name)

    def change(what: str, was: str, now: str, harm: str = "", lang: str = "") -> Change:
        return Change(_what(new), what, new.name, section, was, now, harm, lang)

    repeats = tuple(renamed.get(name, name) for name in old.repeats)
    old_section = before.section_of(old.name)
    if repeats != new.repeats:
        yield change("moved", "/".join(repeats) or "-", "/".join(new.repeats) or "-", _loss(old))
    elif renamed.get(old_section, old_section) != section:
        yield change("moved", old_section if old.parent else "-", section if new.parent else "-")
    if old.type != new.type:
        yield change("type", old.type, new.type, _type_harm(old, new))
    for name, harm in _FORMULAS.items():
        was, now = (str(getattr(node, name, "") or "") for node in (old, new))
        if was != now:
            yield change(name, was, now, harm if now else "")  # a rule that was taken away refuses nobody
    if isinstance(old, Repeat) and isinstance(new, Repeat) and old.count != new.count:
        yield change("repeat_count", old.count, new.count, RECHECK)
    if isinstance(old, Question) and isinstance(new, Question):
        yield from _question(before, after, old, new, section)
    for name, column in _TEXTS.items():
        for was, now, lang in _texts(getattr(old, name, {}), getattr(new, name, {})):
            yield change(column, was, now, lang=lang)
    yield from (change(*extra) for extra in _columns(old.extra, new.extra))


def _question(before: Form, after: Form, old: Question, new: Question, section: str) -> Iterator[Change]:
    if old.asked and not new.asked and old.type == new.type:
        yield Change("question", "asked", new.name, section, "yes", "no", LOST)
    if old.list_name != new.list_name and old.list_name and new.list_name:
        kept = set(before.choice_names(old)) <= set(after.choice_names(new))
        yield Change("question", "list", new.name, section, old.list_name, new.list_name, "" if kept else UNFIT)


def _type_harm(old: FormNode, new: FormNode) -> str:
    if not isinstance(old, Question) or not old.asked:
        return _loss(old)
    if not isinstance(new, Question) or not new.asked:
        return LOST
    return "" if (old.type, new.type) in _WIDER or new.type == "text" else UNFIT


def _texts(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (before, after, language) of each text that differs."""
    return ((was, now, lang) for lang, was, now in _columns(old, new))


def _columns(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (key, before, after) of each entry that differs."""
    for key in dict.fromkeys((*new, *old)):
        if old.get(key, "") != new.get(key, ""):
            yield key, old.get(key, ""), new.get(key, "")


# choices and checks -----------------------------------------------------------------------------------------


def _lists(before: Form, after: Form) -> Iterator[Change]:
    used = {node.list_name for node in before.nodes.values() if isinstance(node, Question) and node.asked}
    for name in dict.fromkeys((*after.lists, *before.lists)):
        old = {choice.name: choice for choice in before.lists.get(name, ())}
        new = {choice.name: choice for choice in after.lists.get(name, ())}
        yield from _choices(name, old, new, UNFIT if name in used else "")


def _choices(name: str, old: Mapping[str, Choice], new: Mapping[str, Choice], harm: str) -> Iterator[Change]:
    gone = [choice for choice in old.values() if choice.name not in new]
    fresh = [choice for choice in new.values() if choice.name not in old]
    pairs: dict[str, str] = {}
    for choice in gone:
        alike = [each for each in fresh if _same_label(choice, each) and each.name not in pairs.values()]
        if len(alike) == 1:
            pairs[choice.name] = alike[0].name
    for choice in gone:
        at = f"{name}/{choice.name}"
        if choice.name in pairs:
            yield Change("choice", "renamed", at, before=choice.name, after=pairs[choice.name], harm=harm)
        else:
            yield Change("choice", "removed", at, before=_label(choice), harm=harm)
    for choice in new.values():
        at = f"{name}/{choice.name}"
        if choice.name not in old and choice.name not in pairs.values():
            yield Change("choice", "added", at, after=_label(choice))
        elif choice.name in old:
            for was, now, lang in _texts(old[choice.name].label, choice.label):
                yield Change("choice", "label", at, before=was, after=now, lang=lang)
            for column, was, now in _columns(old[choice.name].extra, choice.extra):
                yield Change("choice", column, at, before=was, after=now)


def _same_label(old: Choice, new: Choice) -> bool:
    return any(text and _squeezed(text) == _squeezed(new.label.get(lang, "")) for lang, text in old.label.items())


def _label(choice: Choice) -> str:
    return next(iter(choice.label.values()), "")


def _checks(before: Form, after: Form) -> Iterator[Change]:
    old = {check.name: check for check in before.checks}
    new = {check.name: check for check in after.checks}
    for name in dict.fromkeys((*new, *old)):
        if name not in new:
            yield Change("check", "removed", name, before=_sentence(old[name]))
        elif name not in old:
            yield Change("check", "added", name, after=_sentence(new[name]), harm=RECHECK)
        else:
            yield from _check(old[name], new[name])


def _check(old: Check, new: Check) -> Iterator[Change]:
    for name, column in _CHECK_COLUMNS.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            harm = RECHECK if name == "when" else ""
            yield Change("check", column, new.name, before=was, after=now, harm=harm)
    if old.fields != new.fields:
        yield Change("check", "fields", new.name, before=" ".join(old.fields), after=" ".join(new.fields))
    for name in ("message", "why"):
        for was, now, lang in _texts(getattr(old, name), getattr(new, name)):
            yield Change("check", name, new.name, before=was, after=now, lang=lang)


def _sentence(check: Check) -> str:
    return next(iter(check.message.values()), "")
