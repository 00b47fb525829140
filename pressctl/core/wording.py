"""What the annual report says, as sentences with named facts: which there are, and which facts each may and must name.

The sentences themselves are the office's to edit (regulation/wording.toml); a fact stands in single braces, {year}.
The table here is what they are read against, so that a sentence never asks for what nobody can tell it, nor leaves
out what it is there to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pressctl.core.terms import Term

_FACT = re.compile(r"\{([^{}]*)\}")


class Genre(Term):
    """党政机关公文处理工作条例 第八条: a report goes up to the leadership, a circular down to the units."""

    REPORT = "report", "报告"
    CIRCULAR = "circular", "通报"


@dataclass(frozen=True, slots=True)
class Slots:
    """The facts of a sentence: those it must name, and those it may."""

    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()

    def unknown(self, text: str) -> list[str]:
        return [name for name in facts_in(text) if name not in self.must | self.may]

    def missing(self, text: str) -> list[str]:
        return sorted(self.must - set(facts_in(text)))


def facts_in(text: str) -> list[str]:
    """The names in a sentence's braces, in order.

    >>> facts_in("{year}年{held}项")
    ['year', 'held']
    """
    return _FACT.findall(text)


def broken(text: str) -> bool:
    """Whether braces are left over that do not enclose a name."""
    return "{" in _FACT.sub("", text) or "}" in _FACT.sub("", text)


def filled(text: str, facts: Mapping[str, object]) -> str:
    """The sentence with its facts; what stands in a fact's value is not read again."""
    return _FACT.sub(lambda found: str(facts[found[1]]), text)


def _of(must: str = "", may: str = "") -> Slots:
    return Slots(frozenset(must.split()), frozenset(may.split()))


HEAD = "bureau office year regulation as_of superiors"
"""What every sentence of a genre may name."""

OF_GENRE: Mapping[str, Slots] = {
    "title": _of("year", HEAD),
    "title_redhead": _of("year", HEAD),
    "mark": _of("", HEAD),
    "addressee": _of("", HEAD),
    "addressee_redhead": _of("", HEAD),
    "preamble": _of("year regulation as_of", HEAD),
    "brief": _of("year as_of", HEAD),
    "provisional": _of("", HEAD),
    "closing": _of("", HEAD),
    "issuer": _of("", HEAD),
    "issuer_redhead": _of("", HEAD),
}
"""The sentences that a report and a circular each have for themselves."""

TEXT: Mapping[str, Slots] = {
    "number": _of("code issued number"),
    "printer": _of("", HEAD),
    "overall": _of(),
    "practice": _of(),
    "problems": _of(),
    "demands": _of(),
    "planned": _of("year planned held", "bureau"),
    "nothing_planned": _of("year"),
    "forms": _of("forms", "in_bureau_name"),
    "quarters_kept": _of("quarters held", "every"),
    "no_quarters": _of(),
    "duty": _of("due met share", "lacking"),
    "duty_none": _of(),
    "submitted": _of("submitted", "late urgent"),
    "nothing_submitted": _of(),
    "people": _of("spokespersons liaisons", "as_of"),
    "people_own": _of("people"),
    "county": _of("units held"),
    "compared": _of("last held change", "met_change"),
    "compared_same": _of("last held"),
    "not_compared": _of("last"),
    "table_title": _of("", "first year"),
    "table_title_one": _of("", "year"),
    "all_quarters": _of("held", "all"),
    "some_quarters": _of("quarters held"),
    "kinds_whole": _of("kinds"),
    "categories": _of("categories", "number"),
    "occasions": _of("occasions"),
    "joint": _of("number", "names"),
    "joint_named": _of("number names"),
    "urgent": _of("reasons number", "names"),
    "urgent_named": _of("reasons number names"),
    "praised": _of("units"),
    "nothing_to_tell": _of("year"),
    "found": _of("pass fail no_evidence"),
    "found_nothing": _of("pass"),
    "fail": _of("said clause quote"),
    "fail_short": _of("said clause quote"),
    "no_evidence": _of("said clause quote"),
    "fail_beyond": _of("said source quote"),
    "no_evidence_beyond": _of("said source quote"),
    "own_source": _of("clause"),
    "waived_beyond": _of("reason by day subject source"),
    "waived": _of("reason by day subject clause"),
    "waived_title": _of(),
    "local": _of("clauses", "annex"),
    "nothing_owed": _of(),
    "coming": _of("day said"),
    "coming_title": _of(),
    "footnote": _of("head"),
    "annex_units": _of("year"),
    "annex_findings": _of("year"),
    "annex_releases": _of("year"),
    "annex_joint": _of("sum held"),
    "annex_note": _of(),
    "brief_figures": _of("year planned held", "quarters every due met submitted late urgent"),
    "brief_problems": _of("fail no_evidence problems"),
    "brief_owed": _of("number"),
}
"""The sentences that both genres share."""

OF_KIND: Mapping[str, Slots] = {"title": _of(), "short": _of(), "demand": _of()}
OF_PROBLEM: Mapping[str, Slots] = {
    "said": _of("who", "year span"),
    "unproved": _of("who", "year span"),
    "demand": _of("", "who year each"),
}
FALLBACK = "any"
"""The problem whose words stand in where a rule has none of its own."""


@dataclass(frozen=True, slots=True)
class Problem:
    """How one rule's findings are said: under which kind, what was not done, what cannot be shown, what to do."""

    kind: str
    said: str
    unproved: str
    demand: str


@dataclass(frozen=True)
class Wording:
    """Every sentence of the report. `kinds` in the order in which the report speaks of them."""

    genres: Mapping[Genre, Mapping[str, str]]
    text: Mapping[str, str]
    kinds: Mapping[str, Mapping[str, str]]
    rules: Mapping[str, Problem] = field(default_factory=dict)

    def of_genre(self, genre: Genre, name: str, **facts: object) -> str:
        return filled(self.genres[genre][name], facts)

    def say(self, name: str, **facts: object) -> str:
        return filled(self.text[name], facts)

    def problem(self, rule: str) -> Problem:
        return self.rules.get(rule, self.rules[FALLBACK])
