"""What really happens to releases: returned, withdrawn, moved, urgent, signed by a deputy, held jointly, filed too late."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.bureau import Bureau
from tests.conftest import Shell


@pytest.fixture
def bureau(shell: Shell) -> Bureau:
    return Bureau(shell)


def _text(path: Path) -> str:
    with zipfile.ZipFile(path) as document:
        xml = document.read("word/document.xml").decode("utf-8")
    return re.sub(r"\s", "", re.sub(r"<[^>]+>", "", xml))


def _held(bureau: Bureau, ref: str, *more: str) -> None:
    seats = ("--seat", "host=周主任", "--seat", "presenter=华言")
    bureau.on("2026-10-09", "record", "held", ref, *seats, *more)


def test_returned_delegated_and_joint_and_the_form_says_so(bureau: Bureau) -> None:
    """The form shows the last round: both units' opinions, the delegate with whom he stands for, and no returned words."""
    ref = bureau.plan()
    joint = ("--joint", "天宁分局:窦言:同意联合召开。")
    bureau.on("2026-09-18", *bureau.submission(ref, *joint))
    sent_back = ("approve", ref, "--by", "周主任", "--opinion", "数据请核对。", "--return", "--resume")
    assert bureau.on("2026-09-21", *sent_back)["status"] == "returned"
    bureau.file("press_text.txt", "核对后的稿子")
    again = bureau.on("2026-09-22", *bureau.submission(ref, *joint, "--media", "省市媒体"))
    assert {c["field"] for c in again["changed"]} == {"media", "attachments"}
    delegation = ("record", "delegation", "朱副", "--deputy", "顾二", "--role", "deputy_leader")
    bureau.on("2026-09-23", *delegation, "--until", "2026-09-30")
    bureau.on("2026-09-23", "approve", ref, "--by", "周主任", "--opinion", "拟同意。")
    done = bureau.on("2026-09-24", "approve", ref, "--by", "顾二", "--opinion", "同意召开。")
    assert done["status"] == "approved"
    assert [(s["by"], s["on_behalf_of"]) for s in done["steps"] if s["round"] == 2][-1] == ("顾二", "朱副")
    bureau.on("2026-09-24", "form", "approval", ref, "-o", "审批表.docx")
    text = _text(bureau.shell.folder / "审批表.docx")
    for said in (
        "材料齐备，拟同意。", "同意联合召开。", "窦言", "拟同意。", "同意召开。", "顾二", "代朱副",
        "2026年9月22日", "2026年9月23日", "2026年9月24日", "省市媒体",
    ):  # fmt: skip
        assert said in text, said
    assert "数据请核对" not in text and "2026年9月18日" not in text


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("窦言", "（窦言　副局长　2026年9月18日）"),
        ("李处 政委", "（李处　政委　2026年9月18日）"),
        ("窦言　代局长", "（窦言　代局长　2026年9月18日）"),
        ("李处", "（李处　2026年9月18日）"),
    ],
)
def test_a_joint_opinion_names_its_signer_with_the_post(bureau: Bureau, given: str, printed: str) -> None:
    """From the register, or as told; the opinion stays as it was written."""
    ref = bureau.plan()
    done = bureau.on("2026-09-18", *bureau.submission(ref, "--joint", f"天宁分局：{given}:意见：同意。"))
    (step,) = [s for s in done["steps"] if s["by"][:2] in ("窦言", "李处")]
    assert step["opinion"] == "意见：同意。"
    bureau.on("2026-09-18", "form", "approval", ref, "-o", "审批表.docx")
    assert re.sub(r"\s", "", printed) in _text(bureau.shell.folder / "审批表.docx")


