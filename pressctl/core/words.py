"""What offices write for a term: the regulation's word, the English value, and the usual spellings beside them.

One list for every door: a roster's 类别, `--role`, a plan's 形式, `--form`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar
from unicodedata import normalize

from pressctl.core.names import Names, in_force
from pressctl.core.own import Named, OwnKind
from pressctl.core.terms import (
    AttachmentKind,
    Form,
    FormKind,
    Nature,
    Occasion,
    Role,
    Seat,
    Step,
    Term,
    UnitKind,
)  # fmt: skip
from pressctl.errors import UsageError

_T = TypeVar("_T", bound=Term)

# Beside what a regulation itself says and writes, whose first spelling is the one that is offered.
_SPELLINGS: Mapping[type[Term], Mapping[Term, tuple[str, ...]]] = {
    Role: {
        Role.SPOKESPERSON: ("新闻发言人", "发言人", "单位新闻发言人", "市局新闻发言人", "分局新闻发言人", "新闻发言", "新闻发布人"),
        Role.LIAISON: ("联络员", "新闻联络员", "新闻发布联络员", "新闻发言人联络员", "新闻宣传联络员", "新闻发布工作联系人", "联系人", "联络人", "新闻联络人", "新闻发布联络人", "新闻发布工作联络人"),
        Role.MEDIA_LEAD: ("应对媒体负责人", "媒体负责人", "媒体应对负责人", "应对媒体责任人", "应对媒体负责同志", "媒体应对责任人", "基层所队应对媒体负责人"),
        Role.OFFICE_DIRECTOR: ("新闻发言人办公室主任", "发言人办公室主任", "新闻办主任", "新闻发言人办主任", "新闻发言办主任"),
        Role.CHIEF_LEADER: ("市局主要领导", "主要领导", "局主要领导", "市局主要负责人"),
        Role.DEPUTY_LEADER: ("市局分管领导", "分管领导", "局分管领导", "市局分管负责人"),
    },
    UnitKind: {
        UnitKind.BUREAU: ("市局", "市公安局", "市级局"),
        UnitKind.COUNTY_BUREAU: ("辖市(区)局", "辖市局", "辖区局", "辖市区局", "县局", "县市区局", "县(市区)局", "县级局"),
        UnitKind.SUB_BUREAU: ("分局", "公安分局", "区分局"),
        UnitKind.DETACHMENT: ("支队", "直属支队", "业务支队"),
        UnitKind.DIVISION: ("机关处室", "处室", "市局机关处室", "机关", "机关部门", "部门"),
        UnitKind.STATION: ("基层所队", "所队", "派出所", "大队", "基层单位", "基层所(队)"),
    },
    Form: {
        Form.CONFERENCE: ("新闻发布会", "发布会", "召开新闻发布会", "新闻发布"),
        Form.BRIEFING: ("新闻通气会", "通气会", "媒体通气会", "召开新闻通气会", "新闻媒体通气会"),
        Form.WRITTEN: ("书面发布", "书面", "书面新闻发布", "书面形式"),
    },
    Occasion: {
        Occasion.PERIODIC: ("定期", "例行", "定期发布", "例行发布"),
        Occasion.MAJOR: ("重大", "重大事项", "重大举措", "大要案件", "专项斗争"),
        Occasion.OPINION: ("舆情", "热点舆情", "敏感舆情"),
        Occasion.EMERGENCY: ("突发", "突发事件", "突发案件"),
        Occasion.OWN: ("单位", "自行", "本单位"),
    },
    Nature: {
        Nature.COMPREHENSIVE: ("综合", "全局性", "综合性", "全局"),
        Nature.SPECIAL: ("专项", "专项性", "业务性", "业务"),
    },
    AttachmentKind: {
        AttachmentKind.PROGRAMME: ("发布方案", "方案"),
        AttachmentKind.SOURCE_MATERIAL: ("新闻素材", "素材"),
        AttachmentKind.PRESS_TEXT: ("新闻发布稿", "发布稿", "新闻通稿", "通稿", "新闻稿"),
        AttachmentKind.LINE: ("发布口径", "口径"),
        AttachmentKind.OTHER: ("其他材料", "其他", "其它"),
    },
    Step: {
        Step.UNIT: ("组织单位", "单位"),
        Step.OFFICE: ("办公室", "办公室审核", "新闻发言人办公室"),
        Step.LEADER: ("领导", "领导审批", "市局领导"),
    },
    Seat: {
        Seat.HOST: ("主持", "主持人"),
        Seat.PRESENTER: ("通报", "通报人", "发布人"),
        Seat.ANSWERER: ("答问", "答问人", "答记者问"),
        Seat.ATTENDEE: ("出席", "出席人", "参加"),
    },
    FormKind: {
        FormKind.APPROVAL: ("审批表", "新闻发布会审批表"),
        FormKind.SPOKESPERSON: ("新闻发言人", "发言人", "发言人登记表"),
        FormKind.LIAISON: ("联络员", "联络员登记表"),
    },
}  # fmt: skip


def words_of(term: type[_T], names: Names | None = None) -> Mapping[str, _T]:
    """`{word: member}`: what the regulation says and writes (the one in force, or the one of the names), then the usual
    spellings and the English value, compared as `plain` writes them."""
    return _words_of(term, names or in_force())


@lru_cache(maxsize=64)
def _words_of(term: type[_T], names: Names) -> Mapping[str, _T]:
    usual: Mapping[Any, tuple[str, ...]] = _SPELLINGS.get(term, {})
    own = (
        (word, m)
        for m in term
        for word in (*names.spellings.get(m.key, ()), names.labels.get(m.key, m.plain))
    )
    spelt = ((word, m) for m, words in usual.items() for word in words)
    found: dict[str, _T] = {}
    for word, meant in (*own, *spelt):
        found.setdefault(plain(word), meant)
    for member in term:
        found.setdefault(plain(member.plain), member)
        found.setdefault(plain(member.value), member)
    return MappingProxyType(found)


def meaning(term: type[_T], text: str) -> _T | None:
    """The member that a text means, in Chinese or English; None for another word."""
    return words_of(term).get(plain(text))


@dataclass(frozen=True, slots=True)
class AskedWord(Generic[_T]):
    """What somebody wrote for a term, not yet read: a regulation may have names of its own. `option` of `command` is
    where it stood."""

    text: str
    of: type[_T]
    option: str = ""
    command: str = ""


Asked: TypeAlias = _T | Named[_T] | AskedWord[_T]
"""A kind as a use case is told it: a term, one with its name, or the word for it."""


def words_with(term: type[_T], own: tuple[OwnKind, ...]) -> Mapping[str, Named[_T]]:
    """`words_of`, and the regulation's own names, which come before core's spellings."""
    return _words_with(term, own, in_force())


@lru_cache(maxsize=64)
def _words_with(term: type[_T], own: tuple[OwnKind, ...], names: Names) -> Mapping[str, Named[_T]]:
    found = {word: Named(member) for word, member in _words_of(term, names).items()}
    for kind in own:
        if isinstance(kind.under, term):
            found |= {plain(word): Named(kind.under, kind.name) for word in (kind.name, *kind.aliases)}
    return MappingProxyType(found)


def fixed(term: type[_T], text: str) -> _T | None:
    """The member whose label or English value a text is: no regulation can give these another meaning."""
    said = plain(text)
    return next((m for m in term if said in (plain(m.label), plain(m.value))), None)


def meant(asked: Asked[_T], own: Iterable[OwnKind]) -> Named[_T]:
    """The kind that was asked for. Raises UsageError for a word that nobody knows, with all that are known."""
    if not isinstance(asked, AskedWord):
        return Named.of(asked)
    if (found := words_with(asked.of, tuple(own)).get(plain(asked.text))) is not None:
        return found
    known = [f"{m.value}（{m.label}）" for m in asked.of]
    known += [f"{kind.name}（属 {kind.under.value}）" for kind in own if isinstance(kind.under, asked.of)]
    where = f"{asked.option}：" if asked.option else ""
    raise UsageError(
        "usage",
        f"{where}“{asked.text}”不在可用的值之中：{'、'.join(known)}。",
        next_step=f"用 {asked.command} --help 查看用法。" if asked.command else None,
    )


def plain(text: str) -> str:
    """Without width variants, spaces and capitals; a hyphen is an underscore."""
    return re.sub(r"\s+", "", normalize("NFKC", text)).lower().replace("-", "_")
