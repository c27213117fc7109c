"""The next step on one ladder: from a decision to the next rung, load and amount."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from formcheck.coaching.decide import decide
from formcheck.coaching.library import Ladder, Rung
from formcheck.coaching.log import TrainingLog
from formcheck.coaching.plan_context import (
    Circumstances,
    Sets,
    context_from_log,
    governing,
    last_sets,
    over_target,
    repeated_fault,
)
from formcheck.coaching.plan_reasons import fault_sentence, no_equipment
from formcheck.coaching.plan_rules import Dose, PlanRules, Progress
from formcheck.coaching.types import Assessment, Decision, LadderId, Phase, StartRung, Tier
from formcheck.scoring.types import Estimate

FROZEN_PHASES: frozenset[Phase] = frozenset({"taper", "race_week", "post_race", "deload"})
"""Nothing gets harder in these."""
UPPER_BODY = frozenset({"push", "pull"})


@dataclass(frozen=True)
class Standing:
    """What comes next on one ladder.

    Attributes
    ----------
    ladder, rung : str, int
        Where.
    amount : int
        Repetitions, seconds or contacts to aim at.
    load_kg : float or None
        External load, 0 for body weight; None: to be found by feel.
    decision : Decision or None
        On the last session; None before the first.
    reasons : tuple of str
        Whole sentences.
    progressed, new_rung : bool
        Whether the last step was up (load, or the amount in its stead), and whether it was a rung.
    stopped : bool
        Rests because of pain.
    refer : bool
        Pain stopped it often enough to suggest a clinician.
    before : Standing or None
        What it would be without the step up.
    """

    ladder: LadderId
    rung: int
    amount: int
    load_kg: float | None
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    progressed: bool = False
    new_rung: bool = False
    stopped: bool = False
    refer: bool = False
    before: Standing | None = None

    def held_back(self, reason: str) -> Standing:
        """Return the standing without its step up."""
        assert self.before is not None
        return replace(self.before, decision=self.decision, reasons=(*self.reasons, reason))


def dose_of(rung: Rung, tier: Tier, rules: PlanRules) -> Dose:
    """Return the rung's dose: its first class, the last one on the highest tier; its own amount and tempo."""
    dose = rules.doses[rung.dose[-1] if tier == "load" else rung.dose[0]]
    return dose.model_copy(update={"amount": rung.reps or dose.amount, "tempo": rung.tempo or dose.tempo})


def _easiest(first: Standing, second: Standing) -> Standing:
    """Return the one with the lower rung, load and amount, in this order; the first if they are alike."""
    return min(first, second, key=lambda each: (each.rung, each.load_kg or 0.0, each.amount))


def change_sentence(rung: Rung, before: Standing, after: Standing) -> str:
    """Return what is different from the last session, on the same rung; empty if nothing is."""
    if after.rung != before.rung:
        return ""
    if after.load_kg != before.load_kg:
        way = "Up" if (after.load_kg or 0) > (before.load_kg or 0) else "Down"
        return f"{way} from {before.load_kg:g} to {after.load_kg:g} kg."
    unit = {"I": " s", "P": " contacts"}.get(rung.dose[0], " repetitions")
    if after.amount != before.amount:
        way = "Up" if after.amount > before.amount else "Down"
        return f"{way} from {before.amount} to {after.amount}{unit}."
    return ""