def test_each_of_many_people_begins_a_line_on_the_further_page(bureau: Bureau) -> None:
    """Run on, a name would be broken, or parted from its post."""
    family, given = (
        "甄岑阚郦",
        ("文博", "佳怡", "国栋", "明哲", "雅琴", "立新", "永康", "丽华", "秀英", "晓东"),
    )
    names = [a + b for a in family for b in given]
    rows = [
        f"公交分局,新闻发言人,{n},党委委员、副局长兼政治处主任、新闻发言人,139100000{i:02}"
        for i, n in enumerate(names)
    ]
    roster = bureau.file("many.csv", "\n".join(["单位,类别,姓名,职务,手机", *rows]))
    bureau.on("2026-01-15", "register", "import", str(roster))
    ref = bureau.plan()
    many = [word for name in names for word in ("--presenter", name)]
    bureau.on("2026-09-18", *bureau.submission(ref, *many, leave_out=("--presenter",)))
    bureau.on("2026-09-18", "form", "approval", ref, "-o", "审批表.docx")
    with zipfile.ZipFile(bureau.shell.folder / "审批表.docx") as document:
        xml = document.read("word/document.xml").decode()
    lines = [re.sub("<[^>]+>", "", line) for line in re.split("<w:br/>|</w:p>", xml)]
    assert [n for n in names if not any(line.strip().startswith(f"{n}　") for line in lines)] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("喻联", "--deputy", "杨副", "--role", "office_director"), "post_not_held"),
        (("周主任", "--deputy", "杨副", "--role", "chief_leader"), "post_not_held"),
        (("周主任", "--deputy", "杨副", "--role", "office_director", "--on", "2026-01-04"), "post_not_held"),
        (("周主任", "--deputy", "周主任", "--role", "office_director"), "delegated_to_oneself"),
        (("县局长", "--deputy", "杨副", "--role", "chief_leader"), "post_not_held"),
        (("周主任", "--deputy", "旧人", "--role", "office_director"), "deputy_not_in_post"),
    ],
)
def test_a_delegation_that_can_have_no_effect_is_refused(
    bureau: Bureau, words: tuple[str, ...], code: str
) -> None:
    former = ("register", "add", "旧人", "--role", "liaison", "--unit", "宣传处", "--title", "科员")
    bureau.on("2026-01-05", *former, "--mobile", "13900000012", "--on", "2026-01-05")
    bureau.on("2026-03-01", "register", "end", "旧人", "--on", "2026-03-01", "--reason", "退休")
    county = (
        "register",
        "add",
        "县局长",
        "--role",
        "chief_leader",
        "--unit",
        "武进区公安局",
        "--title",
        "局长",
    )
    bureau.on("2026-01-05", *county, "--mobile", "13900000013", "--on", "2026-01-05")
    told = bureau.refused("2026-09-18", "record", "delegation", *words, "--until", "2026-09-30")
    assert told["code"] == code and told["clause"] == "三(三)1"
    if words[0] == "县局长":  # of another unit, which the sentence must say, or it contradicts itself
        assert "登记为武进区公安局局长（市局主要领导）" in told["message"]
    assert bureau.on("2026-09-18", "record", "list", "--kind", "delegation") == []


@pytest.mark.parametrize(
    ("until", "fits"), [("2026-09-17", False), ("2026-09-18", True), ("2026-09-19", True)]
)
def test_a_delegation_ends_no_earlier_than_it_begins(bureau: Bureau, until: str, fits: bool) -> None:
    words = (
        "record",
        "delegation",
        "周主任",
        "--deputy",
        "杨副",
        "--role",
        "office_director",
        "--until",
        until,
    )
    if fits:
        assert bureau.on("2026-09-18", *words)["data"]["until"] == until
    else:
        assert bureau.refused("2026-09-18", *words)["code"] == "date_backwards"


@pytest.mark.parametrize("role", ["office_director", "新闻发言人办公室主任", "新闻办主任", "office-director"])
def test_a_post_is_named_in_chinese_too_and_kept_in_one_spelling(bureau: Bureau, role: str) -> None:
    words = ("record", "delegation", "周主任", "--deputy", "杨副", "--role", role, "--until", "2026-09-30")
    assert bureau.on("2026-09-18", *words)["data"]["role"] == "office_director"


@pytest.mark.parametrize("role", ["liaison", "联络员", "spokesperson", "king", ""])
def test_only_a_post_that_signs_can_be_delegated(bureau: Bureau, role: str) -> None:
    """三(三)1 names the posts on the route; that of a liaison signs nothing, so nobody can sign for him."""
    words = ("record", "delegation", "喻联", "--deputy", "杨副", "--role", role, "--until", "2026-09-30")
    told = bureau.refused("2026-09-18", *words, code=2)
    assert "--role" in told["message"] and "office_director（新闻发言人办公室主任）" in told["next"]


