"""The page "Baseline": safety questions, six tests one after the other, and the result."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

import streamlit as st

from formcheck import assets
from formcheck.coaching.baseline_rules import FILMED, TestRules, load_baseline_rules
from formcheck.coaching.screening import screening_texts
from formcheck.coaching.types import TestId
from formcheck.reports import texts
from formcheck.web import (
    app,
    assess_at_hand,
    assess_by_hand,
    assess_felt,
    assess_live,
    assess_result,
    live_errand,
)
from formcheck.web.assess import (
    BY_HAND,
    RESULT,
    SAFETY,
    SAMPLES,
    STEPS,
    Baseline,
    Sheet,
    Take,
    clip_of_take,
    sides_of,
    test_of,
)
from formcheck.web.check_choices import KINDS
from formcheck.web.plan_person import choose_person
from formcheck.web.words import left_text, say

STEP: Final = "baseline_step"
NONE: Final = "baseline_none"


def show() -> None:
    """Draw the page."""
    baseline = assess_at_hand.baseline()
    live_errand.end()  # who comes back chooses again
    st.write(say("assess.intro"))
    baseline.person = choose_person(
        say("assess.for_whom"), say("assess.nobody"), say("assess.for_whom_help"), at_first=baseline.person
    )
    step: str = st.session_state.setdefault(STEP, baseline.step) or SAFETY
    baseline.step = step
    steps = st.container()
    if step == SAFETY:
        _safety(baseline)
    elif step == BY_HAND:
        assess_by_hand.show(baseline)
        _ways(BY_HAND)
    elif step == RESULT:
        assess_result.show(baseline, _start_again)
    else:
        for test in FILMED:
            if test == step:
                _test(baseline, test)
    # Said anew each time: a browser whose choice has got another mark meanwhile falls back to the first step.
    st.session_state[STEP] = step
    with steps:  # above the step but drawn after it: their marks tell what was answered just now
        st.pills(
            say("assess.steps"),
            STEPS,
            format_func=lambda step: say(f"assess.mark_{baseline.state(step)}") + _step_name(step),
            required=True,
            key=STEP,
            label_visibility="collapsed",
        )


def _start_again() -> None:
    assess_at_hand.forget()
    for key in [key for key in st.session_state if str(key).startswith("baseline_")]:
        del st.session_state[key]
    _go(SAFETY)


def _step_name(step: str) -> str:
    return step if step in FILMED else say(f"assess.step_{step}")


def _told(step: str) -> str:
    """Return a step with what it is: ``T2: Hip hinge on both feet``."""
    named = (f"{test}: {load_baseline_rules().tests[test].name}" for test in FILMED if test == step)
    return next(named, _step_name(step))


# The safety questions


def _safety(baseline: Baseline) -> None:
    st.header(say("assess.safety"), anchor=False)
    st.write(say("assess.safety_do"))
    answered = baseline.answers
    ticked = {
        question.id
        for question in screening_texts().questions
        if st.checkbox(
            question.ask,
            value=answered is not None and question.id in answered,
            key=f"baseline_q_{question.id}",
        )
    }
    none = st.checkbox(f"**{say('assess.none')}**", value=answered == frozenset(), key=NONE)
    if ticked and none:
        baseline.answers = None
        st.error(say("assess.both"), icon=":material/error:")
    elif ticked or none:
        baseline.answers = frozenset(ticked)
    else:
        baseline.answers = None
        st.caption(say("assess.unanswered"))
    age = st.number_input(
        say("assess.age"), 5, 110, baseline.age_years, help=say("assess.age_help"), key="baseline_age"
    )
    baseline.age_years = age
    if baseline.answers:
        _advice(baseline)
    if baseline.answers is not None and not baseline.screening.red_flag:
        _ways(SAFETY)


def _advice(baseline: Baseline) -> None:
    screening = baseline.screening
    said = " ".join(screening.advice)
    if screening.red_flag:
        st.error(f"**{said}** {say('assess.stopped')}", icon=":material/emergency_home:")
    else:
        st.warning(said, icon=":material/warning:")


# A test


def _test(baseline: Baseline, test: TestId) -> None:
    rules = load_baseline_rules().tests[test]
    sheet = baseline.sheets[test]
    number = FILMED.index(test) + 1
    st.header(say("assess.test", number=number, name=rules.name), anchor=False)
    if baseline.screening.red_flag:
        _advice(baseline)
        _ways(test)
        return
    _how(test, rules)
    _clips(baseline, test, sheet)
    assess_felt.show(test, sheet)
    _ways(test)


def _how(test: TestId, rules: TestRules) -> None:
    picture = files("formcheck.web").joinpath(f"assess_pictures/{test}.webp").read_bytes()
    shown, told = st.columns([2, 3])
    alt = "assess.picture_alt" if rules.target_reps else "assess.picture_alt_hold"
    shown.image(picture, width="stretch", alt=say(alt, name=rules.name))
    told.markdown(f"**{say('assess.do')}**  \n{rules.do}")
    told.markdown(f"**{say('assess.film')}**  \n{rules.film}")
    told.caption(say("assess.before_film"))


def _clips(baseline: Baseline, test: TestId, sheet: Sheet) -> None:
    st.subheader(say("assess.your_clips"), anchor=False)
    counter = f"baseline_uploads_{test}"
    uploads = st.file_uploader(
        say("assess.upload_sides" if len(sides_of(test)) > 1 else "assess.upload_both"),
        type=list(KINDS),
        accept_multiple_files=True,
        key=f"{counter}_{st.session_state.setdefault(counter, 0)}",
    )
    if uploads:
        for upload in uploads:
            baseline.take_upload(test, upload.name, upload)
        # A fresh uploader lets go of what Streamlit holds in memory: it is on disk now.
        st.session_state[counter] += 1
        st.rerun()
    if st.button(say("assess.live"), icon=":material/videocam:", key=f"baseline_live_{test}"):
        assess_live.begin(test)
        app.go(app.LIVE)
    if not sheet.takes:
        if st.button(
            f"{say('assess.samples')} {say('assess.samples_do')}",
            type="tertiary",
            icon=":material/play_circle:",
            help=say("assess.samples_help"),
            key=f"baseline_sample_{test}",
        ):
            for name in SAMPLES[test]:
                baseline.take_sample(test, assets.folder("sample_videos") / f"{name}.mp4")
            st.rerun()
    elif sheet.state == "busy":
        _watch(baseline, test)
    else:
        _takes(baseline, test)


@st.fragment(run_every=0.7)
def _watch(baseline: Baseline, test: TestId) -> None:
    """Show how far the clips are; the whole page is drawn anew when the last one has been looked at."""
    if baseline.sheets[test].state != "busy":
        st.rerun()
    _takes(baseline, test)
    st.caption(say("assess.go_on"))


def _takes(baseline: Baseline, test: TestId) -> None:
    sheet = baseline.sheets[test]
    for number, take in enumerate(sheet.takes):
        with st.container(border=True):
            said, away = st.columns([4, 1], vertical_alignment="center")
            with said:
                st.text(take.name)
                _said_of(take, test)
            if away.button(
                say("assess.again"),
                key=f"baseline_again_{test}_{number}_{id(take)}",
                help=say("assess.again_help"),
                width="stretch",
            ):
                baseline.drop(test, take)
                st.rerun()
    if sheet.takes and sheet.state == "done":
        seen = {side for take in sheet.takes for exercise, side in take.seen if test_of(exercise) == test}
        for side in sides_of(test):
            if seen and side not in seen:
                st.info(
                    say("assess.side_missing", side=texts.side_word(side)), icon=":material/arrow_forward:"
                )


def _said_of(take: Take, test: TestId) -> None:
    job = take.job
    if not job.finished:
        words = left_text(say("assess.busy"), job.seconds_left)
        st.progress(job.share, text=say("assess.waiting") if job.waiting else words)
        return
    clip = clip_of_take(take)
    if clip is None:
        st.error(job.error or "", icon=":material/error:")
        return
    if clip.problem is not None:
        st.warning(clip.problem, icon=":material/videocam_off:")
    elif not clip.bouts:
        st.warning(say("assess.nothing_seen"), icon=":material/help:")
    for scored in clip.bouts:
        what = texts.exercise_title(scored.bout.exercise, scored.bout.side)
        counts_for = test_of(scored.bout.exercise)
        if counts_for is None:
            st.markdown(f":orange-badge[:material/help:] {say('assess.seen_no_test', what=what)}")
        elif counts_for != test:
            st.markdown(
                f":orange-badge[:material/help:] {say('assess.seen_other', what=what, test=counts_for)}"
            )
        elif scored.score.value is None:
            st.markdown(f":gray-badge[:material/check:] {say('assess.seen_no_score', what=what)}")
        else:
            score = say("assess.seen_score", what=what, score=scored.score.value)
            st.markdown(f":green-badge[:material/check:] {score}")


def _ways(step: str) -> None:
    """Draw the buttons to the step before and after."""
    place = STEPS.index(step)
    back, forward = st.columns(2)
    if place > 0:
        back.button(
            say("assess.back"),
            icon=":material/arrow_back:",
            on_click=_go,
            args=(STEPS[place - 1],),
            width="stretch",
            key=f"baseline_back_{step}",
        )
    following = STEPS[place + 1]
    forward.button(
        say("assess.next", step=_told(following)),
        icon=":material/arrow_forward:",
        type="primary",
        on_click=_go,
        args=(following,),
        width="stretch",
        key=f"baseline_next_{step}",
    )


def _go(step: str) -> None:
    st.session_state[STEP] = step
