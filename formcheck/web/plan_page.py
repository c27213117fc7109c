"""The page "Plan and log": what the week looks like, its sessions, and what to take along."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from formcheck.coaching.assessment_reading import assessment_from_dict
from formcheck.coaching.export_ics import plan_to_ics
from formcheck.coaching.export_json import plan_to_dict
from formcheck.coaching.library import EQUIPMENT, load_library
from formcheck.coaching.log import monday_of
from formcheck.coaching.plan_types import WEEKDAYS, RunKind
from formcheck.coaching.plan_words import session_name
from formcheck.coaching.screening import screening_texts
from formcheck.coaching.season import load_season_rules
from formcheck.errors import FormcheckError, UsageError
from formcheck.reports.plan_sheet import write_plan_sheet
from formcheck.web import live_errand, log_view, plan_session, settings
from formcheck.web.app import BASELINE, link
from formcheck.web.people_parts import CURRENT
from formcheck.web.plan_files import html_of, pdf_of
from formcheck.web.plan_notebook import Notebook
from formcheck.web.plan_person import choose_person, notebook, remember_nobody
from formcheck.web.plan_week_desk import LEAST_KG, MOST_KG, Week, Wishes, runs_of, wishes_of
from formcheck.web.words import day_text, say

THIS, NEXT = "this_week", "next_week"
_RUNS: Final[tuple[RunKind, ...]] = ("key", "long", "easy")
_WEEKDAYS: Final = tuple(range(len(WEEKDAYS)))


def show() -> None:
    """Draw the page; what goes wrong with the records is one sentence."""
    try:
        _show()
    except FormcheckError as error:
        st.error(str(error), icon=":material/error:")


def _show() -> None:
    live_errand.end()  # who comes back chooses again
    st.write(say("plan.intro"))
    person = choose_person(
        say("plan.for_whom"),
        say("plan.nobody"),
        say("plan.for_whom_help"),
        at_first=st.session_state.get(CURRENT),  # whom "People" or "Progress" is about
    )
    if person is not None:
        st.session_state[CURRENT] = person
    book = notebook(person)
    baseline = book.baseline()
    if baseline is None:
        _no_baseline(book)
        return
    if person is None:
        remember_nobody(book)
    wishes = wishes_of(book.wishes())
    _wishes(book, wishes)
    if wishes is None:
        return
    today = datetime.date.today()
    this = Week(baseline, wishes, monday_of(today), book.sets(), book.days())
    if this.plan.stop:
        st.error(" ".join(dict.fromkeys(this.plan.reasons)), icon=":material/emergency_home:")
        return
    _morning(book, this, today)
    which = st.segmented_control(
        say("plan.week", day="", phase=""),
        (THIS, NEXT),
        format_func=lambda week: say(f"plan.{week}"),
        default=THIS,
        required=True,
        key="plan_which",
        label_visibility="collapsed",
    )
    ahead = which == NEXT
    week = replace(this, start=this.start + datetime.timedelta(days=7)) if ahead else this
    _week(book, week, today, ahead=ahead)
    _files(week)
    log_view.show(book, this.kept)
    if person is None:
        st.caption(say("plan.not_kept"))


def _no_baseline(book: Notebook) -> None:
    st.info(say("plan.no_baseline"), icon=":material/checklist:")
    link(BASELINE, say("plan.to_baseline"))
    upload = st.file_uploader(
        say("plan.have_file"), type=["json"], max_upload_size=5, key="plan_baseline_file"
    )
    if upload is None:
        return
    try:
        document = json.loads(upload.getvalue())
        if not isinstance(document, dict):
            raise ValueError
    except ValueError:
        raise UsageError(say("plan.no_json", name=upload.name)) from None
    book.keep_baseline(assessment_from_dict(document))
    st.rerun()


# What the week is to look like


def _wishes(book: Notebook, known: Wishes | None) -> None:
    wishes, shown = known or Wishes(), settings.units()
    title = say("plan.wishes" if known else "plan.wishes_first")
    with (
        st.expander(title, icon=":material/tune:", expanded=known is None),
        st.form("plan_wishes", border=False),
    ):
        days = st.segmented_control(
            say("plan.days"), (2, 3), default=wishes.days, required=True, key="plan_days"
        )
        runs = {kind: _run_days(kind, wishes) for kind in _RUNS}
        race_column, mass_column = st.columns(2)
        race = race_column.date_input(
            say("plan.race"), wishes.race, min_value=None, format="YYYY-MM-DD", key="plan_race"
        )
        mass = mass_column.number_input(
            say("plan.mass", unit=shown.mass),
            shown.of_kg(LEAST_KG),
            shown.of_kg(MOST_KG),
            None if wishes.body_mass_kg is None else shown.of_kg(wishes.body_mass_kg),
            step=shown.mass_step,
            format="%.1f",
            key="plan_mass",
        )
        equipment = st.pills(
            say("plan.equipment"),
            EQUIPMENT,
            selection_mode="multi",
            default=[each for each in wishes.equipment if each in EQUIPMENT],
            format_func=lambda each: say(f"plan.eq_{each}"),
            key="plan_equipment",
        )
        experienced = st.checkbox(say("plan.experienced"), wishes.experienced, key="plan_experienced")
        stress = st.checkbox(say("plan.since_stress"), wishes.bone_stress_recent, key="plan_stress")
        if st.form_submit_button(say("plan.make"), type="primary", key="plan_make"):
            wanted = Wishes(
                days=3 if days == 3 else 2,
                runs=runs_of(runs),
                race=race if isinstance(race, datetime.date) else None,
                equipment=tuple(equipment),
                body_mass_kg=None if mass is None else min(max(shown.to_kg(mass), LEAST_KG), MOST_KG),
                bone_stress_recent=stress,
                experienced=experienced,
            )
            book.keep_wishes(wanted.document())
            baseline = book.baseline()
            if baseline is not None:
                week = Week(baseline, wanted, monday_of(datetime.date.today()), book.sets(), book.days())
                book.keep_plan(plan_to_dict(week.plan))
            st.rerun()


def _run_days(kind: RunKind, wishes: Wishes) -> list[int]:
    return st.pills(
        say(f"plan.runs_{kind}"),
        _WEEKDAYS,
        selection_mode="multi",
        default=[day for day, of in wishes.runs.items() if of == kind],
        format_func=lambda day: WEEKDAYS[day][:3],
        key=f"plan_runs_{kind}",
    )


# The week


def _morning(book: Notebook, week: Week, today: datetime.date) -> None:
    """Ask for the pain of the morning after, once."""
    kept = week.mornings(today)
    if not kept:
        return
    by_ladder = {each.set.ladder: [k for k in kept if k.set.ladder == each.set.ladder] for each in kept}
    library = load_library()
    with st.form("plan_morning"):
        st.markdown(f"**{say('plan.morning')}** {screening_texts().pain.ask_next_morning}")
        st.caption(say("plan.morning_note", day=f"{kept[0].set.date:%A}"))
        with st.container(horizontal=True):
            told = {
                ladder: st.number_input(
                    library[ladder].rungs[sets[0].set.rung].name,
                    0,
                    10,
                    0,
                    key=f"plan_morning_{ladder}",
                    width=220,
                )
                for ladder, sets in by_ladder.items()
            }
        if st.form_submit_button(say("plan.morning_save"), key="plan_morning_save"):
            for ladder, sets in by_ladder.items():
                book.tell_next_morning(sets, told[ladder])
            st.rerun()


def _week(book: Notebook, week: Week, today: datetime.date, *, ahead: bool) -> None:
    plan = week.plan
    phase = load_season_rules().phases[plan.phase].name
    st.header(say("plan.week", day=day_text(week.start), phase=phase), anchor=False)
    st.write(plan.phase_says)
    with st.expander(say("plan.week_why"), icon=":material/info:"):
        for reason in plan.reasons:
            st.markdown(f"- {reason}")
    if ahead:
        st.caption(say("plan.next_preview"))
    if not plan.sessions:
        st.info(say("plan.no_session"), icon=":material/self_improvement:")
        return
    days = [week.day_of(session, today) for session in plan.sessions]
    open_ = [n for n, s in enumerate(plan.sessions) if not week.is_done(s, days[n])]
    numbers = tuple(range(len(plan.sessions)))

    def name(number: int) -> str:
        said = f"{plan.sessions[number].date:%a} · {session_name(plan.sessions[number])}"
        return said if number in open_ else say("plan.session_done", name=said)

    chosen = st.pills(
        say("plan.session"),
        numbers,
        format_func=name,
        default=open_[0] if open_ else 0,
        required=True,
        key=f"plan_session_{week.start}",
        label_visibility="collapsed",
    )
    plan_session.show(book, week, plan.sessions[chosen], days[chosen], today, ahead=ahead)


def _files(week: Week) -> None:
    st.subheader(say("plan.files"), anchor=False)
    plan, name = week.plan, f"plan-{week.start.isoformat()}"

    def sheet(of: Callable[[Callable[..., None]], bytes]) -> Callable[[], bytes]:
        return lambda: of(lambda path: write_plan_sheet(plan, path))

    files = (
        ("sheet_pdf", ".pdf", "application/pdf", sheet(pdf_of)),
        ("sheet_html", ".html", "text/html", sheet(html_of)),
        ("calendar", ".ics", "text/calendar", lambda: plan_to_ics(plan)),
    )
    for column, (label, suffix, media_type, made) in zip(st.columns(3), files, strict=True):
        column.download_button(
            say(f"plan.{label}"),
            data=made,
            file_name=name + suffix,
            mime=media_type,
            key=f"plan_{label}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