@pytest.mark.parametrize(
    ("on", "until", "said"),
    [
        ("2026-09-18", "2027-09-18", None),
        ("2026-09-18", "2027-09-19", "超过一年"),
        ("2026-09-18", "2062-09-30", "超过一年"),
        ("2026-02-28", "2027-02-28", None),
        ("2026-09-01", "2026-09-18", None),
        ("2026-09-01", "2026-09-17", "已经过去"),
        ("2026-02-01", "2026-02-10", "已经过去"),
    ],
)
def test_an_odd_span_of_a_delegation_is_taken_and_told(
    bureau: Bureau, on: str, until: str, said: str | None
) -> None:
    """Papers come late, and a leader may be away for long; a slip of the keyboard looks the same."""
    words = ("record", "delegation", "周主任", "--deputy", "杨副", "--role", "office_director")
    told = bureau.said("2026-09-18", *words, "--until", until, "--on", on)
    assert (said in told) if said else told == ""
    assert len(bureau.on("2026-09-18", "record", "list", "--kind", "授权代签")) == 1


def test_who_left_signs_for_nobody(bureau: Bureau) -> None:
    ref = bureau.plan()
    words = ("record", "delegation", "周主任", "--deputy", "杨副", "--role", "office_director")
    bureau.on("2026-09-01", *words, "--until", "2026-09-30")
    bureau.on("2026-09-10", "register", "end", "杨副", "--on", "2026-09-19", "--reason", "调离")
    bureau.on("2026-09-18", *bureau.submission(ref))
    error = bureau.refused("2026-09-21", "approve", ref, "--by", "杨副", "--opinion", "同意")
    assert error["code"] == "post_not_held"


@pytest.mark.parametrize(
    "words",
    [
        ("record", "trigger", "公交分局", "--matter", "事故", "--kind", "突发事件"),
        ("record", "trigger", "公交分局", "--matter", "事故", "--kind", "舆情"),
        ("record", "trigger", "公交分局", "--matter", "事故", "--kind", "重大事项"),
        ("form", "blank", "审批表", "-o", "a.docx"),
        ("form", "blank", "联络员登记表", "-o", "a.docx"),
        ("plan", "list", "--status", "已列入计划"),
        ("record", "list", "--kind", "豁免"),
    ],
)
def test_terms_are_taken_in_the_regulations_words(bureau: Bureau, words: tuple[str, ...]) -> None:
    done = bureau.on("2026-09-18", *words)
    if words[1] == "trigger":
        assert done["data"]["kind"] in ("major", "opinion", "emergency")


def test_a_submission_in_chinese_words_only(bureau: Bureau) -> None:
    ref = bureau.plan()
    words = bureau.submission(ref, leave_out=("programme", "source_material", "press_text"))
    files = [
        f"{k}={v}.txt"
        for k, v in {"方案": "programme", "素材": "source_material", "通稿": "press_text"}.items()
    ]
    bureau.on("2026-09-18", *words, *(w for f in files for w in ("--attach", f)))
    done = bureau.on(
        "2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意", "--step", "办公室"
    )
    assert [a["kind"] for a in done["attachments"]] == ["programme", "source_material", "press_text"]


def test_a_post_that_was_left_cannot_be_delegated_from_that_day_on(bureau: Bureau) -> None:
    bureau.on("2026-09-10", "register", "end", "周主任", "--on", "2026-09-15", "--reason", "调离")
    words = (
        "record",
        "delegation",
        "周主任",
        "--deputy",
        "杨副",
        "--role",
        "office_director",
        "--until",
        "2026-09-30",
    )
    assert bureau.refused("2026-09-18", *words)["code"] == "post_not_held"
    assert bureau.refused("2026-09-18", *words, "--on", "2026-09-15")["code"] == "post_not_held"
    assert bureau.on("2026-09-18", *words, "--on", "2026-09-14")["on"] == "2026-09-14"


