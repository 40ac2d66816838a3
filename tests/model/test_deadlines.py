"""By when a person must look, reply and report, on the working calendar of China."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.deadlines import SHANGHAI, deadlines_for
from model.errors import InvalidClue, InvalidConfiguration
from model.taxonomy import Taxonomy, load_taxonomy, parse_taxonomy
from model.triage import Deadlines
from model.working_days import WorkingCalendar, load_calendar, parse_calendar

DATASETS = Path(__file__).parents[2] / "datasets"
CONTENT = (DATASETS / "taxonomy.yaml").read_text(encoding="utf-8")
BY_CALENDAR = load_taxonomy(DATASETS / "taxonomy.yaml")
BY_WORKING = parse_taxonomy(
    "taxonomy.yaml", CONTENT.replace("  counting: calendar\n", "  counting: working\n")
)
CALENDAR = load_calendar(DATASETS / "calendar.yaml")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=SHANGHAI)


def deadlines(
    submitted_at: datetime = NOON,
    urgency: str = "normal",
    module: str = "service_center",
    function: str = "complaints_appeals",
    taxonomy: Taxonomy = BY_CALENDAR,
    calendar: WorkingCalendar = CALENDAR,
    text: str = "派出所不立案",
) -> Deadlines:
    return deadlines_for(
        urgency, module, function, submitted_at, taxonomy=taxonomy, calendar=calendar, text=text
    )


class TestLimits:
    @pytest.mark.parametrize(
        ("urgency", "first_look"),
        [
            ("critical", "2026-11-23T14:00:00+08:00"),
            ("urgent", "2026-11-24T12:00:00+08:00"),
            ("normal", "2026-11-30T12:00:00+08:00"),
            ("inquiry", "2026-11-30T12:00:00+08:00"),
        ],
    )
    def test_the_first_look_follows_the_urgency(self, urgency: str, first_look: str) -> None:
        assert deadlines(urgency=urgency).first_look_by.isoformat() == first_look

    def test_seven_days_are_calendar_days_and_the_other_count_is_told(self) -> None:
        found = deadlines()
        assert found.procedural_reply_by == date(2026, 11, 30)
        assert found.note is not None
        assert "按工作日计为 2026-12-02" in found.note

    def test_seven_days_are_working_days_by_setting_and_the_other_count_is_told(self) -> None:
        found = deadlines(taxonomy=BY_WORKING)
        assert found.procedural_reply_by == date(2026, 12, 2)
        assert found.note is not None
        assert "按自然日计为 2026-11-30" in found.note

    @pytest.mark.parametrize(
        ("submitted", "result"),
        [
            ("2026-11-23", "2027-02-23"),
            ("2026-11-30", "2027-02-28"),
            ("2027-11-30", "2028-02-29"),
            ("2026-03-31", "2026-06-30"),
            ("2026-10-31", "2027-01-31"),
            ("2026-12-31", "2027-03-31"),
        ],
    )
    def test_the_result_is_due_on_the_same_day_three_months_on_or_the_last(
        self, submitted: str, result: str
    ) -> None:
        moment = datetime.fromisoformat(submitted).replace(tzinfo=SHANGHAI)
        assert deadlines(moment).result_by == date.fromisoformat(result)

    def test_the_basis_names_the_articles(self) -> None:
        basis = deadlines().basis
        assert "第161条" in basis
        assert "第163条" in basis

    @pytest.mark.parametrize(
        ("module", "function", "told"),
        [
            ("public_interest", "public_interest_litigation", "评估没有法定日数"),
            ("service_center", "civil", "三日内移送民事检察部门"),
            ("judicial_aid", "complaints_appeals", "先行救助"),
            ("minor_protection", "minors", "三日内反馈"),
        ],
    )
    def test_the_particulars_of_a_matter_are_told(
        self, module: str, function: str, told: str
    ) -> None:
        note = deadlines(module=module, function=function).note
        assert note is not None
        assert told in note

    @pytest.mark.parametrize(
        ("module", "function"),
        [
            ("service_center", "criminal"),
            ("service_center", "complaints_appeals"),
            ("business_environment", "economic_crime"),
            ("minor_protection", "minors"),
        ],
    )
    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("昨天收到城关区检察院的不起诉决定书,我是被害人,不服", True),
            ("派出所不立案,也不给回执", False),
        ],
    )
    def test_the_seven_days_to_appeal_are_told_where_the_text_speaks_of_non_prosecution(
        self, module: str, function: str, text: str, told: bool
    ) -> None:
        note = deadlines(module=module, function=function, text=text).note
        assert note is not None
        assert ("七日内可向上一级检察院申诉" in note) is told

    def test_what_does_not_concern_the_matter_is_not_told(self) -> None:
        note = deadlines().note
        assert note is not None
        assert "公益诉讼" not in note


class TestMoment:
    def test_without_an_offset_it_is_beijing_time(self) -> None:
        assert deadlines(NOON.replace(tzinfo=None)) == deadlines(NOON)

    def test_the_day_is_the_day_in_lanzhou(self) -> None:
        late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
        assert deadlines(late).procedural_reply_by == date(2026, 12, 1)

    def test_hours_are_hours_also_over_the_summer_time_of_1991(self) -> None:
        eve = datetime(1991, 4, 13, 12, 0, tzinfo=SHANGHAI)
        elapsed = deadlines(eve, "urgent").first_look_by.astimezone(UTC) - eve.astimezone(UTC)
        assert elapsed == timedelta(hours=24)

    @pytest.mark.parametrize("year", [1, 1989, 2100, 9999])
    def test_an_impossible_year_is_refused(self, year: int) -> None:
        with pytest.raises(InvalidClue, match="请核对"):
            deadlines(datetime(year, 1, 1))


class TestCalendar:
    @pytest.mark.parametrize(
        ("day", "working"),
        [
            ("2026-10-01", False),  # National Day
            ("2026-10-10", True),  # a Saturday worked instead
            ("2026-11-21", False),  # a Saturday
            ("2026-11-23", True),
        ],
    )
    def test_it_knows_official_holidays_and_make_up_days(self, day: str, working: bool) -> None:
        assert CALENDAR.is_working_day(date.fromisoformat(day)) is working

    def test_the_office_may_overrule_it(self) -> None:
        calendar = parse_calendar(
            "calendar.yaml",
            "known_until: 2026-12-31\nholidays: [2026-11-24]\nworkdays: [2026-11-28]\n",
        )
        assert not calendar.is_working_day(date(2026, 11, 24))
        assert calendar.is_working_day(date(2026, 11, 28))

    def test_a_new_year_once_entered_is_counted(self) -> None:
        calendar = parse_calendar(
            "calendar.yaml",
            "known_until: 2027-12-31\nholidays: [2027-01-01]\nworkdays: [2027-01-02]\n",
        )
        assert calendar.after(date(2026, 12, 31), 1) == date(2027, 1, 2)
        assert calendar.after(date(2027, 1, 2), 1) == date(2027, 1, 4)

    def test_past_its_last_year_it_says_so_and_counts_calendar_days(self) -> None:
        found = deadlines(datetime(2030, 2, 1, tzinfo=SHANGHAI), taxonomy=BY_WORKING)
        assert found.procedural_reply_by == date(2030, 2, 8)
        assert found.note is not None
        assert "日历到 2026-12-31 为止" in found.note

    def test_within_its_years_it_is_silent(self) -> None:
        assert "日历到" not in (deadlines().note or "")

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("known_until: 2027-12-31\n", "没有该年的放假日"),
            (
                "known_until: 2026-12-31\nholidays: [2026-11-24]\nworkdays: [2026-11-24]\n",
                "只能选一",
            ),
            ("known_until: 去年\n", "第 1 行 known_until：应为日期"),
            ("known_until: 2026-12-31\nholiday: []\n", "是否想写 holidays？"),
        ],
    )
    def test_its_mistakes_are_told(self, content: str, told: str) -> None:
        with pytest.raises(InvalidConfiguration) as caught:
            parse_calendar("calendar.yaml", content)
        assert any(told in mistake for mistake in caught.value.mistakes)


MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
NEAR_THE_EDGE = st.datetimes(datetime(2026, 12, 1), datetime(2027, 1, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)
TAXONOMIES = st.sampled_from([BY_CALENDAR, BY_WORKING])
BY_RANK = [u.code for u in sorted(BY_CALENDAR.urgencies, key=lambda urgency: urgency.rank)]


@given(MOMENTS, st.sampled_from(BY_RANK), TAXONOMIES)
def test_no_deadline_lies_before_the_submission(
    moment: datetime, urgency: str, taxonomy: Taxonomy
) -> None:
    found = deadlines(moment, urgency, taxonomy=taxonomy)
    day = moment.astimezone(SHANGHAI).date()
    assert found.first_look_by > moment
    assert found.procedural_reply_by > day
    assert found.result_by > day


@given(
    MOMENTS | NEAR_THE_EDGE,
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.sampled_from(BY_RANK),
    TAXONOMIES,
)
def test_who_submits_later_is_never_due_earlier(
    moment: datetime, wait: timedelta, urgency: str, taxonomy: Taxonomy
) -> None:
    later = min(moment + wait, datetime(2099, 12, 30, tzinfo=UTC))
    first, second = (deadlines(m, urgency, taxonomy=taxonomy) for m in sorted((moment, later)))
    assert first.first_look_by <= second.first_look_by
    assert first.procedural_reply_by <= second.procedural_reply_by
    assert first.result_by <= second.result_by


@given(MOMENTS, TAXONOMIES)
def test_the_more_urgent_is_never_due_later(moment: datetime, taxonomy: Taxonomy) -> None:
    looks = [deadlines(moment, urgency, taxonomy=taxonomy).first_look_by for urgency in BY_RANK]
    assert looks == sorted(looks)