@dataclass(frozen=True)
class Step:
    """The next step on one ladder."""

    ladder: Ladder
    now: Circumstances
    rules: PlanRules
    equipment: frozenset[str]
    assessment: Assessment

    @property
    def _progress(self) -> Progress:
        return self.rules.progress

    def first(self, start: StartRung | None) -> Standing:
        """Return the standing before the first session, by the baseline."""
        rung = start.rung if start else 0
        reason = start.reason if start else "Nothing is known yet, so it begins with the easiest rung."
        return self._at(rung, reasons=(reason,))

    def after(self, sessions: Sequence[Sets], log: TrainingLog, gap: int) -> Standing:
        """Return the standing after the latest of ``sessions``."""
        context = context_from_log(self.ladder, log, self.now, self.rules)
        assert context is not None
        decision = decide(context)
        here = self._here(sessions, decision)
        if decision.code == "STOP_REFER":
            return replace(here, stopped=True)
        if decision.code == "STOP":
            return self._after_stop(sessions, here)
        after = self._by_code(here, sessions)
        if decision.code == "MODIFY":
            # With pain the step is at least as easy as it would be without.
            calm = decide(replace(context, pain=0, pain24_up=0))
            without = self._by_code(replace(here, decision=calm), sessions)
            after = _easiest(after, replace(without, decision=decision, reasons=after.reasons))
        if gap >= self._progress.away_days:
            why = f"You were away for {gap} days, so it resumes a little easier."
            return _easiest(self._easier(here, self._progress.away_load_pct, why), after)
        change = change_sentence(self.ladder.rungs[after.rung], here, after)
        return replace(after, reasons=(*([change] if change else []), *after.reasons))

    def with_pain_now(self, standing: Standing, pain: int) -> Standing:
        """Return the standing with the pain of today taken into account."""
        decision = decide({"pain": pain, "score": 100})
        if decision.code == "STOP":
            return replace(standing, stopped=True, decision=decision, reasons=decision.reasons)
        if decision.code == "MODIFY":
            calm = standing.before or standing
            return replace(
                self._easier(calm, self._progress.modify_load_pct, *decision.reasons), decision=decision
            )
        return standing

    def _here(self, sessions: Sequence[Sets], decision: Decision) -> Standing:
        """Return the prescription of the latest session, unchanged."""
        latest = sessions[0]
        rung = self.ladder.rungs[latest[0].rung]
        low, high = dose_of(rung, self.now.tier, self.rules).amount
        # Halved repetitions of a taper are no new target.
        same = [sets[0].target for sets in sessions if sets[0].rung == latest[0].rung]
        amount = next((target for target in same if target >= low), low)
        load = max(each.load_kg for each in latest)
        reasons = (*self._fault_reason(sessions, decision), *decision.reasons)
        standing = Standing(self.ladder.id, latest[0].rung, min(amount, high), load, decision, reasons)
        return self._possible(standing)

    def _fault_reason(self, sessions: Sequence[Sets], decision: Decision) -> tuple[str, ...]:
        if decision.code not in ("REGRESS", "HOLD_CUE"):
            return ()
        twice = repeated_fault(sessions) if decision.code == "REGRESS" else None
        film = governing(sessions[0])
        if twice is not None and twice[0].form is not None:
            fault, value, side = twice[1], twice[0].form.values.get(twice[1]), twice[0].side
        elif film is not None and film[1].faults:
            fault, side = film[1].faults[0], film[0].side
            value = film[1].values.get(fault)
        else:
            return ()
        name = self.ladder.rungs[sessions[0][0].rung].name
        estimate = value or Estimate(float("nan"), 0.0)
        return (fault_sentence(fault, estimate, side, name, self.rules, twice=twice is not None),)

    def _after_stop(self, sessions: Sequence[Sets], here: Standing) -> Standing:
        days = (self.now.today - sessions[0][0].date).days
        stops = [
            sets
            for sets in sessions
            if (sessions[0][0].date - sets[0].date).days <= self._progress.stops_within_days
            and decide({"pain": max(s.pain for s in sets), "sharp": any(s.sharp for s in sets),
                        "limp": any(s.limp for s in sets)}).code == "STOP"
        ]  # fmt: skip
        here = replace(here, refer=len(stops) >= self._progress.stops_to_refer)
        if days < self._progress.stop_rest_days:
            return replace(here, stopped=True)
        why = f"Pain stopped it {days} days ago, so it resumes a rung easier."
        return self._easier(here, self._progress.modify_load_pct, why)

    def _by_code(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        progress = self._progress
        assert here.decision is not None
        steps: dict[str, Callable[[], Standing]] = {
            "MODIFY": lambda: self._easier(here, progress.modify_load_pct),
            "REGRESS": lambda: self._down(here),
            "HOLD_CUE": lambda: self._with_load(here, progress.cue_load_pct),
            "HOLD": lambda: self._hold(here, sessions),
            "HOLD_LOAD_DOWN": lambda: self._after_hard(here, sessions),
            "HOLD_BUILD": lambda: self._build(here, sessions),
            "PROGRESS_LOAD": lambda: self._up_load(here, sessions),
            "PROGRESS_RUNG": lambda: self._up_rung(here, sessions),
        }
        return steps.get(here.decision.code, lambda: here)()

    def _after_hard(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        lasts = last_sets(sessions[0])
        failed = any(each.done < each.target or (each.rpe or 0) >= 10 for each in lasts)
        progress = self._progress
        if here.load_kg:
            return self._with_load(here, progress.rpe_10_load_pct if failed else progress.rpe_9_load_pct)
        low = self._dose(here.rung).amount[0]
        return replace(here, amount=max(here.amount - self._one_more(here.rung), low))

    def _build(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        rung = self.ladder.rungs[here.rung]
        lasts = last_sets(sessions[0])
        efforts = [each.rpe for each in lasts if each.rpe is not None]
        if not self.ladder.filmed and here.load_kg and efforts and max(efforts) <= self._progress.easy_rpe:
            return self._up_load(here, sessions)
        if all(over_target(each, rung, self._progress) for each in lasts):
            return here
        return self._more(here, 1) if all(each.done >= each.target for each in lasts) else here

    def _hold(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        """Return one repetition more where there were some to spare on every side, else the same."""
        spare = all(each.done > each.target for each in last_sets(sessions[0]))
        return self._more(here, 1) if spare else here

    def _more(self, here: Standing, steps: int) -> Standing:
        """Return the standing with a few more repetitions, within the range of the rung."""
        if self.now.phase in FROZEN_PHASES:
            return here
        high = self._dose(here.rung).amount[1]
        return replace(here, amount=min(here.amount + steps * self._one_more(here.rung), high))

    def _up_load(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        """Return the standing with the next load, or more repetitions where there is none to add."""
        if self.now.phase in FROZEN_PHASES:
            return here
        efforts = [each.rpe for each in last_sets(sessions[0]) if each.rpe is not None]
        easy = bool(efforts) and max(efforts) <= self._progress.easy_rpe
        heavier = self._next_load(here, easy=easy)
        if heavier is not None:
            return replace(here, load_kg=heavier, progressed=True, before=here)
        more = self._more(here, self._progress.over_target)
        return replace(more, progressed=True, before=here) if more.amount > here.amount else here

    def _up_rung(self, here: Standing, sessions: Sequence[Sets]) -> Standing:
        """Return the next rung, where the rules let it be reached; else more load."""
        week_ago = self.now.today - timedelta(days=7)
        recent = [sets[0].rung for sets in sessions if sets[0].date > week_ago]
        upper = self._next_rung(here.rung)
        if upper is None or min(recent, default=here.rung) < here.rung:
            return self._up_load(here, sessions)
        code = f"{self.ladder.code}{upper}"
        why = f"{self.ladder.rungs[here.rung].name} is done: {code} is next."
        new = self._at(upper, reasons=(why, *here.reasons), decision=here.decision)
        return replace(new, progressed=True, new_rung=True, before=here)

    def _next_rung(self, rung: int) -> int | None:
        """Return the next rung up that the equipment and the tests allow; None if there is none.

        A rung without its equipment is passed over, on a filmed ladder only as far as its test has shown.
        """
        scores = self.now.scores or {}
        shown, _ = self.ladder.start_rung(scores, self.now.tier)
        for upper in range(rung + 1, len(self.ladder.rungs)):
            wanted = self.ladder.rungs[upper]
            if any(scores.get(test, 0) < score for test, score in wanted.entry_tests.items()):
                return None
            if wanted.possible_with(self.equipment):
                return upper if upper == rung + 1 or not self.ladder.filmed or upper <= shown else None
        return None

    def _down(self, here: Standing) -> Standing:
        """Return the rung below that is possible, without load; the easiest rung keeps its lowest amount."""
        lower = self._possible_below(here.rung - 1) if here.rung else 0
        return self._at(lower, reasons=here.reasons, decision=here.decision, lightest=True)

    def _easier(self, here: Standing, load_pct: float, *why: str) -> Standing:
        """Return less load, or the rung below where there is none to take off."""
        told = replace(here, reasons=(*why, *here.reasons))
        if not here.load_kg:
            return self._down(told)
        lighter = self._with_load(told, load_pct)
        first = self._first_load(self.ladder.rungs[here.rung], lightest=True) or 0.0
        # Far below what the rung begins with, the rung below is the better exercise.
        return self._down(told) if here.rung and (lighter.load_kg or 0.0) < first / 2 else lighter

    def _with_load(self, here: Standing, change_pct: float) -> Standing:
        if not here.load_kg:
            return here
        step = self._progress.smallest_step_kg
        lighter = int(here.load_kg * (1 + change_pct / 100) / step) * step
        return replace(here, load_kg=max(lighter, 0.0))

    def _next_load(self, here: Standing, *, easy: bool) -> float | None:
        """Return the next weight, a larger step where it was easy; None where it would go too far."""
        rung = self.ladder.rungs[here.rung]
        if rung.load is None or here.load_kg is None:
            return None
        progress = self._progress
        upper_body = self.ladder.id in UPPER_BODY
        usual = progress.load_step_upper_pct if upper_body else progress.load_step_lower_pct
        step = progress.smallest_step_kg
        pct = progress.load_step_max_pct if easy else usual
        # Whole steps within the per cent, but at least one.
        heavier = here.load_kg + max(int(here.load_kg * pct / 100 / step + 1e-9), 1) * step
        return heavier if heavier <= self._heaviest(rung) + 1e-9 else None

    def _heaviest(self, rung: Rung) -> float:
        """Return the most that rung and tier allow, kg; without a body mass, as the log has it."""
        if rung.load is None or self.now.body_mass_kg is None:
            return float("inf") if rung.load else 0.0
        pct = min(rung.load.to_pct, self._progress.tier_load_max_pct[self.now.tier])
        step = self._progress.smallest_step_kg
        return round(self.now.body_mass_kg * pct / 100 / step) * step

    def _at(
        self,
        rung: int,
        *,
        reasons: tuple[str, ...],
        decision: Decision | None = None,
        lightest: bool = False,
    ) -> Standing:
        """Return the beginning of ``rung``: the lowest amount and the first load."""
        dose = self._dose(rung)
        load = self._first_load(self.ladder.rungs[rung], lightest=lightest)
        return self._possible(Standing(self.ladder.id, rung, dose.amount[0], load, decision, reasons))

    def _first_load(self, rung: Rung, *, lightest: bool) -> float | None:
        if rung.load is None or rung.load.from_pct == 0:
            return 0.0
        if self.now.body_mass_kg is None:
            return None
        step = self._progress.smallest_step_kg
        first = max(round(self.now.body_mass_kg * rung.load.from_pct / 100 / step) * step, step)
        return min(first, self._heaviest(rung)) if not lightest else first

    def _possible(self, standing: Standing) -> Standing:
        """Return the standing, or the nearest rung below that the equipment allows."""
        rung = self.ladder.rungs[standing.rung]
        if rung.possible_with(self.equipment):
            return standing
        lower = self._possible_below(standing.rung - 1)
        reason = no_equipment(self.ladder, standing.rung, lower, self.equipment)
        return self._at(lower, reasons=(*standing.reasons, reason), decision=standing.decision)

    def _possible_below(self, rung: int) -> int:
        fitting = (r for r in range(rung, -1, -1) if self.ladder.rungs[r].possible_with(self.equipment))
        return next(fitting, 0)

    def _dose(self, rung: int) -> Dose:
        return dose_of(self.ladder.rungs[rung], self.now.tier, self.rules)

    def _one_more(self, rung: int) -> int:
        hold = self.ladder.rungs[rung].is_hold
        return self._progress.hold_step_s if hold else self._progress.rep_step