def test_a_delegation_ends(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    delegation = ("record", "delegation", "周主任", "--deputy", "杨副", "--role", "office_director")
    bureau.on("2026-09-18", *delegation, "--until", "2026-09-20")
    error = bureau.refused("2026-09-21", "approve", ref, "--by", "杨副", "--opinion", "同意")
    assert error["code"] == "post_not_held" and "周主任" in error["next"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("--venue", "二楼会议室"), "地点由市局新闻发布厅改为二楼会议室"),
        (("--time", "14:30"), "时间由10:00:00改为14:30:00"),
        (("--presenter", "施联"), "发布人由华言改为施联"),
        (("--date", "2026-10-12"), "日期由2026-10-09改为2026-10-12"),
    ],
)
def test_what_leaders_approved_cannot_change_without_them(
    bureau: Bureau, change: tuple[str, ...], said: str
) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--opinion", "同意")
    moved = bureau.on("2026-09-23", "plan", "move", ref, *change, "--reason", "场地冲突")
    assert moved["status"] == "returned" and moved["planned_date"] == "2026-10-09"
    story = bureau.on("2026-09-23", "plan", "show", ref)["history"]
    assert said in story[-1]["summary"] and story[-1]["reason"] == "场地冲突"
    early = bureau.refused("2026-09-23", "approve", ref, "--by", "朱副", "--opinion", "同意")
    assert early["code"] == "wrong_state" and "报送" in early["next"]


def test_a_move_to_what_is_already_so_is_refused(bureau: Bureau) -> None:
    ref = bureau.plan()
    error = bureau.refused("2026-09-18", "plan", "move", ref, "--date", "2026-10-09", "--reason", "无")
    assert error["code"] == "nothing_new"


