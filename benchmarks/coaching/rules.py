"""The plan's rules R1–R15 once more, written from the evidence and not from the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

from formcheck.coaching.library import load_library
from formcheck.coaching.log import LoggedSet, TrainingLog
from formcheck.coaching.plan_types import PlanRequest, Prescription, Session, WeekPlan
from formcheck.coaching.types import LadderId

POSTERIOR = {"hinge", "hamstring", "bridge"}
KNEE = {"step_up", "step_down", "lunge"}
HIP = {"hip_rotators", "anti_rotation"}
HARD = {"key", "long"}
ORDER = ["warm_up", "core", "main_lower", "push_pull", "accessory", "mobility", "cool_down"]
REST = {"A": (60, 60), "B": (60, 90), "C": (90, 120), "D": (120, 180), "I": (60, 60), "P": (60, 90)}
LIMITS = {"base": 7, "off_season": 8, "race_approach": 8, "taper": 7, "race_week": 5, "post_race": 5}
NOTHING_NEW = {"taper", "race_week", "post_race"}
FILM_DAYS = 14
LIBRARY = load_library()


def broken_in_week(plan: WeekPlan, request: PlanRequest) -> list[str]:
    """Return a line for each rule that one week breaks."""
    return list(_week(plan, request))


def broken_between(before: WeekPlan, plan: WeekPlan, log: TrainingLog) -> list[str]:
    """Return a line for each rule that a week breaks beside the one before it."""
    return list(_between(before, plan, log))


def _week(plan: WeekPlan, request: PlanRequest) -> Iterator[str]:
    if request.red_flag or request.assessment.screening.red_flag:
        if plan.sessions or plan.activation.exercises or not plan.stop:
            yield "red flag: there must be no training"
        return
    yield from _days(plan, request)
    strength = [s for s in plan.sessions if s.kind == "strength"]
    for session in plan.sessions:
        yield from (f"{session.date} {session.label or session.kind}: {b}" for b in _session(session, plan))
    for session in strength:
        yield from (f"{session.date} {session.label}: {b}" for b in _strength(session, plan, request))
    hurting = _hurting(request)
    calf = sum(any(e.ladder == "calf" for e in s.exercises) for s in strength)
    if len(strength) >= 2 and calf < 2 and "calf" not in hurting:
        yield f"R5: calf on {calf} days"
    if not 12 <= plan.circuit.minutes <= 15 or len(plan.circuit.dates) != 1 or len(plan.daily.dates) != 7:
        yield "R13: no weekly circuit of 12–15 minutes, or no daily mobility"
    easy = {d for d in _days_of(plan) if request.runs.get(d.weekday()) == "easy"}
    if set(plan.activation.dates) != easy or plan.activation.minutes != 5:
        yield "R14: activation belongs on the easy-run days, five minutes"
    if any(e.rpe_cap > 4 or e.load_kg for e in plan.activation.exercises):
        yield "R14: activation above RPE 4 or with load"


def _days(plan: WeekPlan, request: PlanRequest) -> Iterator[str]:
    dates = [s.date for s in plan.sessions]
    if any((b - a).days < 2 for a, b in pairwise(dates)):
        yield "R2: sessions on consecutive days"
    for day in dates:
        if request.runs.get((day.weekday() + 1) % 7) in HARD or day + timedelta(1) in request.races:
            yield f"R3: {day} lies before a hard run"
        if request.runs.get(day.weekday()) in HARD and "6 hours after" not in _on(plan, day).when:
            yield f"R3: {day} says nothing of the gap to the run"
        ahead = min(((r - day).days for r in request.races if r >= day), default=99)
        if ahead < 4:
            yield f"race in {ahead} days"
    normal = plan.phase in ("base", "off_season")
    wanted = request.days if normal else {"race_approach": 2, "taper": 2}.get(plan.phase, 1)
    if len(dates) > min(wanted, 3):
        yield f"R1: {len(dates)} sessions in {plan.phase}"
    if normal and not request.log.sets and not _near_race(plan, request):
        legal = [d for d in _days_of(plan) if request.runs.get((d.weekday() + 1) % 7) not in HARD]
        most = max(n for n in range(4) if n == 0 or any(_apart(c) for c in combinations(legal, n)))
        if len(dates) < min(wanted, most):
            yield f"R1: {len(dates)} sessions where {min(wanted, most)} are possible"


def _session(session: Session, plan: WeekPlan) -> Iterator[str]:
    kinds = [b.kind for b in session.blocks]
    if kinds != sorted(kinds, key=ORDER.index):
        yield "R6: blocks out of order"
    if session.minutes > 55 or (session.kind == "activation" and session.minutes > 20):
        yield f"R4: {session.minutes} minutes"
    if session.hard_sets > 20:
        yield f"R8: {session.hard_sets} sets"
    # A session keeps to its own day's phase, which may be stricter than the week's.
    top = 8 if session.kind == "strength" else 5
    for e in session.exercises:
        if e.rpe_cap > min(8, top, session.rpe_cap):
            yield f"R10: {e.code} up to RPE {e.rpe_cap}"
        if e.sets < 1 or e.amount < 1:
            yield f"R8: {e.code} has {e.sets} × {e.amount}"
        if plan.deload and e.rpe_cap > 6:
            yield f"deload: {e.code} up to RPE {e.rpe_cap}"
    if session.kind == "strength" and session.rpe_cap > max(LIMITS[plan.phase], 0) and plan.phase == "base":
        yield "base: RPE above 7"


def _strength(session: Session, plan: WeekPlan, request: PlanRequest) -> Iterator[str]:
    hurting = _hurting(request)
    blocks = {b.kind: b for b in session.blocks}
    main = blocks["main_lower"].exercises if "main_lower" in blocks else ()
    ladders = {e.ladder for e in session.exercises}
    for name, wanted in (("posterior chain", POSTERIOR), ("hip stability", HIP)):
        if not ladders & wanted and not wanted <= hurting:
            yield f"R5: no {name}"
    if not any(e.ladder in KNEE and e.per_side for e in main) and not KNEE & hurting:
        yield "R5: nothing knee-dominant on one leg"
    for ladder, word in (("push", "push"), ("pull", "pull")):
        if ladder not in ladders and ladder not in hurting:
            yield f"R7: no {word}"
    if "plyometric" in ladders and main[0].ladder != "plyometric" and main[0].ladder != "step_down":
        yield "R6: hops after what tires"
    if not 8 <= blocks["warm_up"].minutes <= 10 or "cardio" not in blocks["warm_up"].drills[0].name:
        yield f"R11: warm-up of {blocks['warm_up'].minutes} minutes"
    if "Ramp" not in blocks["warm_up"].drills[-1].name:
        yield "R11: no ramp sets at the end"
    cool = [d.name for d in blocks["cool_down"].drills]
    if (
        blocks["cool_down"].minutes != 5
        or "walk" not in cool[0]
        or "Breathing" not in cool[1]
        or len(cool) != 4
    ):
        yield "R12: cool-down"
    if not 5 <= blocks["mobility"].minutes <= 8:
        yield "R13: mobility"
    if "main_lower" in blocks and blocks["main_lower"].minutes > 20:
        yield f"R4: main block of {blocks['main_lower'].minutes:.0f} minutes"
    full = plan.phase in ("base", "off_season") and not plan.deload
    if full and session.minutes < 35 and not hurting:
        yield f"R4: {session.minutes} minutes"
    yield from _doses(session, request)


def _doses(session: Session, request: PlanRequest) -> Iterator[str]:
    beginner = (session.date - request.since).days < 7 and not request.experienced
    for e in session.exercises:
        rung = LIBRARY[e.ladder].rungs[e.rung]
        low = min(REST[c][0] for c in rung.dose)
        high = max(REST[c][1] for c in rung.dose)
        if not low <= e.rest_s <= high:
            yield f"R9: {e.code} rests {e.rest_s} s"
        if beginner and e.ladder != "plyometric" and e.sets > 2:
            yield f"R8: {e.code} has {e.sets} sets in the first week"
        if e.unit == "contacts" and e.sets * e.amount > 80:
            yield f"plyometrics: {e.sets * e.amount} contacts"
        if not rung.possible_with(request.equipment):
            yield f"{e.code} needs equipment that is not there"
        if rung.load is None and e.load_kg:
            yield f"{e.code} has a load of {e.load_kg} kg"
        mass = request.body_mass_kg
        if rung.load and mass and (e.load_kg or 0) > rung.load.to_pct / 100 * mass + 0.5:
            yield f"{e.code} with {e.load_kg} kg is more than its rung allows"
        if not e.reasons:
            yield f"{e.code} has no reason"


def _between(before: WeekPlan, plan: WeekPlan, log: TrainingLog) -> Iterator[str]:
    if before.sessions and plan.sessions and log.strength_days:
        last = [d for d in log.strength_days if d < plan.week_start]
        if last and (plan.sessions[0].date - last[-1]).days < 2:
            yield "R2: consecutive days over the weekend"
    was = {e.ladder: e for e in _work(before)}
    now = {e.ladder: e for e in _work(plan)}
    for ladder in was.keys() & now.keys():
        old, new = was[ladder], now[ladder]
        yield from (f"{plan.week_start} {b}" for b in _steps(old, new, plan, log))
    for session in plan.sessions:
        up = [e for e in session.exercises if _is_up(was.get(e.ladder), e)]
        if len(up) > 2:
            yield f"{session.date}: {len(up)} exercises go up in one session"


def _steps(old: Prescription, new: Prescription, plan: WeekPlan, log: TrainingLog) -> Iterator[str]:
    sessions = log.until(plan.week_start).sessions(new.ladder)
    if not sessions or new.decision is None:
        # After a long break and a new test it starts afresh.
        return
    done = sessions[0][0]
    steps = list(range(done.rung + 1, new.rung + 1))
    if len(steps) > 1 and done.rung == old.rung and new.decision is not None and _skips(steps, new):
        yield f"{new.ladder}: from rung {done.rung} to {new.rung} in a week"
    if steps and (plan.phase in NOTHING_NEW or plan.deload) and done.rung == old.rung and new.decision:
        yield f"{new.ladder}: a new rung in {'a deload' if plan.deload else plan.phase}"
    if steps and new.decision.code == "PROGRESS_RUNG" and not _seen_good(new.ladder, sessions, plan):
        yield f"{new.ladder}: a new rung without a film that could be judged"
    load = max(s.load_kg for s in sessions[0])
    if new.rung == done.rung and new.load_kg and load and new.load_kg > max(load * 1.1, load + 0.5) + 1e-6:
        yield f"{new.code}: load from {load} to {new.load_kg} kg"
    pain = max(s.pain for s in sessions[0])
    if pain >= 3 and new.rung >= done.rung and (new.load_kg or 0) > load:
        yield f"{new.code}: harder although it hurt"


def _seen_good(ladder: LadderId, sessions: Sequence[tuple[LoggedSet, ...]], plan: WeekPlan) -> bool:
    """Whether a film of every side could be judged in the last two weeks, or the rung is never filmed."""
    if LIBRARY[ladder].rungs[sessions[0][0].rung].filmed_as is None:
        return True
    recent = [s for sets in sessions for s in sets if (plan.week_start - s.date).days <= FILM_DAYS]
    seen = {s.side for s in recent if s.form is not None and s.form.judged}
    return {s.side for s in sessions[0]} <= seen


def _skips(steps: Sequence[int], new: Prescription) -> bool:
    """Whether more than one rung was climbed although the rungs between were possible."""
    return bool(steps[:-1]) and any(
        LIBRARY[new.ladder].rungs[r].possible_with(frozenset()) for r in steps[:-1]
    )


def _is_up(old: Prescription | None, new: Prescription) -> bool:
    if old is None or new.decision is None or new.easy:
        return False
    return new.decision.code.startswith("PROGRESS") and (
        new.rung > old.rung or (new.rung == old.rung and (new.load_kg or 0) > (old.load_kg or 0))
    )


def _work(plan: WeekPlan) -> Iterable[Prescription]:
    return (e for s in plan.sessions if s.kind == "strength" for e in s.exercises if not e.easy)


def _hurting(request: PlanRequest) -> set[str]:
    """Return the ladders that pain may have stopped: painful at their last session, or today."""
    hurting = {ladder for ladder, pain in request.pain_now.items() if pain >= 5}
    for ladder in LIBRARY:
        past = request.log.until(request.week_start)
        sessions = past.sessions(ladder.id)
        felt = (*sessions[0], *past.easy_since(ladder.id, sessions[0][0].date)) if sessions else ()
        if any(s.sharp or s.limp or s.pain >= 5 for s in felt):
            hurting.add(ladder.id)
    return hurting


def _near_race(plan: WeekPlan, request: PlanRequest) -> bool:
    return any(-15 <= (race - plan.week_start).days <= 15 for race in request.races)


def _on(plan: WeekPlan, day: date) -> Session:
    return next(s for s in plan.sessions if s.date == day)


def _days_of(plan: WeekPlan) -> list[date]:
    return [plan.week_start + timedelta(k) for k in range(7)]


def _apart(days: Sequence[date]) -> bool:
    around = [*days, days[0] + timedelta(7)]
    return all((b - a).days >= 2 for a, b in pairwise(around))