def test_another_text_than_approved_is_told_as_it_was(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--opinion", "同意")
    bureau.on("2026-09-23", "record", "filed", ref, "--by", "喻联")
    bureau.file("改过.txt", "又改了一句")
    words = (
        "record",
        "held",
        ref,
        "--seat",
        "host=周主任",
        "--seat",
        "presenter=华言",
        "--press-text",
        "改过.txt",
    )
    assert "已如实记录，检查时为不符合" in bureau.said("2026-10-09", *words)
    found = bureau.findings("RTE-06", "2026-10-09")
    assert [(f["result"], f["strength"]) for f in found] == [("fail", "E")]
    assert "已不能补正" in found[0]["next"]


def test_a_text_changed_before_the_event_goes_back_for_approval(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--opinion", "同意")
    bureau.file("改过.txt", "又改了一句")
    change = ("plan", "move", ref, "--press-text", "改过.txt", "--reason", "核对后改了一句")
    assert "须重新报送、审批" in bureau.said("2026-09-25", *change)
    again = bureau.submission(ref)
    kept = again[: again.index("--attach")]  # the changed text is there already
    bureau.on("2026-09-28", *kept)
    bureau.on("2026-09-28", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    bureau.on("2026-09-29", "approve", ref, "--by", "朱副", "--opinion", "同意")
    bureau.on("2026-09-30", "record", "filed", ref, "--by", "喻联")
    _held(bureau, ref, "--press-text", "改过.txt")
    assert bureau.findings("RTE-06", "2026-10-09") == []
    assert bureau.findings("LED-01", "2026-10-09") == [], "the first receipt was in time"


def test_withdrawn_only_until_the_office_has_acted(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    assert bureau.on("2026-09-18", "submit", ref, "--withdraw", "--reason", "补充")["status"] == "withdrawn"
    bureau.on("2026-09-21", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    error = bureau.refused("2026-09-21", "submit", ref, "--withdraw", "--reason", "补充")
    assert error["code"] == "wrong_state" and "领导审批" in error["next"]


def test_unfiled_then_filed_late_is_told_forever(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意", "--no-wide-impact")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--opinion", "同意")
    words = ("record", "held", ref, "--seat", "host=周主任", "--seat", "presenter=华言")
    error = bureau.refused("2026-10-09", *words)
    assert error["code"] == "not_filed" and error["clause"] == "三(三)1" and "--unfiled" in error["next"]
    bureau.on("2026-10-09", *words, "--unfiled", "--reason", "遗漏")
    bureau.on("2026-10-12", "record", "filed", ref, "--by", "喻联")
    bureau.shell.today("2026-10-12")
    found = bureau.shell("check", "--rule", "FIL-02", "--json", code=1).stdout
    assert "补报备" in found and '"fail"' in found


def test_only_what_waits_can_be_urged(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    assert bureau.on("2026-09-21", "record", "reminder", ref, "--to", "周主任")["ref"] == ref
    bureau.on("2026-09-21", "plan", "cancel", ref, "--reason", "合并")
    assert bureau.refused("2026-09-21", "record", "reminder", ref, "--to", "周主任")["code"] == "wrong_state"


def test_one_command_is_one_group_of_the_log(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    entries = bureau.on("2026-09-18", "log", "list", ref)
    assert [e["action"] for e in entries] == ["plan.add", "submit"]
    assert len({e["command"] for e in entries}) == 2
    changed = {c["field"]: c for e in entries[1:] for c in e["changes"]}
    assert (changed["status"]["old"], changed["status"]["new"]) == ("planned", "submitted")
    assert changed["venue"]["old"] is None, "the first version stands beside the new"


def test_clashes_and_days_off_are_said_at_once(bureau: Bureau) -> None:
    first = bureau.plan("甲", "--venue", "发布厅", "--time", "10:00", on="2026-10-15")
    bureau.shell.today("2026-01-15")
    words = ("plan", "add", "乙", "--unit", "天宁分局", "--form", "conference", "--venue", "发布厅")
    said = bureau.shell(*words, "--time", "10:00", "--date", "2026-10-15").stderr
    assert first in said and "发布厅" in said
    said = bureau.shell(*words, "--time", "10:00", "--date", "2026-10-03").stderr
    assert "不是工作日" in said


def test_what_comes_in_on_a_day_off_counts_on_the_next_working_day(bureau: Bureau) -> None:
    """Q2: 19 September 2026 is a Saturday, the Sunday after it is worked."""
    words = bureau.submission(bureau.plan())
    bureau.shell.today("2026-09-19")
    assert "2026-09-19 不是工作日，按 2026-09-20 收到计" in bureau.shell(*words).stderr
    words = bureau.submission(bureau.plan("乙"))
    bureau.shell.today("2026-09-20")
    assert "收到计" not in bureau.shell(*words).stderr


def test_plan_against_what_happened(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-02-01", "plan", "move", ref, "--date", "2026-10-12", "--reason", "调整")
    own = ("plan", "add", "临时发布", "--unit", "天宁分局", "--form", "conference")
    late = bureau.on("2026-06-01", *own, "--date", "2026-06-01")["ref"]
    bureau.on("2026-06-01", "record", "held", late)
    rows = {r["unit"]: r for r in bureau.on("2026-12-31", "plan", "progress")}
    assert (rows["公交分局"]["planned"], rows["公交分局"]["open"], rows["公交分局"]["complete"]) == (
        1,
        1,
        True,
    )
    assert (rows["天宁分局"]["planned"], rows["天宁分局"]["unplanned"], rows["天宁分局"]["complete"]) == (
        0,
        1,
        False,
    )
    assert "缺" in bureau.shell("plan", "progress").stdout


def test_an_own_release_of_a_county_bureau_needs_nobody(bureau: Bureau) -> None:
    words = ("plan", "add", "武进反诈", "--unit", "武进区公安局", "--form", "written", "--date", "2026-03-03")
    ref = bureau.on("2026-01-15", *words)["ref"]
    assert bureau.on("2026-03-03", "record", "held", ref)["status"] == "held"


def test_another_presenter_than_approved_is_said(bureau: Bureau) -> None:
    ref = bureau.plan()
    bureau.on("2026-09-18", *bureau.submission(ref))
    bureau.on("2026-09-21", "approve", ref, "--by", "周主任", "--opinion", "拟同意")
    bureau.on("2026-09-22", "approve", ref, "--by", "朱副", "--opinion", "同意")
    bureau.on("2026-09-23", "record", "filed", ref, "--by", "喻联")
    bureau.shell.today("2026-10-09")
    words = ("record", "held", ref, "--seat", "host=周主任", "--seat", "presenter=施联")
    assert "审批的发布人华言没有出席" in bureau.shell(*words).stderr


# -- waivers and the ledger ------------------------------------------------------------------------


def test_what_must_be_done_cannot_be_waived(bureau: Bureau) -> None:
    words = ("--subject", "公交分局", "--by", "苏正", "--reason", "特殊情况")
    error = bureau.refused("2026-06-01", "record", "waiver", "ROS-03", *words)
    assert error["code"] == "not_waivable" and error["clause"] == "三(一)"
    assert (
        bureau.refused("2026-06-01", "record", "waiver", "ABC-01", *words, code=4)["code"] == "unknown_rule"
    )
    unknown = ("--subject", "没有的人", "--by", "苏正", "--reason", "x")
    assert (
        bureau.refused("2026-06-01", "record", "waiver", "QTA-02", *unknown, code=4)["code"]
        == "unknown_subject"
    )


def test_a_waiver_is_listed_with_its_reason(bureau: Bureau) -> None:
    words = ("--subject", "公交分局", "--by", "苏正", "--reason", "机构调整", "--year", "2026")
    bureau.on("2026-12-20", "record", "waiver", "QTA-02", *words)
    bureau.on(
        "2026-12-20", "record", "waiver", "QTA-01", "--subject", "2026Q2", "--by", "苏正", "--reason", "安保"
    )
    bureau.shell.today("2027-01-04")
    found = bureau.shell("check", "--year", "2026", "--on", "2027-01-04", "--json", code=1).stdout
    waived = [f for f in json.loads(found)["findings"] if f["result"] == "waived"]
    assert {(f["rule"], f["unit"] or f["subject"]) for f in waived} == {
        ("QTA-02", "公交分局"),
        ("QTA-01", "常州市公安局"),
    }
    assert all("苏正" in f["message"] for f in waived)
    report = bureau.on("2027-01-04", "report", "annual", "2026")
    assert len(report["waivers"]) == 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("statement", "华言", "--year", "2026"), 0),
        (("half-year", "武进区公安局", "--year", "2026", "--half", "3"), 2),
        (("half-year", "没有这个局", "--year", "2026", "--half", "1"), 4),
        (("meeting", "--topics", "部署", "--people", "周主任", "--people", "喻联"), 0),
        (("training", "--topic", "应对", "--people", "不存在"), 4),
        (("trigger", "公交分局", "--matter", "事故", "--kind", "accident"), 2),
        (("trigger", "公交分局", "--matter", "事故", "--kind", "emergency", "--happened", "2026-03-01 25:00"), 2),
        (("trigger", "公交分局", "--matter", "事故", "--kind", "emergency", "--happened", "2026-03-01 08:30"), 0),
        (("trigger", "公交分局", "--matter", "事故", "--ref", "2026-999"), 4),
        (("line", "2026-999", "--decided-by", "华言", "--line", "口径"), 4),
        (("material", "2026-001", "--by", "公交分局", "--supplied", "天宁分局", "--author", "施联"), 0),
        (("invitation", "2026-001", "--by", "宣传处", "--media", "日报", "--media", "晚报"), 0),
        (("interview", "公交分局", "--outlet", "晚报", "--matter", "春运", "--arranged-by", "华言"), 0),
        (("reviewed", "2026-001", "--person", "华言"), 0),
        (("delegation", "朱副", "--deputy", "顾二", "--role", "king", "--until", "2026-12-31"), 2),
    ],
)  # fmt: skip
def test_records_of_every_kind(bureau: Bureau, words: tuple[str, ...], code: int) -> None:
    bureau.plan()
    before = len(bureau.on("2026-03-02", "record", "list"))
    if code:
        bureau.refused("2026-03-02", "record", *words, code=code)
    else:
        done = bureau.on("2026-03-02", "record", *words)
        assert done["on"] == "2026-03-02" and done["label"]
    assert len(bureau.on("2026-03-02", "record", "list")) == before + (code == 0)
